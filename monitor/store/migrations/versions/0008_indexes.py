"""Indexes for a ledger of years: when a feed last had something, the copies of an article, what was merged.

Measured in docs/scaling.md. The index of entries by feed goes: the new one begins with the feed.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_entries_feed_seen", "entries", ["feed_id", "first_seen"])
    op.drop_index(op.f("ix_entries_feed_id"), "entries")
    op.create_index(op.f("ix_articles_copy_of"), "articles", ["copy_of"])
    op.create_index(op.f("ix_statements_merged_into"), "statements", ["merged_into"])


def downgrade() -> None:
    op.drop_index(op.f("ix_statements_merged_into"), "statements")
    op.drop_index(op.f("ix_articles_copy_of"), "articles")
    op.create_index(op.f("ix_entries_feed_id"), "entries", ["feed_id"])
    op.drop_index("ix_entries_feed_seen", "entries")
