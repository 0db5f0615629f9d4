"""The database: tables, migrations and the questions that the order of work asks of them."""
