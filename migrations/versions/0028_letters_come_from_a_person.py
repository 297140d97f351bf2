"""letters come from a person, who reads the reply"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("from_name", 300), ("reply_to", 254)):
        op.add_column(
            "letters", sa.Column(name, sa.String(length), nullable=False, server_default="")
        )


def downgrade() -> None:
    op.drop_column("letters", "reply_to")
    op.drop_column("letters", "from_name")
