"""Whether letters leave at the moment: HR's pause, and the most per minute over all workers."""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.db import db
from app.jobs.models import JobKind
from app.jobs.service import bring_forward
from app.mail.models import MailFlow
from app.mail.rules import after_a_letter, wait_for_turn

ONLY_ROW = 1


def paused_since() -> datetime | None:
    """Since when HR holds all letters back; None while they leave."""
    return db.session.scalar(select(MailFlow.paused_since))


def pause() -> bool:
    """Hold all letters back; False when they are held back already."""
    _make_row()
    return _set_pause(now())


def go_on() -> bool:
    """Let letters leave again, at once also those that the server put off; False when nothing
    holds them back."""
    bring_forward(JobKind.SEND_LETTER)
    return _set_pause(None)


def wait_of_letters(per_minute: int) -> timedelta | None:
    """How long letters have to wait now; None while they are paused. 0 a minute means no limit."""
    row = db.session.execute(select(MailFlow.paused_since, MailFlow.paced_until)).one_or_none()
    if row is None:
        return timedelta()
    if row.paused_since is not None:
        return None
    return wait_for_turn(row.paced_until, now()) if per_minute else timedelta()


def take_turn(per_minute: int) -> bool:
    """Count one letter that goes now, and commit; False when another worker was faster."""
    if not per_minute:
        return True
    _make_row()
    present, paced_until = now(), db.session.scalar(select(MailFlow.paced_until))
    if wait_for_turn(paced_until, present):
        return False
    counted = db.session.execute(
        update(MailFlow)
        .where(MailFlow.paced_until.is_not_distinct_from(paced_until))
        .values(paced_until=after_a_letter(paced_until, present, per_minute))
    )
    db.session.commit()
    return bool(counted.rowcount)  # type: ignore[attr-defined]


def _set_pause(since: datetime | None) -> bool:
    is_paused = MailFlow.paused_since.is_not(None)
    changed = db.session.execute(
        update(MailFlow)
        .where(~is_paused if since else is_paused)
        .values(paused_since=since)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _make_row() -> None:
    if db.session.scalar(select(MailFlow.id)) is None:
        with suppress(IntegrityError), db.session.begin_nested():
            db.session.add(MailFlow(id=ONLY_ROW))
