"""Articles that their outlets take back: since when a page is gone, when and why a report was withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("articles", sa.Column("gone_since", MOMENT, nullable=True))
    op.add_column("reports", sa.Column("withdrawn_at", MOMENT, nullable=True))
    op.add_column("reports", sa.Column("withdrawn_why", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        batch.drop_column("withdrawn_why")
        batch.drop_column("withdrawn_at")
    with op.batch_alter_table("articles") as batch:
        batch.drop_column("gone_since")
