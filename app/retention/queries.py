"""Which rounds have something whose time is over."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from app.cycles.models import Cycle
from app.db import db
from app.feedback.models import Draft, FeedbackRequest, Reviewer
from app.retention.rules import (
    DRAFTS_KEPT,
    Moments,
    answers_are_due,
    day_to_warn_of,
    links_are_due,
)


def moments_of(cycle: Cycle) -> Moments:
    """What the rules look at."""
    return Moments(
        time_zone=cycle.time_zone,
        closes_at=cycle.closes_at,
        closed_at=cycle.closed_at,
        released_at=cycle.released_at,
        answers_deleted_on=cycle.answers_deleted_on,
        links_deleted_on=cycle.links_deleted_on,
        waits_for_warning=cycle.waits_for_warning,
        warned_of=cycle.warned_of,
    )


def rounds_with_answers_due(moment: datetime) -> list[int]:
    """Rounds whose answers are to be deleted now."""
    return [cycle.id for cycle in _with_answers() if answers_are_due(moments_of(cycle), moment)]


def rounds_to_warn_of(moment: datetime) -> list[int]:
    """Rounds of whose answers HR is to be told now that they will go."""
    return [cycle.id for cycle in _with_answers() if day_to_warn_of(moments_of(cycle), moment)]


def _with_answers() -> Sequence[Cycle]:
    """They are few, so the rules themselves decide about each."""
    return db.session.scalars(
        select(Cycle)
        .where(Cycle.launched_at.is_not(None), Cycle.answers_deleted_on.is_(None))
        .order_by(Cycle.id)
    ).all()


def rounds_with_links_due(moment: datetime) -> list[int]:
    """Closed rounds whose links are to be deleted now."""
    rows = db.session.scalars(
        select(Cycle)
        .where(Cycle.closed_at.is_not(None), Cycle.links_deleted_on.is_(None))
        .order_by(Cycle.id)
    )
    return [cycle.id for cycle in rows if links_are_due(moments_of(cycle), moment)]


def rounds_with_old_drafts(moment: datetime) -> list[int]:
    """Rounds that nobody has closed, with drafts that can hardly be sent any more."""
    rows = db.session.scalars(
        select(Reviewer.cycle_id)
        .join(Cycle, Cycle.id == Reviewer.cycle_id)
        .where(
            Cycle.closed_at.is_(None),
            Cycle.closes_at <= moment - DRAFTS_KEPT,
            exists().where(
                FeedbackRequest.reviewer_id == Reviewer.id,
                Draft.request_id == FeedbackRequest.id,
            ),
            *is_too_late(moment),
        )
        .distinct()
        .order_by(Reviewer.cycle_id)
    )
    return list(rows)


def is_too_late(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """For a statement over reviewers and their rounds: the last day is long over for them.

    Somebody who has asked for more time and waits for HR keeps what they typed.
    """
    last = func.coalesce(Reviewer.closes_at, Cycle.closes_at)
    return (last <= moment - DRAFTS_KEPT, ~Reviewer.more_time_waits)
