"""which of the automatic reminders a letter is"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nudge", sa.String(length=10), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_invitations_nudge"), "nudge IN ('first', 'second', 'last')"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_invitations_reviewer_id"), ["reviewer_id", "nudge"]
        )


def downgrade() -> None:
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_invitations_reviewer_id"), type_="unique")
        batch_op.drop_constraint(batch_op.f("ck_invitations_nudge"), type_="check")
        batch_op.drop_column("nudge")
