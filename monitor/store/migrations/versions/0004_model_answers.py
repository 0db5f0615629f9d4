"""What an optional language model answered about a text, kept so that it is asked once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("article_versions", sa.Column("advised_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "model_answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_answers")),
        sa.UniqueConstraint(
            "text_hash", "model", "question", name=op.f("uq_model_answers_text_hash_model_question")
        ),
    )
    op.create_index(op.f("ix_model_answers_asked_at"), "model_answers", ["asked_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_model_answers_asked_at"), table_name="model_answers")
    op.drop_table("model_answers")
    with op.batch_alter_table("article_versions") as batch:
        batch.drop_column("advised_at")
