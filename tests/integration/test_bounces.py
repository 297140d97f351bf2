"""Letters that come back: over IMAP from a real socket, and what they change."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.config import Settings
from app.cycles.models import Cycle
from app.db import db
from app.feedback.cockpit.letters import list_undelivered
from app.feedback.cockpit.rules import MailTrouble
from app.feedback.reminding.rules import Skip
from app.feedback.reminding.service import plan_reminding
from app.mail.bounces import Effect, take_in
from app.mail.mailbox import MailboxError, read_reports
from app.mail.models import Letter, LetterState
from app.worker import read_mailbox, work_until_idle
from tests.bounced import notice, recipient, report
from tests.imap_server import Mailbox, imap_server
from tests.rounds import launch, make_team


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with imap_server() as box:
        yield box


@pytest.fixture
def settings(settings: Settings, mailbox: Mailbox) -> Settings:
    return replace(settings, bounce_mailbox=mailbox.url)


@pytest.fixture
def cycle(app: Flask) -> Cycle:
    """A round whose letters have left."""
    team = make_team(members=4)
    launch(team.cycle)
    for letter in db.session.scalars(select(Letter)):
        letter.state = LetterState.SENT
    db.session.commit()
    return team.cycle


def one_letter() -> Letter:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Letter).order_by(Letter.id)).all()[0]


def test_a_bounce_in_the_mailbox_is_shown_to_hr_and_stops_the_reminders(
    app: Flask, cycle: Cycle, mailbox: Mailbox
) -> None:
    letter = one_letter()
    letter_id = letter.id
    mailbox.messages = [
        b"Subject: a question\r\nContent-Type: text/plain\r\n\r\nHello",
        report(letter.message_id, recipient(letter.to_address)),
    ]
    db.session.rollback()  # let go of the write lock: the worker needs it
    work_until_idle(app)

    assert mailbox.seen == {2}
    assert (one_letter().state, one_letter().error) == (
        LetterState.FAILED,
        "550 5.1.1 no such user",
    )
    [stuck] = list_undelivered(cycle.id)
    assert (stuck.id, stuck.trouble) == (letter_id, MailTrouble.NO_SUCH_ADDRESS)
    assert plan_reminding(cycle, moment=now()).skipped[Skip.BAD_ADDRESS] == 1


@pytest.mark.parametrize("host", ["roundview", "old.example.com"])
def test_a_letter_that_left_under_another_name_of_the_service_comes_back_too(
    app: Flask, settings: Settings, cycle: Cycle, host: str
) -> None:
    letter = one_letter()
    letter.message_id = f"{letter.message_id.partition('@')[0]}@{host}"
    moved = replace(settings, public_url="https://feedback.example.com")
    app.extensions["settings"] = moved
    theirs = "f" * 32 + "@mx.example.com"
    words = f"550 5.1.1 no such user ({theirs})\n{letter.to_address}:"

    assert take_in(notice(letter.message_id, words)) is Effect.FAILED


def test_a_mailbox_full_for_a_while_changes_no_fate_but_is_noted(cycle: Cycle) -> None:
    letter = one_letter()
    said = recipient(letter.to_address, status="4.2.2", diagnostic="452 4.2.2 full")

    assert take_in(report(letter.message_id, said)) is Effect.NOTED
    db.session.commit()
    assert (one_letter().state, one_letter().error) == (LetterState.SENT, "452 4.2.2 full")
    assert list_undelivered(cycle.id) == []


def test_a_report_taken_in_twice_is_taken_in_once(cycle: Cycle) -> None:
    raw = report(one_letter().message_id, recipient(one_letter().to_address))

    assert [take_in(raw), take_in(raw)] == [Effect.FAILED, Effect.UNKNOWN]


def test_a_report_that_comes_twice_is_not_about_another_letter_that_it_names(cycle: Cycle) -> None:
    first, second = db.session.scalars(select(Letter).order_by(Letter.id)).all()[:2]
    second.to_address = first.to_address  # whose bounce it could be, by its address
    named = f"References: <{second.message_id}>\r\n".encode()
    raw = named + report(first.message_id, recipient(first.to_address))

    assert [take_in(raw), take_in(raw)] == [Effect.FAILED, Effect.UNKNOWN]
    db.session.expire_all()
    assert (first.state, second.state) == (LetterState.FAILED, LetterState.SENT)


def test_what_is_forged_or_unknown_changes_nothing(cycle: Cycle) -> None:
    letter, before = one_letter(), list(db.session.execute(select(Letter.__table__)))
    others = [recipient("a@example.com"), recipient("b@example.com")]
    for raw in (
        report("0" * 32 + "@roundview", recipient(letter.to_address)),
        report("0" * 32 + "@feedback.example.com", recipient(letter.to_address)),
        report("guessed@roundview", recipient(letter.to_address)),
        report(letter.message_id, *others),
        b"To: " + letter.to_address.encode() + b"\r\n\r\n550 5.1.1 no such user",
    ):
        assert take_in(raw) is Effect.UNKNOWN

    assert list(db.session.execute(select(Letter.__table__))) == before


def test_a_letter_that_still_waits_has_not_come_back(cycle: Cycle) -> None:
    letter = one_letter()
    letter.state = LetterState.QUEUED

    raw = report(letter.message_id, recipient(letter.to_address))
    assert take_in(raw) is Effect.UNKNOWN


def test_a_mailbox_that_cannot_be_read_holds_nothing_up(app: Flask, settings: Settings) -> None:
    wrong = settings.bounce_mailbox.replace("quite", "not")
    with pytest.raises(MailboxError) as refused:
        read_reports(wrong, lambda _raw: None)
    assert "not" not in str(refused.value)

    app.extensions["settings"] = replace(settings, bounce_mailbox="imap://a:b@127.0.0.1:9")
    assert work_until_idle(app) is None


def test_the_mailbox_is_read_once_a_minute(app: Flask, mailbox: Mailbox) -> None:
    work_until_idle(app)
    mailbox.messages = [report("0" * 32 + "@roundview")]
    work_until_idle(app)
    assert mailbox.seen == set()

    read_mailbox(app.extensions["settings"])
    assert mailbox.seen == {1}
