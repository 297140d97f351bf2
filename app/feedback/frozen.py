"""What a launch has frozen: schemes and their questionnaires may stay in a process's memory."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from app.db import db
from app.feedback.callers import Round

KEPT_FORMS = 256  # of each kind in each process; a form takes about 20 kB, its questions as HTML 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Launch:
    """One launch of one round in one database; nothing that hangs on it changes any more."""

    database: Engine
    cycle_id: int
    launched_at: datetime | None
    k_min: int


def launch_of(cycle: Round) -> Launch:
    """The launch that a round is in."""
    return Launch(
        database=db.engine,
        cycle_id=cycle.id,
        launched_at=cycle.launched_at,
        k_min=cycle.k_min,
    )
