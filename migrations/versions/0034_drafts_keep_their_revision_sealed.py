"""The revision of a draft lies sealed in it; beside it nobody has read it"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("drafts", "revision")


def downgrade() -> None:
    op.add_column(
        "drafts", sa.Column("revision", sa.Integer(), nullable=False, server_default="1")
    )
