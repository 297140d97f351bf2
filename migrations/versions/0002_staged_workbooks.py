"""uploaded workbooks between check and confirmation"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staged_workbooks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", app.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_staged_workbooks_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_workbooks")),
    )
    with op.batch_alter_table("staged_workbooks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_staged_workbooks_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_staged_workbooks_uploaded_at"), ["uploaded_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("staged_workbooks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staged_workbooks_uploaded_at"))
        batch_op.drop_index(batch_op.f("ix_staged_workbooks_account_id"))

    op.drop_table("staged_workbooks")
