"""letters that a worker has begun to hand over"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A plain ADD COLUMN and DROP COLUMN on SQLite too: a batch would build the table anew, and
    # dropping the old one would take the invitations that point to its letters along.
    op.add_column(
        "letters",
        sa.Column("handed_over_at", app.db.UTCDateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_column("letters", "handed_over_at")
