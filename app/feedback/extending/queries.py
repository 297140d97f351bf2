"""Who asks for more time, and who has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.db import db
from app.feedback.models import Reviewer
from app.feedback.reminding.queries import forms_of_reviewers
from app.people.models import Department, Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """A reviewer who waits for HR's word, with what is still open."""

    id: int
    name: str
    place: str
    asked_on: date
    open_forms: int


def list_asking(cycle_id: int) -> Sequence[Asking]:
    """Those who wait, the longest first."""
    forms = forms_of_reviewers(cycle_id).subquery()
    rows = db.session.execute(
        select(
            Reviewer.id,
            Reviewer.more_time_asked_on,
            Person.name,
            Person.company,
            Department.name.label("department"),
            forms.c.open_forms,
        )
        .join(Person, Person.id == Reviewer.person_id)
        .join(forms, forms.c.reviewer_id == Reviewer.id)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(Reviewer.cycle_id == cycle_id, Reviewer.more_time_waits)
        .order_by(Reviewer.more_time_asked_on, Person.name, Reviewer.id)
    )
    return [
        Asking(
            id=row.id,
            name=row.name,
            place=row.department or row.company or "",
            asked_on=row.more_time_asked_on,
            open_forms=row.open_forms,
        )
        for row in rows
    ]


def find_reviewer_of(cycle_id: int, reviewer_id: int) -> Reviewer | None:
    """A reviewer of this very round, locked against a second answer at the same moment."""
    return db.session.scalar(
        select(Reviewer)
        .where(Reviewer.id == reviewer_id, Reviewer.cycle_id == cycle_id)
        .options(joinedload(Reviewer.person).joinedload(Person.department))
        .with_for_update(of=Reviewer)
        .execution_options(populate_existing=True)
    )


def count_asking(cycle_id: int) -> int:
    """How many reviewers wait for HR's word."""
    count = select(func.count()).where(Reviewer.cycle_id == cycle_id, Reviewer.more_time_waits)
    return db.session.scalar(count) or 0


def count_with_more_time(cycle_id: int, *, now: datetime) -> int:
    """How many reviewers have a deadline of their own that is still to come."""
    count = select(func.count()).where(Reviewer.cycle_id == cycle_id, Reviewer.closes_at > now)
    return db.session.scalar(count) or 0
