"""letters that still have their text are found at once"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NAME, WITH_TEXT = "ix_letters_with_text", sa.text("text <> ''")


def upgrade() -> None:
    op.create_index(
        NAME, "letters", ["posted_at"], sqlite_where=WITH_TEXT, postgresql_where=WITH_TEXT
    )


def downgrade() -> None:
    op.drop_index(NAME, table_name="letters")
