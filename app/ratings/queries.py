"""Rows for the pages of results; the number of statements never depends on that of people.

Pages read `Rating.result` only;
`Rating.inputs`, which holds the answers, is read by the computation alone.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from app.cycles.models import Cycle, Participant
from app.db import db
from app.people.models import Department, Person
from app.ratings.models import Rating
from app.ratings.shown import ResultStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class RatingRow:
    """One line of HR's table; a person who was not rated yet has no status."""

    participant_id: int
    name: str
    staff_number: str
    department: str
    status: ResultStatus | None
    version: int
    final: str | None
    grade: str | None
    missing: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """A person by account, for the pages of managers and employees."""

    person_id: int
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnResult:
    """One round of one person, as its own page or the manager's list shows it."""

    participant_id: int
    name: str
    job: str
    department: str
    cycle: str
    period_from: date
    period_to: date
    closes_at: datetime
    closes_local: str  # the same on the clock of the round
    time_zone: str
    closed_at: datetime | None
    released_at: datetime | None
    status: ResultStatus | None
    final: str | None
    grade: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleasedResult:
    """What `app.ratings.reading.shown_result` needs, with the facts of the page's head."""

    participant_id: int
    name: str
    job: str
    department: str
    cycle: str
    period_from: date
    period_to: date
    released_at: datetime
    answers_deleted_on: date | None
    version: int
    result: Mapping[str, Any]


