"""how long forms take and how easy they are, as counts of a round"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MEASURES = "'first_form', 'later_form', 'customer_form', 'ease'"


def upgrade() -> None:
    op.create_table(
        "usage_counts",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"measure IN ({MEASURES})", name=op.f("ck_usage_counts_measure")),
        sa.CheckConstraint("bucket BETWEEN 0 AND 180", name=op.f("ck_usage_counts_bucket")),
        sa.CheckConstraint("number > 0", name=op.f("ck_usage_counts_number")),
        sa.ForeignKeyConstraint(
            ["cycle_id"],
            ["cycles.id"],
            name=op.f("fk_usage_counts_cycle_id_cycles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cycle_id", "measure", "bucket", name=op.f("pk_usage_counts")),
        sqlite_with_rowid=False,
    )
    # The column by itself: making the table anew on SQLite would delete what refers to it.
    op.add_column(
        "reviewers",
        sa.Column("ease_given", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("reviewers", "ease_given")
    op.drop_table("usage_counts")
