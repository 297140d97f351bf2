"""A day lies between letters of several rounds to one person; one that waits longer stops none."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.auth.models import Role
from app.clock import now
from app.cycles.models import Cycle
from app.cycles.service import add_participants, create_cycle
from app.db import db
from app.feedback.extending.service import give
from app.feedback.launching.service import launch_cycle
from app.feedback.leaving.rules import Leaving
from app.feedback.models import Invitation, Reviewer
from app.feedback.reminding.rules import Skip
from app.feedback.reminding.service import plan_reminding
from app.feedback.replacing.service import add_reviewer
from app.jobs.models import Job
from app.mail import flow
from app.mail.models import Letter
from app.mail.service import RenderedLetter, post
from app.people.groups import RaterGroup
from app.people.models import Person
from app.worker import remind_where_due, work_until_idle
from tests.conftest import LINK_KEY
from tests.factories import make_account, make_person, sign_in
from tests.mornings import DESK, LETTERS, SHANGHAI, SUNDAY, TUESDAY
from tests.rounds import COMPANY, Team, counted_statements, make_team, plan
from tests.smtp_server import Sink


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A Sunday night."""
    with time_machine.travel(SUNDAY, tick=False) as travelling:
        yield travelling


@pytest.fixture
def team(app: Flask, clock: time_machine.Traveller) -> Team:
    """A round whose letters wait for Tuesday, half past nine."""
    made = make_team(members=2)
    launch(made.cycle, Leaving.IN_THE_MORNING)
    return made


def launch(cycle: Cycle, leaving: Leaving) -> None:
    launch_cycle(cycle.id, link_key=LINK_KEY, company=COMPANY, leaving=leaving, confirms_load=True)
    db.session.commit()


def another_round(name: str = "第二期", *, closes_on: date) -> Cycle:
    """A draft about the same people, who are asked by the same reviewers."""
    cycle = create_cycle(plan(name, closes_on=closes_on, customer_rest_days=0))
    add_participants(cycle)
    db.session.commit()
    return cycle


def departures_of(cycle: Cycle) -> set[datetime]:
    return set(
        db.session.scalars(
            select(Job.run_at)
            .join(Invitation, Invitation.letter_id == Job.subject_id)
            .join(Reviewer, Reviewer.id == Invitation.reviewer_id)
            .where(Reviewer.cycle_id == cycle.id)
        )
    )


def reminders() -> int:
    count = select(func.count()).where(Letter.kind == "remind")
    return db.session.scalar(count) or 0


