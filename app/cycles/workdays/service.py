"""HR enters free days and make-up days, and takes them out again."""

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, insert

from app.audit.service import record
from app.cycles.workdays.models import SpecialDay
from app.db import db
from app.errors import DomainError

MOST_DAYS = 31


class CalendarError(DomainError):
    """Days that cannot be entered so; the text says why."""


def enter_days(
    *,
    zone: str,
    first: date,
    last: date,
    is_worked: bool,
    name: str,
    account_id: int | None = None,
) -> int:
    """Mark all days from the first to the last, whatever they were; gives how many.

    Raises CalendarError when the last day comes first, or for more than 31 days.
    """
    if last < first:
        raise CalendarError(_("The last day must not be before the first."))
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    if len(days) > MOST_DAYS:
        raise CalendarError(_("Enter 31 days at the most at a time."))
    _clear(zone, first, last)
    db.session.execute(
        insert(SpecialDay),
        [{"time_zone": zone, "day": day, "is_worked": is_worked, "name": name} for day in days],
    )
    kind = "worked" if is_worked else "free"
    detail = f"{zone} {first} {last} {kind}"
    record("calendar.entered", "calendar", account_id=account_id, detail=detail)
    return len(days)


def remove_day(*, zone: str, day: date, account_id: int | None = None) -> None:
    """Take one day out; twice is as good as once."""
    _clear(zone, day, day)
    record("calendar.removed", "calendar", account_id=account_id, detail=f"{zone} {day}")


def _clear(zone: str, first: date, last: date) -> None:
    db.session.execute(
        delete(SpecialDay).where(SpecialDay.time_zone == zone, SpecialDay.day.between(first, last))
    )
