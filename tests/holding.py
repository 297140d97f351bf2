"""Two who come at one moment: one holds what the other waits for."""

from time import monotonic, sleep

from sqlalchemy import text

from app.db import db


def wait_until_held() -> None:
    """Until the other one stands before our lock; SQLite does not tell."""
    deadline = monotonic() + 20
    held = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while db.engine.dialect.name == "postgresql" and monotonic() < deadline:
        with db.engine.connect() as connection:
            if connection.scalar(held):
                return
        sleep(0.05)
    sleep(0.3)
