"""Letters that wait until nobody needs them, or their words are untrue, never leave."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from app.auth.service import mail_password_link
from app.clock import now
from app.db import db
from app.feedback.closing import close_cycle
from app.feedback.cockpit.fresh_links import replace_link
from app.feedback.extending.service import give
from app.feedback.models import FeedbackRequest, Invitation, RequestState, Reviewer
from app.feedback.outbox.queries import find_letter
from app.feedback.outbox.rules import NotAgain
from app.feedback.reminding.service import remind, remind_by_itself
from app.jobs.models import Job
from app.mail import flow
from app.mail.models import Letter, LetterState
from app.worker import work_until_idle
from tests.conftest import LINK_KEY
from tests.factories import make_account
from tests.rounds import COMPANY, Team, counted_statements, launch, make_team
from tests.smtp_server import Sink

pytestmark = pytest.mark.usefixtures("sink")


@pytest.fixture
def team(app: Flask) -> Team:
    """Everybody was invited two days ago; letters are held back."""
    team = make_team(members=2)
    launch(team.cycle)
    moment = now() - timedelta(days=2)
    db.session.execute(
        update(Letter).values(state=LetterState.SENT, sent_at=moment, posted_at=moment)
    )
    for job in db.session.scalars(select(Job)):
        db.session.delete(job)
    flow.pause()
    db.session.commit()
    return team


def remind_all(team: Team) -> None:
    assert remind(team.cycle.id, company=COMPANY) == 9
    db.session.commit()


def let_go(app: Flask) -> None:
    flow.go_on()
    db.session.commit()
    work_until_idle(app)
    db.session.rollback()
    db.session.expire_all()


def id_of(arrived: EmailMessage) -> str:
    return str(arrived["Message-ID"]).strip("<>")


def kinds(sink: Sink) -> set[str]:
    """Which kinds of letters have arrived; whoever has sent everything is thanked."""
    ids = [id_of(one) for one in sink.received]
    rows = db.session.execute(select(Letter.message_id, Letter.kind))
    found = {row.message_id: row.kind for row in rows}
    return {found.get(one, "remind") for one in ids}


def set_all(team: Team, state: RequestState) -> None:
    db.session.execute(update(FeedbackRequest).values(state=state))
    db.session.commit()


def submit(team: Team) -> None:
    set_all(team, RequestState.SUBMITTED)


def decline(team: Team) -> None:
    set_all(team, RequestState.DECLINED)


def close(team: Team) -> None:
    close_cycle(team.cycle, now())
    db.session.commit()


def end(team: Team) -> None:
    team.cycle.closes_at = now() - timedelta(minutes=1)
    db.session.commit()


def stop_links(team: Team) -> None:
    db.session.execute(update(Reviewer).values(cut_off=True))
    db.session.commit()


@pytest.mark.parametrize("happens", [submit, decline, close, end, stop_links])
def test_a_reminder_that_waited_does_not_leave_when_nothing_is_left_to_do(
    app: Flask, team: Team, sink: Sink, happens: Callable[[Team], None]
) -> None:
    remind_all(team)
    happens(team)
    let_go(app)

    assert kinds(sink) <= {"thanks"}
    assert list(db.session.scalars(select(Letter.id).where(Letter.kind == "remind"))) == []


def test_whoever_has_forms_left_and_time_of_their_own_gets_the_letter(
    app: Flask, team: Team, sink: Sink
) -> None:
    remind_all(team)
    reviewer = db.session.scalars(
        select(Reviewer).where(Reviewer.person_id == team.director.id)
    ).one()
    reviewer.closes_at = now() + timedelta(days=5)
    end(team)
    let_go(app)

    assert [one["To"].addresses[0].addr_spec for one in sink.received] == [team.director.email]


def test_a_reminder_that_names_an_earlier_day_does_not_leave_once_more_time_was_given(
    app: Flask, team: Team, sink: Sink
) -> None:
    director = db.session.scalars(
        select(Reviewer).where(Reviewer.person_id == team.director.id)
    ).one()
    with time_machine.travel(team.cycle.closes_at - timedelta(hours=8), tick=False):
        remind_all(team)
        later = now().date() + timedelta(days=4)
        assert give(team.cycle, director.id, until=later, company=COMPANY, now=now())
        db.session.commit()
        let_go(app)

    mine = [one for one in sink.received if str(team.director.email) in str(one["To"])]
    assert len(sink.received) == 9
    assert [
        db.session.scalar(select(Letter.kind).where(Letter.message_id == id_of(one)))
        for one in mine
    ] == ["more_time"]


def test_a_new_link_that_hr_sends_after_the_deadline_arrives_and_promises_no_draft(
    app: Flask, team: Team, sink: Sink
) -> None:
    reviewer = db.session.scalars(
        select(Reviewer).where(Reviewer.person_id == team.director.id)
    ).one()

    def send() -> str:
        replace_link(
            team.cycle,
            reviewer.id,
            address=str(team.director.email),
            link_key=LINK_KEY,
            company=COMPANY,
        )
        let_go(app)
        [arrived] = sink.received
        sink.received.clear()
        part = arrived.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    assert "之前保存的内容都在" in send()
    end(team)
    assert "之前保存的内容都在" not in send()


def test_invitations_that_waited_do_not_leave_after_the_close(app: Flask, sink: Sink) -> None:
    team = make_team(members=2)
    flow.pause()
    launch(team.cycle)
    close(team)
    let_go(app)

    assert sink.received == []


def test_a_letter_that_says_today_never_leaves_tomorrow(app: Flask, team: Team, sink: Sink) -> None:
    """Somebody has more time than is left of the day, so only the words are wrong."""
    with time_machine.travel(
        team.cycle.closes_at - timedelta(days=1, hours=8), tick=False
    ) as clock:
        remind_all(team)
        clock.shift(timedelta(hours=10))
        let_go(app)

    assert sink.received == []
    assert (
        db.session.scalar(select(Invitation.letter_id).where(Invitation.kind == "remind")) is None
    )


def test_a_reminder_by_itself_that_lapsed_with_its_day_is_written_anew(
    app: Flask, team: Team, sink: Sink
) -> None:
    """One that never left counts neither as sent nor towards the most."""
    with time_machine.travel(
        team.cycle.closes_at - timedelta(days=2, hours=12), tick=False
    ) as clock:
        assert remind_by_itself(team.cycle.id, company=COMPANY) == 9
        db.session.commit()
        clock.shift(timedelta(days=1))
        let_go(app)
        work_until_idle(app)

    subjects = [str(one["Subject"]) for one in sink.received]
    assert len(subjects) == 9
    assert all("明天截止" in one or "tomorrow" in one or "月" in one for one in subjects), subjects


def test_an_invitation_that_may_have_arrived_is_uncertain_and_not_sent_again(
    app: Flask, sink: Sink
) -> None:
    team = make_team(members=2)
    launch(team.cycle)
    address = str(team.director.email)
    sink.cut.add(address)
    db.session.commit()
    work_until_idle(app)
    sink.cut.clear()
    db.session.execute(update(Job).values(run_at=now()))
    submit(team)
    let_go(app)

    states = db.session.scalars(
        select(Letter.state).where(Letter.to_address == address, Letter.kind == "invite_internal")
    )
    assert list(states) == [LetterState.UNCERTAIN]


@pytest.mark.parametrize(("minutes", "arrives"), [(9, 1), (11, 0)])
def test_a_link_that_lives_ten_minutes_does_not_leave_later(
    app: Flask, sink: Sink, minutes: int, arrives: int
) -> None:
    mail_password_link(make_account().email, link_key=LINK_KEY)
    db.session.execute(update(Letter).values(posted_at=now() - timedelta(minutes=minutes)))
    let_go(app)

    assert len(sink.received) == arrives


def test_hr_is_told_that_a_letter_nobody_needs_does_not_go_again(app: Flask, team: Team) -> None:
    letter = db.session.scalars(select(Letter).limit(1)).one()
    letter.state, letter.error = LetterState.FAILED, "552 5.2.2 mailbox full"
    submit(team)

    found = find_letter(letter.id)

    assert found is not None
    assert found.not_again is NotAgain.OVER


def test_a_letter_costs_one_statement_more(app: Flask, team: Team, sink: Sink) -> None:
    remind_all(team)
    with counted_statements() as statements:
        let_go(app)

    asked = [one for one in statements if "cut_off" in one and "time_zone" in one]
    assert len(asked) <= len(sink.received) + 1
    assert len(sink.received) == 9
