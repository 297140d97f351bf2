"""Which rounds have something whose time is over."""

from datetime import datetime

from sqlalchemy import select

from app.cycles.models import Cycle
from app.db import db
from app.retention.rules import Moments, answers_are_due


def moments_of(cycle: Cycle) -> Moments:
    """What the rules look at."""
    return Moments(
        time_zone=cycle.time_zone,
        closes_at=cycle.closes_at,
        closed_at=cycle.closed_at,
        released_at=cycle.released_at,
        answers_deleted_on=cycle.answers_deleted_on,
    )


def rounds_with_answers_due(moment: datetime) -> list[int]:
    """Rounds whose answers are to be deleted now. They are few, so the rule itself decides."""
    rows = db.session.scalars(
        select(Cycle)
        .where(Cycle.launched_at.is_not(None), Cycle.answers_deleted_on.is_(None))
        .order_by(Cycle.id)
    )
    return [cycle.id for cycle in rows if answers_are_due(moments_of(cycle), moment)]