def newest_seals(participants: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Participant → newest version and the seal of what it was computed from."""
    rows = db.session.execute(
        select(Rating.participant_id, Rating.version, Rating.seal).where(
            Rating.participant_id.in_(participants), is_newest()
        )
    )
    return {row.participant_id: (row.version, row.seal) for row in rows}


def newest_inputs(participants: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """Participant → what the newest version was computed from."""
    rows = db.session.execute(
        select(Rating.participant_id, Rating.inputs).where(
            Rating.participant_id.in_(participants), is_newest()
        )
    )
    return {row.participant_id: row.inputs for row in rows}


def latest_versions(cycle_id: int) -> dict[int, int]:
    """Participant → newest version."""
    rows = db.session.execute(
        select(Rating.participant_id, func.max(Rating.version))
        .join(Participant, Participant.id == Rating.participant_id)
        .where(Participant.cycle_id == cycle_id)
        .group_by(Rating.participant_id)
    )
    return dict(rows.all())


def find_newest(participant_id: int) -> Rating | None:
    return db.session.scalar(
        select(Rating).where(Rating.participant_id == participant_id, is_newest())
    )


def find_calibratable(cycle_id: int, participant_id: int) -> Participant | None:
    """A participant with a finished rating that is not released yet."""
    return db.session.scalar(
        select(Participant)
        .join(Cycle, Cycle.id == Participant.cycle_id)
        .join(Rating, and_(Rating.participant_id == Participant.id, is_newest()))
        .where(
            Participant.id == participant_id,
            Participant.cycle_id == cycle_id,
            Cycle.released_at.is_(None),
            Rating.status == ResultStatus.RATED.value,
        )
    )


def is_newest() -> ColumnElement[bool]:
    other = aliased(Rating)
    newest = select(func.max(other.version)).where(other.participant_id == Rating.participant_id)
    return Rating.version == newest.scalar_subquery()


def list_ratings(cycle_id: int) -> list[RatingRow]:
    """HR's table: totals and grades by name, never a single answer."""
    rows = db.session.execute(
        _people(
            Participant.id,
            Person.name,
            Person.staff_number,
            Department.name.label("department"),
            Rating.status,
            Rating.version,
            Rating.final,
            Rating.grade,
        )
        .where(Participant.cycle_id == cycle_id)
        .order_by(Department.name, Person.name, Participant.id)
    )
    missing = _missing(cycle_id)
    return [
        RatingRow(
            participant_id=row.id,
            name=row.name,
            staff_number=row.staff_number or "",
            department=row.department or "",
            status=ResultStatus(row.status) if row.status else None,
            version=row.version or 0,
            final=row.final,
            grade=row.grade,
            missing=missing.get(row.id, ()),
        )
        for row in rows
    ]


def _people(*columns: Any) -> Select[Any]:
    """Participants with their person, department and newest rating, if there is one."""
    return (
        select(*columns)
        .select_from(Participant)
        .join(Person, Person.id == Participant.person_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .outerjoin(Rating, and_(Rating.participant_id == Participant.id, is_newest()))
    )


def _missing(cycle_id: int) -> dict[int, tuple[Mapping[str, str], ...]]:
    rows = db.session.execute(
        select(Rating.participant_id, Rating.result)
        .join(Participant, Participant.id == Rating.participant_id)
        .where(
            Participant.cycle_id == cycle_id,
            Rating.status == ResultStatus.PENDING.value,
            is_newest(),
        )
    )
    return {row.participant_id: tuple(row.result["missing"]) for row in rows}


def find_reader(account_id: int) -> Reader | None:
    """Who of the people holds this account; nobody for somebody of HR who is not reviewed."""
    row = db.session.execute(
        select(Person.id, Person.name).where(Person.account_id == account_id)
    ).one_or_none()
    return Reader(person_id=row.id, name=row.name) if row else None


def list_team(manager_id: int) -> list[OwnResult]:
    """Everybody whose manager this person was when a round was planned; newest round first."""
    return _own_results(Participant.manager_id == manager_id)


def list_own(person_id: int) -> list[OwnResult]:
    """All rounds that reviewed this person; newest first."""
    return _own_results(Participant.person_id == person_id)


def _own_results(whose: ColumnElement[bool]) -> list[OwnResult]:
    rows = db.session.execute(
        _people(
            Participant.id.label("participant_id"),
            Person.name,
            Person.job,
            Department.name.label("department"),
            Cycle.name.label("cycle"),
            Cycle.period_from,
            Cycle.period_to,
            Cycle.closes_at,
            Cycle.closes_local,
            Cycle.time_zone,
            Cycle.closed_at,
            Cycle.released_at,
            Rating.status,
            Rating.final,
            Rating.grade,
        )
        .join(Cycle, Cycle.id == Participant.cycle_id)
        .where(whose, Cycle.launched_at.is_not(None))
        .order_by(Cycle.closes_at.desc(), Cycle.id.desc(), Person.name, Participant.id)
    )
    return [_own_result(row._mapping) for row in rows]


def _own_result(row: Mapping[Any, Any]) -> OwnResult:
    """Before the release nobody but HR learns even the status."""
    released = row["released_at"] is not None
    facts = dict(row) | {"department": row["department"] or ""}
    status = ResultStatus(row["status"]) if released and row["status"] else None
    hidden = {} if released else {"final": None, "grade": None}
    return OwnResult(**facts | hidden | {"status": status})


def find_released(participant_id: int, whose: ColumnElement[bool]) -> ReleasedResult | None:
    """A released result that the condition lets this reader see; None as for a stranger."""
    row = db.session.execute(
        _people(
            Participant.id.label("participant_id"),
            Person.name,
            Person.job,
            Department.name.label("department"),
            Cycle.name.label("cycle"),
            Cycle.period_from,
            Cycle.period_to,
            Cycle.released_at,
            Cycle.answers_deleted_on,
            Rating.version,
            Rating.result,
        )
        .join(Cycle, Cycle.id == Participant.cycle_id)
        .where(
            Participant.id == participant_id,
            Cycle.released_at.is_not(None),
            Rating.id.is_not(None),
            whose,
        )
    ).one_or_none()
    if row is None:
        return None
    facts = dict(row._mapping)
    return ReleasedResult(**facts | {"department": facts["department"] or ""})


def count_grades(rows: Sequence[RatingRow]) -> list[tuple[str, int]]:
    """Each grade with how many have it, the one with the highest scores first."""
    counts: dict[str, int] = defaultdict(int)
    best: dict[str, Decimal] = {}
    for row in rows:
        if row.grade and row.final:
            counts[row.grade] += 1
            best[row.grade] = max(best.get(row.grade, Decimal(0)), Decimal(row.final))
    return [(grade, counts[grade]) for grade in sorted(counts, key=lambda one: -best[one])]
