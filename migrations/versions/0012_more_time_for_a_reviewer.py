"""a reviewer asks for more time and gets a deadline of their own"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NAME = "ck_invitations_kind"
BEFORE = "kind IN ('invite', 'remind', 'fresh')"
AFTER = "kind IN ('invite', 'remind', 'fresh', 'more_time')"


def upgrade() -> None:
    # Columns one by one: making the table anew on SQLite would delete what refers to it.
    op.add_column("reviewers", sa.Column("more_time_asked_on", sa.Date(), nullable=True))
    op.add_column(
        "reviewers",
        sa.Column("more_time_waits", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "reviewers", sa.Column("closes_at", app.db.UTCDateTime(timezone=True), nullable=True)
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(NAME), type_="check")
        batch_op.create_check_constraint(batch_op.f(NAME), AFTER)


def downgrade() -> None:
    op.execute("UPDATE invitations SET kind = 'fresh' WHERE kind = 'more_time'")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(NAME), type_="check")
        batch_op.create_check_constraint(batch_op.f(NAME), BEFORE)
    for name in ("closes_at", "more_time_waits", "more_time_asked_on"):
        op.drop_column("reviewers", name)
