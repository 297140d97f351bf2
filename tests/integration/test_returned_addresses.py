"""Which reviewers of a draft have an address that returned mail, on both engines."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.clock import now
from app.cycles.service import add_participants, create_cycle
from app.db import db
from app.feedback.cockpit.rules import MailTrouble
from app.feedback.launching.queries import load_draft
from app.feedback.returned.queries import Returned, list_returned
from app.mail.models import Letter, LetterState
from app.people.models import Person
from tests.rounds import Team, counted_statements, launch, make_team, plan

GONE = "550 5.1.1 no such user"


def came_back(person: Person, error: str = GONE, **values: Any) -> None:
    """The letters to this person so far, as the server has answered them."""
    db.session.execute(
        update(Letter)
        .where(Letter.to_address == person.email)
        .values(**{"state": LetterState.FAILED, "error": error, **values})
    )
    db.session.commit()


def next_round(team: Team) -> Team:
    """Another draft about the same people, whose earlier letters have all arrived."""
    db.session.execute(update(Letter).values(state=LetterState.SENT, sent_at=now()))
    cycle = create_cycle(plan("2027 年度评价"))
    add_participants(cycle)
    db.session.commit()
    return Team(
        director=team.director,
        members=team.members,
        customers=team.customers,
        department=team.department,
        cycle=cycle,
    )


@pytest.fixture
def team(app: Flask) -> Team:
    first = make_team(members=3)
    launch(first.cycle)
    return next_round(first)


def found(team: Team) -> list[Returned]:
    return list_returned(load_draft(team.cycle))


def test_an_address_that_does_not_exist_is_found_with_the_round_that_found_it_out(
    team: Team,
) -> None:
    assert found(team) == []
    came_back(team.members[1])

    [row] = found(team)

    assert (row.person.id, row.cycle, row.trouble) == (
        team.members[1].id,
        "2026 年度评价",
        MailTrouble.NO_SUCH_ADDRESS,
    )


@pytest.mark.parametrize("error", ["552 5.2.2 mailbox full", "554 5.7.1 spam", "timed out"])
def test_what_was_the_fault_of_the_day_is_none_of_the_address(team: Team, error: str) -> None:
    came_back(team.members[1], error)

    assert found(team) == []


def test_a_letter_that_arrived_later_takes_it_back_and_one_that_waits_does_not(team: Team) -> None:
    person = team.members[1]
    came_back(person)
    later = Letter(
        message_id="later@roundview", kind="remind", to_name="x", to_address=person.email or "",
        locale="zh", subject="x", text="x", html="x", posted_at=now(),
    )  # fmt: skip
    db.session.add(later)
    db.session.commit()
    assert [row.person.id for row in found(team)] == [person.id]

    later.state, later.sent_at = LetterState.SENT, now()
    db.session.commit()

    assert found(team) == []


def test_the_list_costs_the_same_however_long_it_is(team: Team) -> None:
    draft = load_draft(team.cycle)
    counts = []
    for people in (team.members[:1], team.members):
        for person in people:
            came_back(person)
        with counted_statements() as statements:
            assert len(list_returned(draft)) == len(people)
        counts.append(len(statements))

    assert counts[0] == counts[1]
