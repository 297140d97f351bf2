"""The comments of a round as its readers will get them; few statements, however many people.

Of a rating only the published comments are read, never the answers or what was withheld.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.exc import DataError

from app.cycles.models import Participant
from app.db import db
from app.feedback.hinting.service import list_words
from app.feedback.models import FeedbackRequest, Reviewer
from app.people.groups import PersonKind
from app.people.models import Department, Person
from app.ratings.hiding.models import HiddenPassage
from app.ratings.hiding.rules import Reason, Span
from app.ratings.models import Rating
from app.ratings.queries import is_newest
from app.ratings.shown import ResultStatus

DOCUMENTS_AT_ONCE = 50  # a result holds up to 100 KB


@dataclass(frozen=True, kw_only=True, slots=True)
class Commented:
    """Somebody about whom something may have been written, with the published comments."""

    participant_id: int
    name: str
    department: str
    department_id: int | None
    comments: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hiding:
    """One act of hiding."""

    id: int
    participant_id: int
    name: str
    comment: str
    spans: tuple[Span, ...]
    reason: Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownNames:
    """Whom a comment could name."""

    words: tuple[str, ...]
    by_department: Mapping[int | None, tuple[str, ...]]
    by_participant: Mapping[int, tuple[str, ...]]

    def around(self, one: Commented) -> tuple[str, ...]:
        return (
            *self.words,
            *self.by_department.get(one.department_id, ()),
            *self.by_participant.get(one.participant_id, ()),
        )


def list_commented(
    cycle_id: int, account_id: int, *, participant_id: int | None = None
) -> list[Commented]:
    """Everybody with figures, or only this one, in the order of HR's table of ratings.

    Never the person who asks: nobody looks through comments about themselves.
    """
    wanted = (
        select(
            Participant.id,
            Person.name,
            Department.name.label("department"),
            Person.department_id,
        )
        .select_from(Rating)
        .join(Participant, Participant.id == Rating.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(
            Participant.cycle_id == cycle_id,
            is_newest(),
            Rating.status != ResultStatus.PENDING.value,
            _is_somebody_else(account_id),
        )
        .order_by(Department.name, Person.name, Participant.id)
    )
    if participant_id is not None:
        wanted = wanted.where(Participant.id == participant_id)
    return [
        Commented(
            participant_id=row.id,
            name=row.name,
            department=row.department or "",
            department_id=row.department_id,
            comments=comments,
        )
        for row, comments in _with_comments(wanted)
    ]


def _with_comments(wanted: Select[*tuple[Any, ...]]) -> list[tuple[Any, Mapping[str, Any]]]:
    """Let the database take the comments out of the results.

    PostgreSQL cannot where a zero character or half a character stands anywhere in a result, as
    workbooks can have them; then all of each result is read.
    """
    part = Rating.result[("view", "comments")].label("comments")
    try:
        with db.session.begin_nested():
            return [(row, row.comments) for row in db.session.execute(wanted.add_columns(part))]
    except DataError:
        whole = wanted.add_columns(Rating.result).execution_options(yield_per=DOCUMENTS_AT_ONCE)
        return [(row, row.result["view"]["comments"]) for row in db.session.execute(whole)]


def _is_somebody_else(account_id: int) -> ColumnElement[bool]:
    return or_(Person.account_id.is_(None), Person.account_id != account_id)


def known_names(cycle_id: int) -> KnownNames:
    """Colleagues of the same department and whoever is asked, both of which HR knows anyway, and
    HR's own list of words."""
    departments = (
        select(Person.department_id)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.cycle_id == cycle_id)
    )
    colleagues = db.session.execute(
        select(Person.department_id, Person.name).where(
            Person.kind == PersonKind.EMPLOYEE, Person.department_id.in_(departments)
        )
    )
    asked = db.session.execute(
        select(FeedbackRequest.participant_id, Person.name)
        .join(Reviewer, Reviewer.id == FeedbackRequest.reviewer_id)
        .join(Person, Person.id == Reviewer.person_id)
        .where(Reviewer.cycle_id == cycle_id)
    )
    by_department, by_participant = defaultdict(list), defaultdict(list)
    for department_id, name in colleagues:
        by_department[department_id].append(name)
    for participant_id, name in asked:
        by_participant[participant_id].append(name)
    return KnownNames(
        words=tuple(list_words()),
        by_department={key: tuple(names) for key, names in by_department.items()},
        by_participant={key: tuple(names) for key, names in by_participant.items()},
    )


def list_hidings(
    cycle_id: int, account_id: int | None = None, *, participant_id: int | None = None
) -> list[Hiding]:
    """What is hidden in a round, or about one of it; not about the person who asks."""
    wanted = (
        select(HiddenPassage, Person.name)
        .join(Participant, Participant.id == HiddenPassage.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.cycle_id == cycle_id)
        .order_by(Person.name, HiddenPassage.participant_id, HiddenPassage.id)
    )
    if account_id is not None:
        wanted = wanted.where(_is_somebody_else(account_id))
    if participant_id is not None:
        wanted = wanted.where(Participant.id == participant_id)
    return [
        Hiding(
            id=row.id,
            participant_id=row.participant_id,
            name=name,
            comment=row.comment,
            spans=tuple((start, end) for start, end in row.spans),
            reason=row.reason,
        )
        for row, name in db.session.execute(wanted)
    ]


def count_reasons(cycle_id: int, account_id: int) -> dict[Reason, int]:
    """How many passages of a round are hidden, by reason; not about the person who asks."""
    rows = db.session.execute(
        select(HiddenPassage.reason, func.count())
        .join(Participant, Participant.id == HiddenPassage.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.cycle_id == cycle_id, _is_somebody_else(account_id))
        .group_by(HiddenPassage.reason)
    )
    return dict(rows.all())
