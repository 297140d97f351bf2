"""a round knows on which day its links were deleted"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cycles", sa.Column("links_deleted_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("cycles", "links_deleted_on")
