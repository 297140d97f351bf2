"""how long customers are left in peace between two rounds, and how many forms each may get"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Written out: SQLite would build the table anew for a check, and lose what points to its rows.
    op.execute(
        "ALTER TABLE cycles ADD COLUMN customer_rest_days INTEGER DEFAULT 90 NOT NULL"
        " CONSTRAINT ck_cycles_customer_rest_days CHECK (customer_rest_days BETWEEN 0 AND 730)"
    )
    op.execute(
        "ALTER TABLE cycles ADD COLUMN customer_most_forms INTEGER DEFAULT 3 NOT NULL"
        " CONSTRAINT ck_cycles_customer_most_forms CHECK (customer_most_forms BETWEEN 1 AND 20)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE cycles DROP COLUMN customer_most_forms")
    op.execute("ALTER TABLE cycles DROP COLUMN customer_rest_days")
