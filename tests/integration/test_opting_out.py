"""A customer who wants no more letters says so once, and no round writes to them again."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.audit.models import AuditEvent
from app.clock import now
from app.config import Settings
from app.cycles.service import add_participants, create_cycle
from app.db import db
from app.feedback.cockpit.addresses import AddressError, checked_address
from app.feedback.cockpit.letters import list_undelivered
from app.feedback.cockpit.rules import MailTrouble
from app.feedback.launching.checks import gather_facts
from app.feedback.launching.queries import load_draft
from app.feedback.launching.rules import Check, check_launch
from app.feedback.launching.service import AssignmentError, assign
from app.feedback.reminding.rules import Skip
from app.feedback.reminding.service import plan_reminding, remind
from app.mail.models import Letter, LetterState, OptOut
from app.mail.opting_out import address_in, is_stopped, opt_out_link, stop
from app.people.groups import RaterGroup
from app.worker import work_until_idle
from tests.rounds import COMPANY, Team, launch, make_team, plan
from tests.smtp_server import Sink

pytestmark = pytest.mark.usefixtures("sink")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
PRESSES = 8


def launched(app: Flask) -> Team:
    """One account manager with three customers; all letters have arrived."""
    team = make_team(members=1)
    launch(team.cycle)
    work_until_idle(app)
    return team


def address_of(team: Team, place: int = 0) -> str:
    return str(team.customers[place].email)


def letters_to(sink: Sink, address: str) -> list[EmailMessage]:
    return [letter for letter in sink.received if address in letter["To"]]


def link_in(letter: EmailMessage) -> str:
    """The address in the header, as a mail program would post to it."""
    found = re.fullmatch(r"<http://localhost(/o/[\w-]+)>", letter["List-Unsubscribe"])
    assert found is not None
    return found[1]


def a_day_later() -> None:
    """Every letter so far was sent more than a day ago."""
    past = now() - timedelta(hours=25)
    db.session.execute(update(Letter).values(sent_at=past, posted_at=past))
    db.session.commit()


def count_opt_outs() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(OptOut)) or 0


def noted() -> list[tuple[str, str]]:
    """What the audit trail holds about ended letters."""
    rows = db.session.execute(
        select(AuditEvent.action, AuditEvent.subject)
        .where(AuditEvent.action.like("mail.opted%"))
        .order_by(AuditEvent.id)
    )
    return [(row.action, row.subject) for row in rows]


def test_a_customers_letter_can_be_ended_by_the_mail_program(app: Flask, sink: Sink) -> None:
    team = launched(app)

    [letter] = letters_to(sink, address_of(team))
    text = letter.get_body(("plain",))
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert text is not None
    assert f"http://localhost{link_in(letter)}" in text.get_content()
    assert "{{" not in letter.as_string()


def test_letters_to_employees_cannot_be_ended(app: Flask, sink: Sink) -> None:
    team = launched(app)

    [letter] = letters_to(sink, str(team.director.email))
    text = letter.get_body(("plain",))
    assert letter["List-Unsubscribe"] is None
    assert text is not None
    assert "/o/" not in text.get_content()


def test_looking_at_the_page_ends_nothing(app: Flask, client: FlaskClient, sink: Sink) -> None:
    team = launched(app)
    link = link_in(letters_to(sink, address_of(team))[0])

    page = client.get(link)

    assert page.status_code == client.head(link).status_code == 200
    assert "Set-Cookie" not in page.headers
    assert "不再接收此类邮件？" in page.text
    assert count_opt_outs() == 0


def test_one_post_without_cookie_or_question_ends_them(
    app: Flask, client: FlaskClient, sink: Sink
) -> None:
    team = launched(app)
    address = address_of(team)
    link = link_in(letters_to(sink, address)[0])

    answers = [client.post(link, data=ONE_CLICK) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Set-Cookie" not in answers[0].headers
    assert count_opt_outs() == 1
    assert is_stopped(address)
    assert noted() == [("mail.opted_out", f"person:{team.customers[0].id}")]


def test_the_audit_trail_notes_changes_and_no_presses_that_change_nothing(
    app: Flask, client: FlaskClient, sink: Sink
) -> None:
    team = launched(app)
    link = link_in(letters_to(sink, address_of(team))[0])

    for address in (f"{link}/again", link, link, link, f"{link}/again", f"{link}/again", link):
        assert client.post(address).status_code in {200, 303}

    person = f"person:{team.customers[0].id}"
    assert noted() == [
        ("mail.opted_out", person),
        ("mail.opted_in", person),
        ("mail.opted_out", person),
    ]


def test_the_press_may_come_from_the_page_of_another_mail_program(
    app: Flask, client: FlaskClient, sink: Sink
) -> None:
    team = launched(app)
    webmail = {"Origin": "https://mail.example.com", "Sec-Fetch-Site": "cross-site"}
    link = link_in(letters_to(sink, address_of(team))[0])

    assert client.post(f"{link}/again", headers=webmail).status_code == 403
    assert client.post(link, data=ONE_CLICK, headers=webmail).status_code == 200
    assert is_stopped(address_of(team))


def test_whoever_pressed_by_mistake_takes_it_back(
    app: Flask, client: FlaskClient, sink: Sink
) -> None:
    team = launched(app)
    link = link_in(letters_to(sink, address_of(team))[0])
    client.post(link)

    assert "您不会再收到此类邮件" in client.get(link).text
    page = client.post(f"{link}/again", follow_redirects=True)

    assert "不再接收此类邮件？" in page.text
    assert count_opt_outs() == 0


def test_a_link_that_was_cut_or_made_up_ends_nothing(
    app: Flask, client: FlaskClient, sink: Sink
) -> None:
    team = launched(app)
    link = link_in(letters_to(sink, address_of(team))[0])

    for wrong in (link[:-5], f"{link}A", "/o/x", "/o/5", "/o/zhang@example.com", "/o/邮件"):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong).status_code == 404
    assert count_opt_outs() == 0


def test_the_link_names_its_address_only_to_those_who_have_the_key(settings: Settings) -> None:
    token = opt_out_link("zhang@example.com", settings).rsplit("/", 1)[1]

    assert address_in(token, settings.link_key) == "zhang@example.com"
    assert address_in(token, b"another key") is None
    assert opt_out_link("zhang@example.com", settings).endswith(token)


def test_no_reminder_goes_to_somebody_who_ended_the_letters(
    app: Flask, client: FlaskClient, sink: Sink
) -> None:
    team = launched(app)
    client.post(link_in(letters_to(sink, address_of(team))[0]))
    a_day_later()

    assert plan_reminding(team.cycle, moment=now()).skipped == {Skip.OPTED_OUT: 1}
    remind(team.cycle.id, company=COMPANY)
    db.session.commit()
    work_until_idle(app)

    assert len(letters_to(sink, address_of(team))) == 1
    [other] = letters_to(sink, address_of(team, 1))[1:]
    assert link_in(other) == link_in(letters_to(sink, address_of(team, 1))[0])


def test_a_letter_that_waits_already_is_not_sent_any_more(app: Flask, sink: Sink) -> None:
    team = make_team(members=1)
    launch(team.cycle)
    stop(address_of(team))
    db.session.commit()
    work_until_idle(app)

    assert letters_to(sink, address_of(team)) == []
    assert len(letters_to(sink, address_of(team, 1))) == 1
    [stuck] = list_undelivered(team.cycle.id)
    assert (stuck.address, stuck.trouble) == (address_of(team), MailTrouble.NOT_WANTED)
    states = db.session.scalars(
        select(Letter.state).where(Letter.to_address == address_of(team))
    ).all()
    assert states == [LetterState.FAILED]


def test_later_rounds_do_not_ask_them_and_hr_is_told(app: Flask) -> None:
    team = make_team(members=1)
    stop(address_of(team))
    later = create_cycle(plan(name="下一轮"))
    add_participants(later)
    db.session.commit()

    draft = load_draft(later)
    findings = check_launch(gather_facts(later, draft, working_days=10, mail_is_up=True))

    assert team.customers[0].id not in {row.person_id for row in draft.assignments}
    assert team.customers[1].id in {row.person_id for row in draft.assignments}
    [told] = [finding for finding in findings if finding.check is Check.OPTED_OUT]
    assert told.names == (team.customers[0].name,)
    assert not told.blocks
    assert launch(later).letters == 1 + 1 + 2


def test_hr_cannot_ask_them_after_all(app: Flask) -> None:
    team = make_team(members=1)
    stop(address_of(team))
    db.session.commit()

    with pytest.raises(AssignmentError, match=r"asked for no more|不希望再收到"):
        assign(team.cycle, team.participant(), team.customers[0], RaterGroup.CUSTOMER)
    with pytest.raises(AddressError):
        checked_address(address_of(team), team.customers[0])


def test_it_holds_for_the_address_even_when_the_person_is_entered_anew(app: Flask) -> None:
    team = make_team(members=1)
    address = address_of(team)
    stop(address.upper())
    team.customers[0].email = "elsewhere@example.com"
    db.session.flush()
    team.customers[1].email = address
    db.session.commit()

    assert load_draft(team.cycle).opted_out == {team.customers[1].id}


def test_presses_at_the_same_moment_are_one(app: Flask, sink: Sink) -> None:
    """A mail program that tries again while the first try still runs."""
    team = launched(app)
    link = link_in(letters_to(sink, address_of(team))[0])
    db.session.remove()
    barrier = Barrier(PRESSES)

    def press(_number: int) -> int:
        browser = app.test_client()
        barrier.wait()
        return browser.post(link, data=ONE_CLICK).status_code

    with ThreadPoolExecutor(PRESSES) as pool:
        statuses = list(pool.map(press, range(PRESSES)))

    assert statuses == [200] * PRESSES
    assert count_opt_outs() == len(noted()) == 1
