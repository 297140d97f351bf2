"""HR keeps a list of words that may identify who wrote a comment"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "telling_words",
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_telling_words")),
    )


def downgrade() -> None:
    op.drop_table("telling_words")
