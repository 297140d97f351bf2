"""Letters through a real SMTP server: sent once, refused with a reason, tried again, parked."""

import re
import sys
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from time import monotonic

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.models import Account
from app.auth.service import check_password
from app.clock import now
from app.config import Settings
from app.db import db
from app.errors import DomainError
from app.feedback.cockpit.letters import trouble_of_letter
from app.feedback.cockpit.rules import MailTrouble
from app.jobs.models import Job, JobState
from app.jobs.rules import LEASE, ORDINARY, WITH_THE_POST
from app.jobs.service import claim_next
from app.mail import flow, smtp
from app.mail.delivery import Sender, send_letter
from app.mail.models import LINK, Letter, LetterState
from app.mail.rendering import render_letter
from app.mail.service import RenderedLetter, post, post_many
from app.worker import work_until_idle
from tests.factories import (
    make_account,
    make_customer,
    make_cycle,
    make_person,
    make_reviewer,
    token_of,
)
from tests.smtp_server import Sink, dripping_server

pytestmark = pytest.mark.usefixtures("sink")


def letter(
    to: str = "zhang@example.com", *, kind: str = "invite_internal", owner: int | None = None
) -> RenderedLetter:
    return RenderedLetter(
        kind=kind,
        to_name="张三",
        to_address=to,
        locale="zh",
        subject="请评价 3 位同事",
        text=f"张三，您好：\n{LINK}\n",
        html=f"<p>张三，您好：<a href='{LINK}'>打开</a></p>",
        link_owner_id=owner,
    )


def kept() -> Letter:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Letter)).one()


def send_all(app: Flask) -> None:
    db.session.commit()
    work_until_idle(app)


def test_a_posted_letter_arrives_whole_in_both_forms(app: Flask, sink: Sink) -> None:
    post(letter())
    send_all(app)

    message = sink.received[0]
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert message["Subject"] == "请评价 3 位同事"
    assert message["To"] == "张三 <zhang@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert text.get_content().startswith("张三，您好：")
    assert kept().state is LetterState.SENT
    assert kept().sent_at is not None


def test_a_letter_names_who_writes_and_the_reply_goes_there(app: Flask, sink: Sink) -> None:
    post(replace(letter(), from_name="王芳 · 联盛\r\nBcc: x@example.com", reply_to="f@example.com"))
    post(letter("li@example.com"))
    send_all(app)

    named, plain = sorted(sink.received, key=lambda one: str(one["To"]), reverse=True)
    assert named["From"].addresses[0].display_name == "王芳 · 联盛 Bcc: x@example.com"
    assert (named["Reply-To"], named["Bcc"]) == ("f@example.com", None)
    assert named["From"].addresses[0].addr_spec == plain["Reply-To"] == "hr@roundview.example"


def test_a_subject_of_very_long_names_is_cut_and_the_letter_leaves(app: Flask, sink: Sink) -> None:
    long = "Wolfeschlegelstein" * 40
    post(replace(letter(), subject=f"Feedback on {long}", from_name=long))
    send_all(app)

    assert str(sink.received[0]["Subject"]) == f"Feedback on {long}"[:400]
    assert sink.received[0]["From"].addresses[0].display_name == long[:300]


def test_the_link_is_filled_in_while_sending_and_lies_nowhere(app: Flask, sink: Sink) -> None:
    reviewer = make_reviewer(make_cycle(), make_person())
    post(letter(kind="fresh_link", owner=reviewer.id))
    send_all(app)

    text = sink.received[0].get_body(("plain",))
    assert text is not None
    assert f"http://localhost/i/{token_of(reviewer)}" in text.get_content()
    assert token_of(reviewer) not in kept().text + kept().html
    assert LINK in kept().text


def test_the_link_that_sets_a_password_lies_nowhere_and_works_once(
    app: Flask, client: FlaskClient, sink: Sink
) -> None:
    account = make_account()
    address = account.email
    db.session.commit()
    client.post("/forgot", data={"email": address})
    send_all(app)

    body = sink.received[0].get_body(("plain",))
    assert body is not None
    links = re.findall(r"http://localhost(/set-password/([\w-]{43}))", body.get_content())
    path, token = links[0]
    for table in (Letter.__table__, Account.__table__):
        assert token not in str(db.session.execute(select(table)).one())
    db.session.rollback()
    first = client.post(path, data={"password": "a fine new password"})
    second = client.post(path, data={"password": "yet another password"})
    assert (first.location, second.status_code) == ("/sign-in", 410)
    assert check_password(address, "a fine new password", memory_kib=64)


