"""an item names the rater groups that are asked it"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

COLLEAGUES = "self supervisor peer subordinate"


def upgrade() -> None:
    op.add_column(
        "items", sa.Column("asked", sa.String(60), nullable=False, server_default=COLLEAGUES)
    )
    op.execute("UPDATE items SET asked = 'customer' WHERE audience = 'customer'")
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_items_audience"), type_="check")
        batch_op.drop_column("audience")
        batch_op.alter_column("asked", existing_type=sa.String(60), server_default=None)
        batch_op.create_check_constraint(batch_op.f("ck_items_asked"), "asked <> ''")


def downgrade() -> None:
    """What customers are asked among others was no question of theirs in the old table."""
    op.add_column(
        "items", sa.Column("audience", sa.String(10), nullable=False, server_default="internal")
    )
    op.execute("UPDATE items SET audience = 'customer' WHERE asked = 'customer'")
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_items_asked"), type_="check")
        batch_op.drop_column("asked")
        batch_op.alter_column("audience", existing_type=sa.String(10), server_default=None)
        batch_op.create_check_constraint(
            batch_op.f("ck_items_audience"), "audience IN ('internal', 'customer')"
        )
