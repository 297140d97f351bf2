"""A small sales team and a draft round for it, for the tests of launch, reminders and cockpit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import event, select, update

from app.clock import now
from app.cycles.models import Cycle, Participant
from app.cycles.rules import CyclePlan
from app.cycles.service import add_participants, create_cycle
from app.db import db
from app.driver import asked
from app.feedback.launching.service import Launched, launch_cycle
from app.mail.models import Letter, LetterState
from app.people.models import Department, Person
from app.schemes.service import install_packs
from tests.conftest import LINK_KEY
from tests.factories import make_customer, make_department, make_person

COMPANY = "远景工业"


@dataclass(frozen=True, kw_only=True)
class Team:
    """Five key account managers under one director; each owns three customers' contacts."""

    director: Person
    members: list[Person]
    customers: list[Person]
    department: Department
    cycle: Cycle

    def participant(self, place: int = 0) -> Participant:
        return db.session.scalars(
            select(Participant).where(
                Participant.cycle_id == self.cycle.id,
                Participant.person_id == self.members[place].id,
            )
        ).one()


def plan(name: str = "2026 年度评价", **changes: Any) -> CyclePlan:
    """A plan that collects from yesterday for two weeks."""
    today = now().date()
    values: dict[str, Any] = {
        "name": name,
        "period_from": today.replace(month=1, day=1),
        "period_to": today,
        "opens_on": today - timedelta(days=2),
        "closes_on": today + timedelta(days=14),
        "contact_name": "王老师",
        "contact_email": "hr@example.com",
    }
    return CyclePlan(**{**values, **changes})


def make_team(*, members: int = 5, chosen: bool = True, **changes: Any) -> Team:
    """The team with its draft round, committed."""
    install_packs()
    department = make_department()
    director = make_person(name="赵敏", job="销售总监", department=department)
    people = [
        make_person(
            name=f"王晓明{number}",
            manager=director,
            department=department,
            locale="en" if number == 1 else "zh",
        )
        for number in range(members)
    ]
    customers = [
        make_customer(owner=person, name=f"{person.name}的客户{number}")
        for person in people
        for number in range(3)
    ]
    cycle = create_cycle(plan(**changes))
    if chosen:
        add_participants(cycle)
    db.session.commit()
    return Team(
        director=director,
        members=people,
        customers=customers,
        department=department,
        cycle=cycle,
    )


def launch(cycle: Cycle) -> Launched:
    """Launch and commit, as the page does."""
    launched = launch_cycle(cycle.id, link_key=LINK_KEY, company=COMPANY)
    db.session.commit()
    return launched


def next_draft(team: Team) -> Cycle:
    """Launch the team's round, in which the director cannot be reached, and plan the next one."""
    launch(team.cycle)
    db.session.execute(update(Letter).values(state=LetterState.SENT, sent_at=now()))
    db.session.execute(
        update(Letter)
        .where(Letter.to_address == team.director.email)
        .values(state=LetterState.FAILED, error="550 5.1.1 no such user", sent_at=None)
    )
    cycle = create_cycle(plan("2027 年度评价"))
    add_participants(cycle)
    db.session.commit()
    return cycle


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collects every statement that goes to the database."""
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    def note_asked(statement: str, **_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with asked.connected_to(note_asked):
            yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
