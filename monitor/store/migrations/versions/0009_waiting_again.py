"""Since when what was dealt with waits once more: an edited entry, a text judged anew, a report that changed.

What waits since before is taken to wait since it was first met, as until now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("entries", "article_versions", "reports")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("waits_since")