def test_an_older_letter_never_gets_the_link_of_a_newer_one(
    app: Flask, client: FlaskClient, sink: Sink
) -> None:
    """The first may still wait in the outbox, for an address that is not theirs any more."""
    account = make_account(email="old@example.com")
    db.session.commit()
    client.post("/forgot", data={"email": "old@example.com"})
    account.email = "new@example.com"
    db.session.commit()
    client.post("/forgot", data={"email": "new@example.com"})
    send_all(app)

    bodies = {str(message["To"]): str(message) for message in sink.received}
    paths = {to: re.findall(r"/set-password/[\w-]{43}", body)[0] for to, body in bodies.items()}
    assert client.get(paths["Ann <old@example.com>"]).status_code == 410
    assert client.get(paths["Ann <new@example.com>"]).status_code == 200


def test_a_letter_is_not_sent_when_its_transaction_is_rolled_back(app: Flask, sink: Sink) -> None:
    post(letter())
    db.session.rollback()
    send_all(app)

    assert sink.received == []


def test_a_refused_address_is_not_tried_again_and_keeps_the_reason(app: Flask, sink: Sink) -> None:
    sink.answers["zhang@example.com"] = "550 5.1.1 no such user"
    post(letter())
    send_all(app)

    assert kept().state is LetterState.FAILED
    assert kept().error == "550 5.1.1 no such user"
    assert db.session.scalars(select(Job)).one().state is JobState.DONE


def test_a_busy_server_is_tried_again_later_and_others_do_not_wait(app: Flask, sink: Sink) -> None:
    sink.answers["zhang@example.com"] = "450 4.2.0 greylisted"
    post_many([letter(), letter("li@example.com")])
    send_all(app)

    states = {row.to_address: row.state for row in db.session.scalars(select(Letter))}
    waiting = db.session.scalars(select(Job).where(Job.state == JobState.QUEUED)).one()
    assert states == {
        "zhang@example.com": LetterState.QUEUED,
        "li@example.com": LetterState.SENT,
    }
    assert waiting.run_at > now()
    assert "greylisted" in (waiting.error or "")


def test_a_server_that_says_never_because_of_haste_is_tried_again_too(
    app: Flask, sink: Sink
) -> None:
    """As Tencent's mail does, which many reviewers use."""
    sink.answers["zhang@example.com"] = "550 Sender frequency limited."
    post(letter())
    began = now()
    with time_machine.travel(began, tick=False) as clock:
        work_through(app, clock, until=began + timedelta(hours=2))
        waited = kept().state
        sink.answers.clear()
        work_through(app, clock, until=now() + timedelta(minutes=30))

    assert waited is LetterState.QUEUED
    assert kept().state is LetterState.SENT
    assert len(sink.received) == 1


def test_a_letter_outlives_an_outage_of_three_days(
    app: Flask, settings: Settings, sink: Sink
) -> None:
    app.extensions["settings"] = replace(settings, mail_url="smtp://127.0.0.1:9")
    post(letter())
    began = now()
    with time_machine.travel(began, tick=False) as clock:
        work_through(app, clock, until=began + timedelta(days=3))
        waited = kept().state
        app.extensions["settings"] = settings
        work_through(app, clock, until=now() + timedelta(minutes=30))

    assert waited is LetterState.QUEUED
    assert kept().state is LetterState.SENT
    assert len(sink.received) == 1


@pytest.mark.parametrize("answer", [None, "450 4.2.0 greylisted"])
def test_a_letter_that_no_server_takes_for_four_days_is_given_up_and_says_so(
    app: Flask, settings: Settings, sink: Sink, answer: str | None
) -> None:
    if answer is None:
        app.extensions["settings"] = replace(settings, mail_url="smtp://127.0.0.1:9")
    else:
        sink.answers["zhang@example.com"] = answer
    post(letter())
    began = now()
    with time_machine.travel(began, tick=False) as clock:
        work_through(app, clock, until=began + timedelta(days=4))
        waited = kept().state
        work_through(app, clock, until=began + timedelta(days=5))

    assert waited is LetterState.QUEUED
    assert kept().state is LetterState.FAILED
    assert trouble_of_letter(kept()) is MailTrouble.GIVEN_UP


def work_through(app: Flask, clock: time_machine.Traveller, *, until: datetime) -> None:
    """Work at every moment at which something is due; the clock stops at `until`."""
    db.session.commit()
    while (pause := work_until_idle(app)) is not None and now() + pause <= until:
        clock.shift(pause)
    clock.move_to(until)


