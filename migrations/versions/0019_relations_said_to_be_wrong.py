"""relations that reviewers say are wrong"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relation_claims",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("claimed", sa.String(length=20), nullable=True),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "claimed IN ('supervisor', 'peer', 'subordinate')",
            name=op.f("ck_relation_claims_claimed"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["feedback_requests.id"],
            name=op.f("fk_relation_claims_request_id_feedback_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_relation_claims")),
    )


def downgrade() -> None:
    op.drop_table("relation_claims")
