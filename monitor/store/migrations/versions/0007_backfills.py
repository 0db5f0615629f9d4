"""The past: what was asked of archives, in which windows, and the pages that they named."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "backfills",
        sa.Column("id", ID, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("start", MOMENT, nullable=False),
        sa.Column("end", MOMENT, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("policy", sa.String(10), nullable=False),
        sa.Column("targets", JSON, nullable=False),
        sa.Column("announce", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfills")),
        sa.UniqueConstraint(
            "source", "start", "end", "digest", "policy",
            name=op.f("uq_backfills_source_start_end_digest_policy"),
        ),
    )  # fmt: skip
    op.create_table(
        "backfill_windows",
        sa.Column("id", ID, nullable=False),
        sa.Column("backfill_id", ID, nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("start", MOMENT, nullable=False),
        sa.Column("end", MOMENT, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("listed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("begun_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["backfill_id"], ["backfills.id"], name=op.f("fk_backfill_windows_backfill_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfill_windows")),
        sa.UniqueConstraint(
            "backfill_id", "target", "start", "end",
            name=op.f("uq_backfill_windows_backfill_id_target_start_end"),
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_backfill_windows_backfill_id"), "backfill_windows", ["backfill_id"])
    op.create_index(op.f("ix_backfill_windows_status"), "backfill_windows", ["status"])
    op.create_table(
        "backfill_pages",
        sa.Column("id", ID, nullable=False),
        sa.Column("window_id", ID, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("document", JSON, nullable=False),
        sa.Column("captured", MOMENT, nullable=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("final_url", sa.Text(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("day", MOMENT, nullable=True),
        sa.Column("article_id", ID, nullable=True),
        sa.Column("met_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["window_id"], ["backfill_windows.id"], name=op.f("fk_backfill_pages_window_id")
        ),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_backfill_pages_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfill_pages")),
        sa.UniqueConstraint("source", "key", name=op.f("uq_backfill_pages_source_key")),
    )
    op.create_index("ix_backfill_pages_window_status", "backfill_pages", ["window_id", "status"])
    op.create_index(op.f("ix_backfill_pages_article_id"), "backfill_pages", ["article_id"])
    op.create_index("ix_entries_canonical_url", "entries", ["canonical_url"])


def downgrade() -> None:
    op.drop_index("ix_entries_canonical_url", table_name="entries")
    op.drop_index(op.f("ix_backfill_pages_article_id"), table_name="backfill_pages")
    op.drop_index("ix_backfill_pages_window_status", table_name="backfill_pages")
    op.drop_table("backfill_pages")
    op.drop_index(op.f("ix_backfill_windows_status"), table_name="backfill_windows")
    op.drop_index(op.f("ix_backfill_windows_backfill_id"), table_name="backfill_windows")
    op.drop_table("backfill_windows")
    op.drop_table("backfills")
