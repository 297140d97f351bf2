"""HR may hide passages of comments in rounds whose reviewers are told so"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hidden_passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(length=32), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "reason IN ('person', 'private', 'unlawful', 'other')",
            name=op.f("ck_hidden_passages_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_hidden_passages_participant_id_participants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hidden_passages")),
    )
    op.create_index(
        op.f("ix_hidden_passages_participant_id"), "hidden_passages", ["participant_id"]
    )
    # Added without a table built anew: SQLite would delete what points to the rounds.
    op.add_column(
        "cycles",
        sa.Column("hr_reads_comments", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    # Reviewers who were asked before were told that HR sees only whether they have responded.
    op.execute("UPDATE cycles SET hr_reads_comments = false WHERE launched_at IS NOT NULL")


def downgrade() -> None:
    op.drop_column("cycles", "hr_reads_comments")
    op.drop_index(op.f("ix_hidden_passages_participant_id"), table_name="hidden_passages")
    op.drop_table("hidden_passages")
