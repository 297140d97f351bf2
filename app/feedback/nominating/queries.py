"""Lists of reviewers as their employees, managers and HR find them; only drafts have any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import aliased

from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.nominating.models import Nomination, NominationRound, Nominee
from app.feedback.nominating.rules import ListState
from app.people.models import Department, Person


@dataclass(frozen=True, kw_only=True, slots=True)
class ListLine:
    """One list in a table: whose it is, who decides about it, and how far it is."""

    participant_id: int
    cycle: str
    name: str
    place: str
    manager: str  # empty where HR decides
    state: ListState | None  # None: the employee was not asked yet
    people: int
    last_local: str
    ends_at: datetime
    time_zone: str


def find_round(cycle_id: int) -> NominationRound | None:
    """Whether and until when employees of a round propose."""
    return db.session.get(NominationRound, cycle_id)


def person_of(account_id: int) -> Person | None:
    """Who of the people holds this account."""
    return db.session.scalar(select(Person).where(Person.account_id == account_id))


def lists_of_employee(person_id: int) -> list[ListLine]:
    """The lists that this person proposes, in rounds that are not launched."""
    return _read(_lines().where(Participant.person_id == person_id, *_running()))


def lists_of_manager(person_id: int) -> list[ListLine]:
    """The lists of everybody whose manager this person is, in rounds that are not launched."""
    return _read(_lines().where(Person.manager_id == person_id, *_running()))


def count_waiting(manager_id: int) -> int:
    """How many lists wait for a manager's word."""
    count = select(func.count()).select_from(
        _lines()
        .where(
            Person.manager_id == manager_id,
            Nomination.state == ListState.PROPOSED,
            *_running(),
        )
        .subquery()
    )
    return db.session.scalar(count) or 0


def lists_of_round(cycle_id: int) -> list[ListLine]:
    """All lists of a round."""
    return _read(_lines().where(Participant.cycle_id == cycle_id))


def list_missing(cycle_id: int) -> list[Person]:
    """Employees whose list has not been sent, or was returned and not sent again, by name."""
    return _people(
        select(Person)
        .join(Participant, Participant.person_id == Person.id)
        .join(Nomination, Nomination.participant_id == Participant.id)
        .where(
            Participant.cycle_id == cycle_id,
            Nomination.state.in_([ListState.ASKED, ListState.RETURNED]),
        )
    )


def list_deciding(cycle_id: int, *, is_over: bool) -> list[Person]:
    """Managers who have a list to settle, by name; once the last day is over, every open list."""
    employee = aliased(Person)
    waits = [ListState.PROPOSED, *([ListState.ASKED, ListState.RETURNED] if is_over else [])]
    return _people(
        select(Person)
        .join(employee, employee.manager_id == Person.id)
        .join(Participant, Participant.person_id == employee.id)
        .join(Nomination, Nomination.participant_id == Participant.id)
        .where(Participant.cycle_id == cycle_id, Nomination.state.in_(waits))
        .distinct()
    )


def find_own(participant_id: int, person_id: int) -> Participant | None:
    """The participation of this very person, in a round where they are asked to propose."""
    return _participant(participant_id, Person.id == person_id)


def _people(query: Select[Any]) -> list[Person]:
    return list(db.session.scalars(query.order_by(Person.name, Person.id)))


def find_of_team(participant_id: int, manager_id: int) -> Participant | None:
    """A participation whose list this manager decides about."""
    return _participant(participant_id, Person.manager_id == manager_id)


def find_of_round(participant_id: int, cycle_id: int) -> Participant | None:
    """A participation of this very round."""
    return _participant(participant_id, Participant.cycle_id == cycle_id)


def _participant(participant_id: int, whose: ColumnElement[bool]) -> Participant | None:
    return db.session.scalar(
        select(Participant)
        .join(Person, Person.id == Participant.person_id)
        .join(NominationRound, NominationRound.cycle_id == Participant.cycle_id)
        .where(Participant.id == participant_id, whose)
    )


def _running() -> tuple[ColumnElement[bool], ...]:
    return (Cycle.launched_at.is_(None),)


def _lines() -> Select[*tuple[Any, ...]]:
    manager = aliased(Person)
    people = (
        select(Nominee.participant_id, func.count().label("people"))
        .group_by(Nominee.participant_id)
        .subquery()
    )
    return (
        select(
            Participant.id.label("participant_id"),
            Cycle.name.label("cycle"),
            Person.name,
            func.coalesce(Department.name, "").label("place"),
            func.coalesce(manager.name, "").label("manager"),
            Nomination.state,
            func.coalesce(people.c.people, 0).label("people"),
            NominationRound.last_local,
            NominationRound.ends_at,
            Cycle.time_zone,
        )
        .join(Cycle, Cycle.id == Participant.cycle_id)
        .join(NominationRound, NominationRound.cycle_id == Cycle.id)
        .join(Person, Person.id == Participant.person_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .outerjoin(manager, manager.id == Person.manager_id)
        .outerjoin(Nomination, Nomination.participant_id == Participant.id)
        .outerjoin(people, people.c.participant_id == Participant.id)
        .order_by(NominationRound.ends_at, Person.name, Participant.id)
    )


def _read(statement: Select[*tuple[Any, ...]]) -> list[ListLine]:
    rows: Sequence[Row[*tuple[Any, ...]]] = db.session.execute(statement).all()
    return [ListLine(**row._mapping) for row in rows]
