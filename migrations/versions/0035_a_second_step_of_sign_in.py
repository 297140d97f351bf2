"""Accounts may have a second step of sign-in, and recovery codes"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added without a table built anew: SQLite would delete what points to the accounts.
    op.add_column("accounts", sa.Column("step_secret", sa.LargeBinary(), nullable=True))
    for name in ("last_step", "step_tries"):
        op.add_column(
            "accounts", sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        )
    op.add_column(
        "accounts",
        sa.Column("step_tries_until", app.db.UTCDateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_recovery_codes_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("account_id", "code_hash", name=op.f("uq_recovery_codes_account_id")),
    )


def downgrade() -> None:
    op.drop_table("recovery_codes")
    for name in ("step_tries_until", "step_tries", "last_step", "step_secret"):
        op.drop_column("accounts", name)
