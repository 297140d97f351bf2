"""An address without a mailbox gets no letter of another round, until HR says it is right."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.feedback.cockpit.letters import send_again, trouble_of_letter
from app.feedback.cockpit.rules import MailTrouble
from app.feedback.launching.queries import load_draft
from app.feedback.outbox.queries import find_letter
from app.feedback.outbox.service import send_once_more
from app.feedback.returned.queries import list_returned
from app.mail.models import Letter, LetterState
from app.mail.service import RenderedLetter, post
from app.worker import work_until_idle
from tests.conftest import LINK_KEY
from tests.factories import make_account
from tests.rounds import COMPANY, Team, launch, make_team, next_draft
from tests.smtp_server import Sink

pytestmark = pytest.mark.usefixtures("sink")


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(members=2)


@pytest.fixture
def cycle(team: Team) -> Cycle:
    """The draft after a round in which the director's address had no mailbox."""
    return next_draft(team)


def work(app: Flask) -> None:
    db.session.commit()
    work_until_idle(app)
    db.session.rollback()
    db.session.expire_all()


def start_again(app: Flask, cycle: Cycle) -> None:
    """Launch the next round, long enough after the letters of the one before."""
    long_ago = now() - timedelta(days=90)
    db.session.execute(update(Letter).values(posted_at=long_ago))
    db.session.execute(
        update(Letter).where(Letter.state == LetterState.SENT).values(sent_at=long_ago)
    )
    db.session.commit()
    launch(cycle)
    work(app)


def last_letter_to(address: str | None) -> Letter:
    return db.session.scalars(
        select(Letter).where(Letter.to_address == address).order_by(Letter.id.desc()).limit(1)
    ).one()


def received_by(sink: Sink, address: str | None) -> int:
    return sum(one["To"].addresses[0].addr_spec == address for one in sink.received)


def test_the_invitation_of_the_next_round_is_parked_with_the_reason(
    app: Flask, team: Team, cycle: Cycle, sink: Sink
) -> None:
    start_again(app, cycle)

    letter = last_letter_to(team.director.email)
    assert received_by(sink, team.director.email) == 0
    assert letter.state is LetterState.FAILED
    assert trouble_of_letter(letter) is MailTrouble.CAME_BACK
    assert received_by(sink, team.members[0].email) >= 1


def test_the_round_after_that_still_knows_of_it(app: Flask, team: Team, cycle: Cycle) -> None:
    start_again(app, cycle)
    cycle.launched_at = None
    db.session.commit()

    [row] = list_returned(load_draft(cycle))

    assert (row.person.id, row.trouble) == (team.director.id, MailTrouble.CAME_BACK)


def test_hr_sends_the_letter_again_on_the_page_of_the_round(
    app: Flask, team: Team, cycle: Cycle, sink: Sink
) -> None:
    start_again(app, cycle)
    address = str(team.director.email)
    letter = last_letter_to(address)

    assert send_again(cycle, letter.id, address=address, link_key=LINK_KEY, company=COMPANY)
    work(app)

    assert received_by(sink, address) == 1
    assert last_letter_to(address).state is LetterState.SENT


def test_hr_sends_the_letter_again_in_the_outbox(
    app: Flask, team: Team, cycle: Cycle, sink: Sink
) -> None:
    start_again(app, cycle)
    account = make_account()
    found = find_letter(last_letter_to(team.director.email).id)
    assert found is not None
    send_once_more(found, account_id=account.id)
    work(app)

    assert received_by(sink, team.director.email) == 1


@pytest.mark.parametrize(
    ("kind", "error", "arrives"),
    [
        ("propose_reviewers", "550 5.1.1 no such user", 0),
        ("set_password", "550 5.1.1 no such user", 1),
        ("propose_reviewers", "552 5.2.2 mailbox full", 1),
        ("propose_reviewers", "530 authentication required", 1),
        ("propose_reviewers", "550 Mail content denied", 1),
    ],
)
def test_only_what_goes_by_itself_to_no_mailbox_is_parked(
    app: Flask, sink: Sink, kind: str, error: str, arrives: int
) -> None:
    letter = RenderedLetter(
        kind="remind", to_name="x", to_address="gone@example.com", locale="zh", subject="x",
        text="x", html="x",
    )  # fmt: skip
    post(letter)
    db.session.execute(update(Letter).values(state=LetterState.FAILED, error=error))
    post(replace(letter, kind=kind))
    work(app)

    assert len(sink.received) == arrives
