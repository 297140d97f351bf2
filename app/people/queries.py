"""Named SELECTs over people and their relations."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.db import ROWS_PER_INSERT, db
from app.people.groups import PersonKind, RaterGroup
from app.people.models import Department, Person, Relation
from app.people.rows import KnownPerson

PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonRecord:
    """A person as stored, with references as the keys that people know them by."""

    id: int
    kind: PersonKind
    staff_number: str | None
    name: str
    email: str | None
    department: str | None
    manager_number: str | None
    job: str
    job_level: str
    locale: str
    time_zone: str
    joined_on: date | None
    company: str
    owner_number: str | None

    @property
    def key(self) -> str:
        """Staff number of an employee, e-mail of a customer."""
        return _key(self.kind, self.staff_number, self.email)

    def known(self) -> KnownPerson:
        """What the checks of an import need of this person."""
        return KnownPerson(
            kind=PersonKind(self.kind),
            staff_number=self.staff_number or "",
            email=self.email or "",
            name=self.name,
            manager_number=self.manager_number or "",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class RelationRecord:
    """A stored relation, with its people as keys."""

    id: int
    subject_number: str
    reviewer: str
    group: RaterGroup


def list_records() -> list[PersonRecord]:
    """Everybody, in one query."""
    return _as_records(_records())


def list_page(*, search: str = "", after: tuple[str, int] | None = None) -> list[PersonRecord]:
    """Up to PAGE + 1 people by name, behind the one that `after` names: (name, id)."""
    query = _records().order_by(Person.name, Person.id).limit(PAGE + 1)
    if search:
        query = query.where(_matches(search))
    if after is not None:
        name, person_id = after
        query = query.where(
            or_(Person.name > name, and_(Person.name == name, Person.id > person_id))
        )
    return _as_records(query)


def names_by_number(numbers: Iterable[str]) -> dict[str, str]:
    """The names of the people with these staff numbers: at most a page of them."""
    rows = db.session.execute(
        select(Person.staff_number, Person.name).where(Person.staff_number.in_(set(numbers)))
    )
    return {number: name for number, name in rows if number is not None}


def count_people() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def list_relations_of(subject_numbers: Iterable[str]) -> list[RelationRecord]:
    """The stored relations of these people."""
    subject, reviewer = aliased(Person), aliased(Person)
    query = (
        select(
            Relation.id,
            subject.staff_number,
            reviewer.kind,
            reviewer.staff_number,
            reviewer.email,
            Relation.rater_group,
        )
        .join(subject, Relation.subject_id == subject.id)
        .join(reviewer, Relation.reviewer_id == reviewer.id)
    )
    return [
        RelationRecord(
            id=key,
            subject_number=subject_number or "",
            reviewer=_key(kind, reviewer_number, email),
            group=RaterGroup(group),
        )
        for numbers in in_chunks(subject_numbers)
        for key, subject_number, kind, reviewer_number, email, group in db.session.execute(
            query.where(subject.staff_number.in_(numbers))
        )
    ]


def ids_by_key() -> dict[str, int]:
    """Everybody's id by staff number or, for customers, e-mail."""
    rows = db.session.execute(select(Person.id, Person.kind, Person.staff_number, Person.email))
    return {_key(kind, number, email): person_id for person_id, kind, number, email in rows}


def in_chunks(values: Iterable[str]) -> Iterator[Sequence[str]]:
    """Lists short enough for one statement."""
    rest = iter(values)
    while chunk := list(islice(rest, ROWS_PER_INSERT)):
        yield chunk


def _as_records(query: Select[*tuple[Any, ...]]) -> list[PersonRecord]:
    names = [field.name for field in fields(PersonRecord)]
    rows = db.session.execute(query)
    return [PersonRecord(**dict(zip(names, row, strict=True))) for row in rows]


def _records() -> Select[*tuple[Any, ...]]:
    """The columns of PersonRecord, in its order."""
    manager, owner = aliased(Person), aliased(Person)
    return (
        select(
            Person.id,
            Person.kind,
            Person.staff_number,
            Person.name,
            Person.email,
            Department.name,
            manager.staff_number,
            Person.job,
            Person.job_level,
            Person.locale,
            Person.time_zone,
            Person.joined_on,
            Person.company,
            owner.staff_number,
        )
        .outerjoin(Department, Person.department_id == Department.id)
        .outerjoin(manager, Person.manager_id == manager.id)
        .outerjoin(owner, Person.account_owner_id == owner.id)
    )


def _key(kind: PersonKind, staff_number: str | None, email: str | None) -> str:
    return (staff_number if kind == PersonKind.EMPLOYEE else email) or ""


def _matches(search: str) -> ColumnElement[bool]:
    columns = (Person.name, Person.staff_number, Person.email, Person.company, Person.job)
    return or_(*(column.icontains(search, autoescape=True) for column in columns))
