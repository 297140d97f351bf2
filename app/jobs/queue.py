"""The queue engine: Huey on SQLite, Redis or PostgreSQL. It only says "there is work".

A wake-up carries nothing: what is to be done stands in the jobs table. A lost wake-up costs the
time until the next sweep (each minute), never a job.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from huey import PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.api import Huey

SWEEP = timedelta(minutes=1)


class WakeUp:
    """The one task that travels through the queue, and the engine it travels through."""

    def __init__(self, queue_url: str) -> None:
        self.huey: Huey = _engine(queue_url)
        self._alarm = 0.0  # on the monotonic clock
        self._drain: Callable[[], timedelta | None] = lambda: None
        self._task: Any = self.huey.task(name="wake_up")(self._on_wake_up)
        self.huey.periodic_task(crontab(minute="*"), name="sweep")(self._on_wake_up)

    def call(self, drain: Callable[[], timedelta | None]) -> None:
        """What to run on a wake-up: it works until nothing is due, and says when to come back."""
        self._drain = drain

    def send(self, *, delay: timedelta | None = None) -> None:
        """Wake a worker, now or after a while."""
        if delay is None:
            self._task()
        else:
            self._task.schedule(delay=max(1, delay.total_seconds()))

    def close(self) -> None:
        """Let go of the engine's connections."""
        self.huey.storage.close()

    def _on_wake_up(self) -> None:
        pause = self._drain()
        if pause is not None and pause < SWEEP:
            self._set_alarm(pause)

    def _set_alarm(self, pause: timedelta) -> None:
        """Come back when the next job is due, unless an earlier alarm is set already.

        Without that check every wake-up of a busy hour would go on waking us for as long as one
        letter waits for its next try.
        """
        present = time.monotonic()
        due = present + pause.total_seconds()
        if present < self._alarm <= due + 1:
            return
        self._alarm = due
        self.send(delay=pause)


def _engine(queue_url: str) -> Huey:
    if queue_url.startswith("sqlite:///"):
        path = Path(queue_url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("roundview", filename=str(path), results=False, utc=True)
    if queue_url.startswith(("redis://", "rediss://")):
        return RedisHuey("roundview", url=queue_url, results=False, utc=True)
    if queue_url.startswith(("postgres://", "postgresql://", "postgresql+psycopg://")):
        dsn = queue_url.replace("postgresql+psycopg://", "postgresql://")
        return PostgresHuey("roundview", dsn=dsn, results=False, utc=True)
    raise ValueError("QUEUE_URL must begin with sqlite:///, redis:// or postgresql://.")
