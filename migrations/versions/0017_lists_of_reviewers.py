"""employees propose their reviewers and managers approve"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STATES = ("asked", "proposed", "returned", "approved")
GROUPS = ("self", "supervisor", "peer", "subordinate", "customer")


def upgrade() -> None:
    op.create_table(
        "nomination_rounds",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("last_local", sa.String(length=16), nullable=False),
        sa.Column("ends_at", app.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"],
            ["cycles.id"],
            name=op.f("fk_nomination_rounds_cycle_id_cycles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_nomination_rounds")),
    )
    op.create_table(
        "nominations",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="liststate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'proposed', 'returned', 'approved')",
            name=op.f("ck_nominations_state"),
        ),
        sa.CheckConstraint(
            "state <> 'returned' OR reason <> ''", name=op.f("ck_nominations_reason")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_nominations_participant_id_participants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_nominations")),
    )
    op.create_table(
        "nominees",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "rater_group",
            sa.Enum(*GROUPS, name="ratergroup", native_enum=False, length=20),
            nullable=False,
        ),
        sa.CheckConstraint(
            "rater_group IN ('peer', 'subordinate', 'customer')",
            name=op.f("ck_nominees_rater_group"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["nominations.participant_id"],
            name=op.f("fk_nominees_participant_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_nominees_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", "person_id", name=op.f("pk_nominees")),
    )
    op.create_index(op.f("ix_nominees_person_id"), "nominees", ["person_id"])


def downgrade() -> None:
    op.drop_table("nominees")
    op.drop_table("nominations")
    op.drop_table("nomination_rounds")
