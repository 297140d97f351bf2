"""A reviewer who has come by a link, with round and person, as plain values.

Every page behind a link asks for this first. It is read in one statement and past the ORM, which
would take five times as long over the same row.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import Row, bindparam, func, select

from app.cycles.models import Cycle
from app.db import run_plain
from app.feedback.links import hash_token
from app.feedback.models import Reviewer
from app.people.groups import PersonKind
from app.people.models import Department, Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """What reviewers' pages and letters say about a round, and what its rules compare."""

    id: int
    name: str
    time_zone: str
    opens_at: datetime
    closes_local: str
    closes_at: datetime
    mode: str
    k_min: int
    compares: bool
    purpose_zh: str
    purpose_en: str
    contact_name: str
    contact_email: str
    contact_phone: str
    launched_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """One reviewer in one round: the row of the reviewer, and who that is."""

    id: int
    cycle: Round
    person_id: int
    kind: PersonKind
    name: str
    email: str | None
    company: str
    department: str
    locale: str
    time_zone: str  # of the person; the round has its own
    generation: int
    started_on: date | None
    declined: bool
    cut_off: bool
    more_time_asked_on: date | None
    more_time_waits: bool
    closes_at: datetime | None
    may_correct: bool
    ease_given: bool

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """The caller on a row of `_CALLER`: first the columns of the round, then its own."""
        values = tuple(row)
        cycle = Round(**dict(zip(_OF_ROUND, values, strict=False)))
        own = dict(zip(_OWN, values[len(_OF_ROUND) :], strict=True))
        return cls(cycle=cycle, **own)


_OF_ROUND = tuple(Round.__slots__)
_OF_PERSON = {
    "person_id": Person.id,
    "kind": Person.kind,
    "name": Person.name,
    "email": Person.email,
    "company": Person.company,
    "department": func.coalesce(Department.name, ""),
    "locale": Person.locale,
    "time_zone": Person.time_zone,
}
_OWN = tuple(name for name in Caller.__slots__ if name != "cycle")
_CALLER = (
    select(
        *(getattr(Cycle, name) for name in _OF_ROUND),
        *(_OF_PERSON.get(name, getattr(Reviewer, name, None)) for name in _OWN),
    )
    .join_from(Reviewer, Cycle, Reviewer.cycle_id == Cycle.id)
    .join(Person, Reviewer.person_id == Person.id)
    .outerjoin(Department, Person.department_id == Department.id)
)
_BY_TOKEN = _CALLER.where(Reviewer.token_hash == bindparam("token_hash"))
_BY_ID = _CALLER.where(Reviewer.id == bindparam("reviewer_id"))


def find_caller(token: str) -> Caller | None:
    """Whose present link this is."""
    row = run_plain(_BY_TOKEN, token_hash=hash_token(token)).one_or_none()
    return None if row is None else Caller.of(row)


def get_caller(reviewer_id: int) -> Caller:
    """A reviewer by their row."""
    return Caller.of(run_plain(_BY_ID, reviewer_id=reviewer_id).one())
