"""When a host's turn was booked: one booked by a clock that has been put back since counts no more."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("host_turns", sa.Column("booked_at", sa.Float(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("host_turns") as batch:
        batch.drop_column("booked_at")
