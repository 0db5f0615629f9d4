"""Copies (sketches by which they are looked for, the agency credited) and the lines that a host repeats."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "article_sketches",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_sketches_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_sketches")),
    )
    op.create_index(op.f("ix_article_sketches_article_id"), "article_sketches", ["article_id"])
    op.create_index(op.f("ix_article_sketches_hash"), "article_sketches", ["hash"])
    op.create_table(
        "host_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_lines")),
        sa.UniqueConstraint("host", "hash", name=op.f("uq_host_lines_host_hash")),
    )
    op.add_column("articles", sa.Column("agency", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("articles") as table:
        table.drop_column("agency")
    op.drop_table("host_lines")
    op.drop_index(op.f("ix_article_sketches_hash"), table_name="article_sketches")
    op.drop_index(op.f("ix_article_sketches_article_id"), table_name="article_sketches")
    op.drop_table("article_sketches")
