"""Runs the migrations through the application's own engine, on SQLite and PostgreSQL."""

from alembic import context
from flask import current_app

# Every table must be known here; Alembic compares them with the database.
import app.audit.models
import app.kpi.imports.models
import app.kpi.models
import app.plans.models
import app.ratings.models  # noqa: F401
from app.db import Base, db


def run() -> None:
    """Upgrade or downgrade in one transaction."""
    if "migrate" not in current_app.extensions:
        raise RuntimeError("run migrations through `flask db`")
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
