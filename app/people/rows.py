"""The sheets 人员 and 评价关系 as typed rows, and the directory that they are checked against."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.people.groups import PersonKind, RaterGroup
from app.workbooks.tables import Row, Table

DEFAULT_LOCALE = "zh"
DEFAULT_TIME_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonRow:
    """One person as the file gives them. Empty text means an empty cell or a cell with an error."""

    source: Row
    kind: PersonKind | None
    staff_number: str
    name: str
    email: str
    department: str
    manager_number: str
    job: str
    job_level: str
    locale: str
    time_zone: str
    joined_on: date | None
    company: str
    owner_number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RelationRow:
    """One line of who rates whom."""

    source: Row
    subject_number: str
    reviewer: str
    """A staff number or an e-mail address."""
    group: RaterGroup | None


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownPerson:
    """What the checks need to know of a person, be it from the database or from the file."""

    kind: PersonKind
    staff_number: str
    """Empty for customers."""
    email: str
    name: str
    manager_number: str = ""
    is_in_file: bool = False

    @property
    def key(self) -> str:
        """What identifies the person: staff number of an employee, e-mail of a customer."""
        return self.staff_number if self.kind is PersonKind.EMPLOYEE else self.email


class Directory:
    """All people that there will be once the file is imported, found by number or e-mail."""

    def __init__(self, people: Iterable[KnownPerson]) -> None:
        """Later people replace earlier ones with the same key: the file wins over the database."""
        self.by_key: Mapping[str, KnownPerson] = {person.key: person for person in people}
        self.by_email: Mapping[str, KnownPerson] = {
            person.email: person for person in self.by_key.values() if person.email
        }

    def find(self, reference: str) -> KnownPerson | None:
        """The person meant by a staff number or an e-mail address."""
        if "@" in reference:
            return self.by_email.get(reference)
        return self.by_key.get(reference)

    def numbers(self) -> list[str]:
        """The staff numbers of all employees."""
        return [key for key, person in self.by_key.items() if person.kind is PersonKind.EMPLOYEE]


def read_people(table: Table) -> list[PersonRow]:
    """The table's rows as people; cells with an error count as empty."""
    return [_person(row) for row in table.rows]


def _person(row: Row) -> PersonRow:
    joined_on = row.good("joined_on")
    return PersonRow(
        source=row,
        kind=_kind(row),
        staff_number=row.good("staff_number"),
        name=row.good("name"),
        email=row.good("email"),
        department=row.good("department"),
        manager_number=row.good("manager_number"),
        job=row.good("job"),
        job_level=row.good("job_level"),
        locale=row.good("locale") or DEFAULT_LOCALE,
        time_zone=row.good("time_zone") or DEFAULT_TIME_ZONE,
        joined_on=date.fromisoformat(joined_on) if joined_on else None,
        company=row.good("company"),
        owner_number=row.good("owner_number"),
    )


def _kind(row: Row) -> PersonKind | None:
    """An empty cell beside a staff number means an employee; without one nothing is assumed."""
    if row.good("kind"):
        return PersonKind(row.good("kind"))
    if row.get("staff_number") and "kind" not in row.bad:
        return PersonKind.EMPLOYEE
    return None


def read_relations(table: Table) -> list[RelationRow]:
    """The table's rows as relations; cells with an error count as empty."""
    return [
        RelationRow(
            source=row,
            subject_number=row.good("subject_number"),
            reviewer=row.good("reviewer"),
            group=RaterGroup(row.good("relation")) if row.good("relation") else None,
        )
        for row in table.rows
    ]


def people_after_import(known: Iterable[KnownPerson], rows: Iterable[PersonRow]) -> Directory:
    """The database's people, overlaid by those of the file."""
    added = (
        KnownPerson(
            kind=row.kind,
            staff_number=row.staff_number if row.kind is PersonKind.EMPLOYEE else "",
            email=row.email,
            name=row.name,
            manager_number=row.manager_number,
            is_in_file=True,
        )
        for row in rows
        if row.kind is not None and (row.staff_number or row.email)
    )
    return Directory([*known, *(person for person in added if person.key)])
