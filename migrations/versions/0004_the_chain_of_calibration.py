"""the chain of calibration

Rows that are there already keep an empty `prev_hash`: they stem from before the chain. A link
computed afterwards would only pretend that nobody could have changed them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KIND = "kind IN ('delta', 'grade', 'lapse')"
HASHES = ("base_hash", "prev_hash", "refers_to")


def upgrade() -> None:
    # On SQLite a batch builds the table anew; nothing points to its rows.
    with op.batch_alter_table("calibrations") as batch:
        batch.add_column(sa.Column("kind", sa.String(8), nullable=False, server_default="delta"))
        batch.add_column(sa.Column("decided_by", sa.String(200), nullable=False, server_default=""))
        batch.add_column(sa.Column("grade", sa.String(10), nullable=True))
        for name in ("before", "after"):
            batch.add_column(sa.Column(name, sa.String(20), nullable=True))
        for name in HASHES:
            batch.add_column(sa.Column(name, sa.String(64), nullable=True))
        batch.alter_column("delta", existing_type=sa.String(20), nullable=True)
    op.execute(
        "UPDATE calibrations SET decided_by ="
        " (SELECT name FROM accounts WHERE accounts.id = calibrations.account_id)"
    )
    with op.batch_alter_table("calibrations") as batch:
        batch.alter_column("kind", existing_type=sa.String(8), server_default=None)
        batch.alter_column("decided_by", existing_type=sa.String(200), server_default=None)
        batch.create_check_constraint(op.f("ck_calibrations_kind"), KIND)


def downgrade() -> None:
    """Points stay; grades that were set and steps that lapsed have no place in the old table."""
    op.execute("DELETE FROM calibrations WHERE kind <> 'delta'")
    with op.batch_alter_table("calibrations") as batch:
        batch.drop_constraint(op.f("ck_calibrations_kind"), type_="check")
        batch.alter_column("delta", existing_type=sa.String(20), nullable=False)
        for name in (*HASHES, "before", "after", "grade", "decided_by", "kind"):
            batch.drop_column(name)
