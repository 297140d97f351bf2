"""how many raters of a round show a sign"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SIGNS = "'severity', 'halo', 'central_tendency', 'straight_line', 'outlier', 'duplicate'"


def upgrade() -> None:
    op.create_table(
        "quality_counts",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("sign", sa.String(length=20), nullable=False),
        sa.Column("band", sa.String(length=20), nullable=False),
        sa.Column("flagged", sa.Integer(), nullable=True),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"sign IN ({SIGNS})", name=op.f("ck_quality_counts_sign")),
        sa.CheckConstraint(
            "band IN ('few', 'exact', 'many')", name=op.f("ck_quality_counts_band")
        ),
        sa.CheckConstraint(
            "(band = 'exact') = (flagged IS NOT NULL)", name=op.f("ck_quality_counts_flagged")
        ),
        sa.CheckConstraint("judged >= 6", name=op.f("ck_quality_counts_judged")),
        sa.CheckConstraint(
            "flagged >= 3 AND flagged < judged - 3",
            name=op.f("ck_quality_counts_points_at_nobody"),
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"],
            ["cycles.id"],
            name=op.f("fk_quality_counts_cycle_id_cycles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cycle_id", "sign", name=op.f("pk_quality_counts")),
    )


def downgrade() -> None:
    op.drop_table("quality_counts")