def test_letters_that_were_put_off_leave_when_hr_lets_letters_go_and_no_others(
    app: Flask, settings: Settings, sink: Sink
) -> None:
    app.extensions["settings"] = replace(settings, mail_url="smtp://127.0.0.1:9")
    later = replace(letter("li@example.com"), send_at=now() + timedelta(days=1))
    post_many([letter(), later])
    send_all(app)
    app.extensions["settings"] = settings
    flow.pause()
    flow.go_on()
    send_all(app)

    assert [one["To"].addresses[0].addr_spec for one in sink.received] == ["zhang@example.com"]


def test_a_server_that_cannot_be_reached_is_not_called_anew_for_each_letter(
    app: Flask, settings: Settings
) -> None:
    """A dead address costs ten seconds a call, and other work waits behind the letters."""
    called: list[str] = []

    def note(event: str, args: tuple[object, ...]) -> None:
        if event == "socket.connect" and args[1] == ("127.0.0.1", 9):
            called.append(event)

    sys.addaudithook(note)
    app.extensions["settings"] = replace(settings, mail_url="smtp://127.0.0.1:9")
    post_many([letter(f"person{number}@example.com") for number in range(20)])
    send_all(app)

    assert {row.attempts for row in db.session.scalars(select(Job))} == {1}
    assert len(called) == 1


def test_a_server_that_is_down_loses_nothing(app: Flask, settings: Settings, sink: Sink) -> None:
    app.extensions["settings"] = replace(settings, mail_url="smtp://127.0.0.1:9")
    post(letter())
    send_all(app)

    assert kept().state is LetterState.QUEUED
    assert kept().error is not None
    assert db.session.scalars(select(Job)).one().state is JobState.QUEUED


def test_a_cut_after_the_last_byte_parks_a_reminder(app: Flask, sink: Sink) -> None:
    sink.cut.add("zhang@example.com")
    post(letter(kind="remind"))
    send_all(app)

    assert kept().state is LetterState.UNCERTAIN
    assert len(sink.received) == 1


def test_a_cut_after_the_last_byte_sends_an_invitation_again_under_the_same_id(
    app: Flask, sink: Sink
) -> None:
    sink.cut.add("zhang@example.com")
    post(letter())
    send_all(app)
    sink.cut.clear()
    for job in db.session.scalars(select(Job)):
        job.run_at = now()
    send_all(app)

    assert kept().state is LetterState.SENT
    assert len({message["Message-ID"] for message in sink.received}) == 1


@pytest.mark.parametrize(
    ("last_answer", "tries"),
    [
        (None, ORDINARY.most_tries),
        ("450 4.2.0 greylisted", WITH_THE_POST.most_tries),
        ("550 5.1.1 gone", 2),
    ],
)
def test_an_invitation_that_may_have_arrived_by_any_try_is_uncertain_in_the_end(
    app: Flask, sink: Sink, last_answer: str | None, tries: int
) -> None:
    """The last try is cut too, or put off, or refused: "failed" would tell HR that nothing came."""
    sink.cut.add("zhang@example.com")
    post(letter())
    send_all(app)
    if last_answer is not None:
        sink.answers["zhang@example.com"] = last_answer
    for job in db.session.scalars(select(Job)):
        job.run_at, job.attempts = now(), tries - 1
    send_all(app)

    assert kept().state is LetterState.UNCERTAIN
    assert kept().error is not None


def test_a_reminder_that_was_refused_has_surely_not_arrived(app: Flask, sink: Sink) -> None:
    sink.answers["zhang@example.com"] = "550 5.1.1 no such user"
    post(letter(kind="remind"))
    send_all(app)

    assert kept().state is LetterState.FAILED


def test_a_worker_killed_while_sending_leaves_a_reminder_to_a_person(
    app: Flask, settings: Settings, sink: Sink
) -> None:
    """The kill comes after the last byte, before the database hears of it."""
    post(letter(kind="remind"))
    db.session.commit()
    job = claim_next()
    assert job is not None
    _send_and_forget(settings)
    job.lease_until = now() - timedelta(seconds=1)
    send_all(app)

    assert len(sink.received) == 1
    assert kept().state is LetterState.UNCERTAIN
    assert "stopped" in (kept().error or "")
    assert db.session.scalars(select(Job)).one().state is JobState.DONE


