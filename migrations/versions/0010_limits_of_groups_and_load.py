"""how many of a group are asked, and how many forms a reviewer should have"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_limits",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column(
            "rater_group",
            sa.Enum(
                "self", "supervisor", "peer", "subordinate", "customer",
                name="ratergroup", native_enum=False, length=20,
            ),
            nullable=False,
        ),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "rater_group IN ('self', 'supervisor', 'peer', 'subordinate', 'customer')",
            name=op.f("ck_group_limits_rater_group"),
        ),
        sa.CheckConstraint("least >= 0", name=op.f("ck_group_limits_least")),
        sa.CheckConstraint("most >= 1 AND most >= least", name=op.f("ck_group_limits_most")),
        sa.ForeignKeyConstraint(
            ["cycle_id"],
            ["cycles.id"],
            name=op.f("fk_group_limits_cycle_id_cycles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cycle_id", "rater_group", name=op.f("pk_group_limits")),
    )
    op.create_table(
        "load_caps",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.CheckConstraint("forms BETWEEN 1 AND 15", name=op.f("ck_load_caps_forms")),
        sa.ForeignKeyConstraint(
            ["cycle_id"],
            ["cycles.id"],
            name=op.f("fk_load_caps_cycle_id_cycles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_load_caps")),
    )


def downgrade() -> None:
    op.drop_table("load_caps")
    op.drop_table("group_limits")
