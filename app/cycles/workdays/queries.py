"""Which days are worked; one statement for any number of zones."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select

from app.cycles.holidays import BEIJING, days_off
from app.cycles.rules import WorkCalendar
from app.cycles.workdays.models import SpecialDay
from app.db import db


def calendar_of(zone: str, first: date, last: date) -> WorkCalendar:
    """The working days of one zone, sure from the first day to the last."""
    return calendars_of([zone], first, last)[zone]


def calendars_of(zones: Collection[str], first: date, last: date) -> dict[str, WorkCalendar]:
    """The same for several zones. What HR entered wins over the holidays known by themselves."""
    special: dict[str, dict[date, bool]] = defaultdict(dict)
    for row in db.session.scalars(
        select(SpecialDay).where(
            SpecialDay.time_zone.in_(set(zones)), SpecialDay.day.between(first, last)
        )
    ):
        special[row.time_zone][row.day] = row.is_worked
    known = days_off(first, last)
    calendars = {}
    for zone in zones:
        worked = frozenset(day for day, is_worked in special[zone].items() if is_worked)
        entered = frozenset(special[zone]) - worked
        calendars[zone] = WorkCalendar(
            free=entered | (known if zone in BEIJING else frozenset()), worked=worked
        )
    return calendars


def list_special_days(first: date) -> Sequence[SpecialDay]:
    """Every day that HR entered, from this one on, by zone and day."""
    return db.session.scalars(
        select(SpecialDay)
        .where(SpecialDay.day >= first)
        .order_by(SpecialDay.time_zone, SpecialDay.day)
    ).all()
