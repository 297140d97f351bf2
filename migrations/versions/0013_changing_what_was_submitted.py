"""the right to correct, and forms that are filled in anew"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NAME = "ck_invitations_kind"
BEFORE = "kind IN ('invite', 'remind', 'fresh', 'more_time')"
AFTER = "kind IN ('invite', 'remind', 'fresh', 'more_time', 'correct')"


def upgrade() -> None:
    # Columns one by one: making the table anew on SQLite would delete what refers to it.
    op.add_column(
        "reviewers",
        sa.Column("may_correct", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute(
        "ALTER TABLE feedback_requests ADD COLUMN reopened BOOLEAN DEFAULT false NOT NULL"
        " CONSTRAINT ck_feedback_requests_reopened CHECK (NOT reopened OR state = 'submitted')"
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(NAME), type_="check")
        batch_op.create_check_constraint(batch_op.f(NAME), AFTER)


def downgrade() -> None:
    op.execute("UPDATE invitations SET kind = 'fresh' WHERE kind = 'correct'")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(NAME), type_="check")
        batch_op.create_check_constraint(batch_op.f(NAME), BEFORE)
    op.execute("ALTER TABLE feedback_requests DROP COLUMN reopened")
    op.drop_column("reviewers", "may_correct")
