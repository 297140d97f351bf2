"""hr is told before answers go, and of rounds that were over without a release always first"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cycles", sa.Column("warned_of", sa.Date(), nullable=True))
    op.add_column(
        "cycles",
        sa.Column("waits_for_warning", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    # Their reviewers were told of no day but the one after a release.
    op.execute(
        "UPDATE cycles SET waits_for_warning = TRUE WHERE launched_at IS NOT NULL"
        " AND released_at IS NULL AND answers_deleted_on IS NULL"
        " AND (closed_at IS NOT NULL OR closes_at <= CURRENT_TIMESTAMP)"
    )


def downgrade() -> None:
    op.drop_column("cycles", "waits_for_warning")
    op.drop_column("cycles", "warned_of")
