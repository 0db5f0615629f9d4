"""What identity needs in SQL: the days of a report, trigram hashes of reports, a person's pins; storms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("reports", sa.Column("days_from", sa.Date(), nullable=True))
    op.add_column("reports", sa.Column("days_to", sa.Date(), nullable=True))
    op.add_column("reports", sa.Column("first_statement", ID, nullable=True))
    op.execute(
        "UPDATE reports SET first_statement = "
        "(SELECT statement_id FROM appearances WHERE appearances.report_id = reports.id)"
    )
    op.add_column("statements", sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("statements", sa.Column("merged_why", sa.Text(), nullable=True))
    op.add_column("reports", sa.Column("span", sa.Integer(), nullable=False, server_default="2"))
    op.execute("UPDATE reports SET days_from = said_on, days_to = said_on")
    op.execute("UPDATE reports SET span = 0 WHERE said_on IS NOT NULL")
    op.create_index("ix_reports_state_days", "reports", ["state", "span", "days_to"])
    op.create_index("ix_reports_speaker_days", "reports", ["speaker_key", "span", "days_to"])
    op.add_column("appearances", sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("alerts", sa.Column("told", JSON, nullable=True))
    op.add_column("entries", sa.Column("storm", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("reviews", sa.Column("undone_by", ID, nullable=True))
    op.create_table(
        "report_trigrams",
        sa.Column("id", ID, nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_trigrams_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_trigrams")),
    )
    op.create_index(op.f("ix_report_trigrams_report_id"), "report_trigrams", ["report_id"])
    op.create_index(op.f("ix_report_trigrams_hash"), "report_trigrams", ["hash"])


def downgrade() -> None:
    op.drop_index(op.f("ix_report_trigrams_hash"), table_name="report_trigrams")
    op.drop_index(op.f("ix_report_trigrams_report_id"), table_name="report_trigrams")
    op.drop_table("report_trigrams")
    for table, columns in (
        ("reviews", ("undone_by",)),
        ("entries", ("storm",)),
        ("alerts", ("told",)),
        ("appearances", ("pinned",)),
    ):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
    op.drop_index("ix_reports_speaker_days", table_name="reports")
    op.drop_index("ix_reports_state_days", table_name="reports")
    with op.batch_alter_table("reports") as batch:
        batch.drop_column("span")
        batch.drop_column("first_statement")
        batch.drop_column("days_to")
        batch.drop_column("days_from")
    with op.batch_alter_table("statements") as batch:
        batch.drop_column("merged_why")
        batch.drop_column("merged_at")