def _send_and_forget(settings: Settings) -> None:
    with closing(smtp.Line(settings.mail_url)) as line:
        sender = Sender(line=line, address="hr@example.com", name="HR")
        send_letter(kept().id, sender=sender, links_of=lambda _letter: {})
    db.session.rollback()


def test_a_reminder_that_the_server_put_off_goes_later(app: Flask, sink: Sink) -> None:
    sink.answers["zhang@example.com"] = "450 4.2.0 greylisted"
    post(letter(kind="remind"))
    send_all(app)
    sink.answers.clear()
    for job in db.session.scalars(select(Job)):
        job.run_at = now()
    send_all(app)

    assert kept().state is LetterState.SENT
    assert len(sink.received) == 1


def test_letters_share_a_session_and_each_goes_once(app: Flask, sink: Sink) -> None:
    addresses = [f"person{number}@example.com" for number in range(smtp.LETTERS_PER_SESSION + 5)]
    post_many([letter(address, kind="remind") for address in addresses])
    send_all(app)

    assert [message["To"].addresses[0].addr_spec for message in sink.received] == addresses
    assert sink.sessions == 2


def test_a_refused_letter_does_not_touch_the_next(app: Flask, sink: Sink) -> None:
    sink.answers["zhang@example.com"] = "550 5.1.1 no such user"
    post_many([letter("li@example.com"), letter(), letter("wang@example.com")])
    send_all(app)

    states = [row.state for row in db.session.scalars(select(Letter).order_by(Letter.id))]
    assert states == [LetterState.SENT, LetterState.FAILED, LetterState.SENT]
    assert sink.sessions == 2


def test_a_server_that_ends_the_session_after_each_letter_puts_none_in_doubt(
    app: Flask, sink: Sink
) -> None:
    """It takes the letter, says so, and is gone when the next one comes."""
    sink.is_curt = True
    post_many([letter(f"person{number}@example.com", kind="remind") for number in range(4)])
    send_all(app)

    assert {row.state for row in db.session.scalars(select(Letter))} == {LetterState.SENT}
    assert {row.attempts for row in db.session.scalars(select(Job))} == {1}
    assert len(sink.received) == sink.sessions == 4


def test_a_letter_is_done_with_before_another_worker_may_take_it() -> None:
    old_session, addresses = smtp.CHECK_SECONDS, 2 * smtp.CONNECT_SECONDS
    longest = timedelta(seconds=old_session + addresses + smtp.SESSION_SECONDS)

    assert longest <= timedelta(seconds=50)
    assert longest < LEASE


def test_a_server_that_speaks_byte_by_byte_is_cut_off() -> None:
    with dripping_server() as url:
        began = monotonic()
        line = smtp.Line(url, seconds=0.5)
        with pytest.raises(smtp.TryLaterError), line.letter_from("a@example.com") as server:
            smtp.send(server, EmailMessage(), to_address="b@example.com")

    uncut = 8192 * 0.05  # seconds until the line would be too long for Python's library
    assert monotonic() - began < uncut / 4


def test_a_name_cannot_add_headers_of_its_own(app: Flask, sink: Sink) -> None:
    person = make_person(name="Eve\r\nBcc: all@example.com")
    post(
        render_letter(
            "set_password",
            to_name=person.name,
            to_address="eve@example.com",
            locale="en",
            url="http://localhost/x",
            minutes=10,
        )
    )
    send_all(app)

    assert sink.received[0]["Bcc"] is None


def test_a_letter_that_does_not_exist_in_the_language_is_refused(app: Flask) -> None:
    with pytest.raises(DomainError, match="does not exist in the language"):
        render_letter(
            "set_password", to_name="A", to_address="a@example.com", locale="fr", url="", minutes=1
        )


def test_markup_in_a_name_is_shown_not_run(app: Flask) -> None:
    rendered = render_letter(
        "set_password",
        to_name="<script>alert(1)</script>",
        to_address="a@example.com",
        locale="zh",
        url="http://localhost/x",
        minutes=10,
    )

    assert "<script>" not in rendered.html
    assert "&lt;script&gt;" in rendered.html


def test_the_statements_to_post_do_not_grow_with_the_letters(app: Flask) -> None:
    owner = make_person()
    contacts = [make_customer(owner=owner) for _ in range(3)]
    ids = post_many([letter(contact.email or "") for contact in contacts])

    addresses = [db.session.get_one(Letter, letter_id).to_address for letter_id in ids]
    assert addresses == [contact.email for contact in contacts]