def on_clock(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def asked_on_monday(app: Flask, clock: time_machine.Traveller) -> Team:
    """A week's round whose invitations have left on its Monday."""
    clock.move_to(on_clock("2026-11-23T10:00"))
    made = make_team(members=2, closes_on=date(2026, 11, 30))
    launch(made.cycle, Leaving.AT_ONCE)
    work_until_idle(app)
    return made


@pytest.mark.parametrize("with_another", [False, True])
def test_an_invitation_of_another_round_that_waits_for_days_keeps_no_reminder_back(
    app: Flask, clock: time_machine.Traveller, sink: Sink, *, with_another: bool
) -> None:
    """The other one waits from Friday to Tuesday; the last reminder is more than a day before."""
    asked_on_monday(app, clock)
    clock.move_to(on_clock("2026-11-27T08:00"))
    if with_another:
        launch(another_round(closes_on=date(2026, 12, 18)), Leaving.IN_THE_MORNING)
    counts = []
    for moment in ("2026-11-27T10:00", "2026-11-28T10:00", "2026-11-30T09:10"):
        clock.move_to(on_clock(moment))
        remind_where_due(app.extensions["settings"])
        work_until_idle(app)
        counts.append(reminders())

    assert counts == [LETTERS, 2 * LETTERS, 3 * LETTERS]


def test_hr_reads_who_will_have_a_letter_within_a_day_and_who_had_one(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller, sink: Sink
) -> None:
    """The second round's invitations leave on Tuesday at half past nine."""
    clock.move_to(on_clock("2026-11-26T10:00"))
    first = make_team(members=2).cycle
    launch(first, Leaving.AT_ONCE)
    work_until_idle(app)
    clock.move_to(on_clock("2026-11-28T08:00"))
    launch(another_round(closes_on=date(2026, 12, 18)), Leaving.IN_THE_MORNING)
    account = make_account(role=Role.HR)
    db.session.commit()
    found, pages, chinese = [], [], []
    for moment in ("2026-11-30T09:29", "2026-11-30T09:31", "2026-12-01T09:31"):
        clock.move_to(on_clock(moment))
        db.session.rollback()
        work_until_idle(app)
        skipped = plan_reminding(first, moment=now()).skipped
        sign_in(client, account)
        found.append((skipped[Skip.RECENT], skipped[Skip.SOON]))
        pages.append(client.get(f"/hr/c/{first.id}/remind?lang=en").text)
        chinese.append(client.get(f"/hr/c/{first.id}/remind?lang=zh").text)

    assert found == [(0, 0), (0, LETTERS), (LETTERS, 0)]
    assert ["Will have a letter within 24 hours" in page for page in pages] == [False, True, False]
    assert ["Had a letter within the last" in page for page in pages] == [False, False, True]
    assert ["24 小时内将收到邮件" in page for page in chinese] == [False, True, False]


def test_a_round_that_is_launched_at_once_need_not_wait_for_letters_of_another_one(
    team: Team,
) -> None:
    short = another_round(closes_on=date(2026, 12, 2))

    launch(short, Leaving.AT_ONCE)

    assert departures_of(short) == {SUNDAY}


def test_invitations_of_two_rounds_for_one_morning_leave_a_day_apart(team: Team) -> None:
    second = another_round(closes_on=date(2026, 12, 18))

    launch(second, Leaving.IN_THE_MORNING)

    assert departures_of(second) == {TUESDAY + timedelta(days=1)}


def test_a_third_round_leaves_between_the_letters_of_two_others_where_there_is_room(
    app: Flask, clock: time_machine.Traveller
) -> None:
    """Those of the first leave on Tuesday morning, of the second on Saturday night."""
    clock.move_to(on_clock("2026-11-28T23:00"))
    launch(make_team(members=2).cycle, Leaving.IN_THE_MORNING)
    second, third = (another_round(name, closes_on=date(2026, 12, 18)) for name in "BC")
    launch(second, Leaving.AT_ONCE)

    launch(third, Leaving.AT_ONCE)

    assert departures_of(second) == {now()}
    assert departures_of(third) == {now() + timedelta(days=1)}


def test_a_letter_that_a_pause_holds_back_counts_as_one_that_leaves_any_moment(
    app: Flask, team: Team, clock: time_machine.Traveller
) -> None:
    """The first round's letters were to leave on Tuesday; sending goes on after the launch of the
    second one on Thursday, perhaps at once."""
    flow.pause()
    db.session.commit()
    clock.move_to(on_clock("2026-12-03T10:00"))
    second = another_round(closes_on=date(2026, 12, 18))

    launch(second, Leaving.AT_ONCE)

    assert departures_of(second) == {now() + timedelta(days=1)}


def test_where_no_distance_can_be_kept_before_the_close_the_letter_leaves_as_if_alone(
    team: Team, clock: time_machine.Traveller
) -> None:
    """On Monday evening the others' letters are less than a day away, and Wednesday is too late."""
    clock.move_to(on_clock("2026-11-30T18:00"))
    short = another_round(closes_on=date(2026, 12, 1))

    launch(short, Leaving.AT_ONCE)

    assert departures_of(short) == {now()}


def test_working_days_are_counted_from_the_day_on_which_the_first_letter_really_leaves(
    client: FlaskClient, team: Team, clock: time_machine.Traveller
) -> None:
    """All letters of the second round are put off to Wednesday, which leaves it three days."""
    clock.move_to(on_clock("2026-11-30T10:00"))
    second = another_round(closes_on=date(2026, 12, 4))
    sign_in(client, make_account(role=Role.HR))

    page = client.get(f"/hr/c/{second.id}/launch?lang=en").text

    assert "Only 3 working days are left to answer." in page


def test_a_launch_reads_as_often_with_letters_of_other_rounds_as_without(
    client: FlaskClient, team: Team
) -> None:
    second = another_round(closes_on=date(2026, 12, 18))
    sign_in(client, make_account(role=Role.HR))

    def statements() -> int:
        with counted_statements() as counted:
            client.get(f"/hr/c/{second.id}/launch?lang=en")
        return len(counted)

    statements()
    with_others = statements()
    db.session.query(Job).delete()
    db.session.query(Invitation).delete()
    db.session.query(Letter).delete()
    db.session.commit()

    assert statements() == with_others


def test_whoever_is_added_at_once_need_not_wait_for_a_letter_of_another_round(
    app: Flask, clock: time_machine.Traveller, sink: Sink
) -> None:
    """The director of one round is asked for the first time in another that is under way."""
    other = make_team(members=2, name="别的")
    clock.move_to(SUNDAY)
    launch(other.cycle, Leaving.AT_ONCE)
    work_until_idle(app)
    someone = make_person(name="新")
    waits_until = now() + timedelta(days=3)
    waiting_letter(someone, waits_until)

    outcome = add_reviewer(other.cycle, other.participant(), someone, RaterGroup.PEER, DESK)

    assert outcome.letter_at == now().astimezone(UTC)


def waiting_letter(person: Person, moment: datetime) -> None:
    post(
        RenderedLetter(
            kind="remind", to_name=person.name, to_address=person.email or "", locale="zh",
            subject="x", text="x", html="x", send_at=moment,
        )
    )  # fmt: skip
    db.session.commit()


def test_more_time_given_while_the_invitation_waits_stands_in_that_invitation_alone(
    app: Flask, team: Team, clock: time_machine.Traveller, sink: Sink
) -> None:
    member = team.members[1]
    owner = select(Reviewer.id).where(Reviewer.person_id == member.id)
    give(
        team.cycle,
        db.session.scalars(owner).one(),
        until=date(2026, 12, 24),
        company=COMPANY,
        now=now(),
    )
    db.session.commit()
    work_until_idle(app)
    before_the_morning = len(sink.received)
    clock.move_to(TUESDAY)
    work_until_idle(app)

    assert before_the_morning == 0
    [letter] = db.session.scalars(select(Letter).where(Letter.to_address == member.email))
    assert letter.kind == "invite_internal"
    assert "24 Dec" in letter.text
    assert "24 Dec" in letter.html
    others = db.session.scalars(
        select(Letter.text).where(Letter.kind == "invite_internal", Letter.id != letter.id)
    )
    assert not any("12月24日" in text for text in others)
    assert len(sink.received) == LETTERS


def test_hr_is_told_that_invitations_do_not_leave_while_sending_is_paused(
    client: FlaskClient, team: Team
) -> None:
    sign_in(client, make_account(role=Role.HR))
    flow.pause()
    db.session.commit()
    address = f"/hr/c/{team.cycle.id}/invitations/now"

    told = client.post(f"{address}?lang=en", follow_redirects=True).text

    assert "on their way" not in told
    assert "Sending is paused, so 9 invitations leave as soon as you continue sending." in told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (timedelta(0), "They leave on Wed 2 Dec, 09:30 Beijing time."),
        (timedelta(hours=1), "They leave on Wed 2 Dec, 09:30–10:30 Beijing time."),
    ],
)
def test_hr_has_no_choice_where_the_gap_moves_each_letter_to_the_same_moment(
    client: FlaskClient, team: Team, clock: time_machine.Traveller, more: timedelta, told: str
) -> None:
    """All have a letter of another round within a day of now and of the good morning."""
    clock.move_to(TUESDAY - timedelta(hours=23))
    second = create_cycle(plan("第二轮"))
    add_participants(second)
    waiting_letter(team.members[0], TUESDAY + more)
    sign_in(client, make_account(role=Role.HR))

    page = client.get(f"/hr/c/{second.id}/launch?lang=en").text

    assert 'type="radio" name="leaving"' not in page
    assert told in page
