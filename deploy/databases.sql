-- The ledger's database is made by the image; Airflow keeps its own beside it.
CREATE DATABASE airflow WITH ENCODING 'UTF8' TEMPLATE template0;
