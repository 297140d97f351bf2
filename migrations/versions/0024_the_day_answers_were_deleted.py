"""a round knows on which day its answers were deleted"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cycles", sa.Column("answers_deleted_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("cycles", "answers_deleted_on")
