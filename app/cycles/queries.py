"""Rows for the pages on which a round is planned."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select

from app.cycles.models import Cycle, Participant
from app.cycles.service import suited_people
from app.db import db
from app.people.groups import PersonKind
from app.people.models import Department, Person
from app.schemes.service import list_schemes


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An employee whom a scheme suits, and whether the round reviews them."""

    id: int
    name: str
    staff_number: str
    department: str
    job: str
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemeChoice:
    """A scheme with everybody whose job it is made for."""

    name_zh: str
    name_en: str
    candidates: list[Candidate]

    @property
    def chosen(self) -> int:
        return sum(candidate.chosen for candidate in self.candidates)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """The participants' page: by scheme, and how many employees have a job without a scheme."""

    schemes: list[SchemeChoice]
    without_scheme: int
    is_proposal: bool  # nobody is stored yet: everybody suited is ticked for a start


def find_cycle(cycle_id: int) -> Cycle | None:
    return db.session.get(Cycle, cycle_id)


def find_cycle_by_name(name: str) -> Cycle | None:
    return db.session.scalar(select(Cycle).where(Cycle.name == name.strip()))


def list_choices(cycle_id: int) -> Choices:
    """Everybody who could take part, by scheme and department."""
    suited = suited_people()
    stored = set(
        db.session.scalars(select(Participant.person_id).where(Participant.cycle_id == cycle_id))
    )
    schemes = {
        scheme.id: SchemeChoice(name_zh=scheme.name_zh, name_en=scheme.name_en, candidates=[])
        for scheme in list_schemes()
    }
    without_scheme = 0
    for row in _employees():
        if row.id not in suited:
            without_scheme += 1
            continue
        schemes[suited[row.id][0]].candidates.append(
            Candidate(
                id=row.id,
                name=row.name,
                staff_number=row.staff_number or "",
                department=row.department or "",
                job=row.job,
                chosen=not stored or row.id in stored,
            )
        )
    return Choices(
        schemes=list(schemes.values()), without_scheme=without_scheme, is_proposal=not stored
    )


def _employees() -> Sequence[Row[int, str, str | None, str, str]]:
    return db.session.execute(
        select(
            Person.id,
            Person.name,
            Person.staff_number,
            Person.job,
            Department.name.label("department"),
        )
        .outerjoin(Department, Department.id == Person.department_id)
        .where(Person.kind == PersonKind.EMPLOYEE)
        .order_by(Department.name, Person.name, Person.id)
    ).all()
