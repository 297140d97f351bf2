"""letters may be paused, and leave at a limited pace"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_flow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paused_since", app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("paced_until", app.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_mail_flow_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_flow")),
    )


def downgrade() -> None:
    op.drop_table("mail_flow")
