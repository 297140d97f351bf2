"""Invitations leave on a good morning where each reader is, or at once, as HR chooses."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.audit.models import AuditEvent
from app.auth.models import Role
from app.clock import now
from app.cycles.workdays.models import SpecialDay
from app.db import db
from app.feedback.closing import close_cycle
from app.feedback.cockpit.fresh_links import replace_link
from app.feedback.launching.service import launch_cycle, prepare_launch, write_launch
from app.feedback.leaving.rules import Leaving
from app.feedback.models import Invitation, Reviewer
from app.feedback.reminding.queries import list_standings
from app.feedback.reminding.rules import Skip
from app.feedback.reminding.service import plan_reminding
from app.feedback.replacing.service import add_reviewer
from app.jobs.models import Job
from app.mail.models import Letter, LetterState
from app.mail.service import RenderedLetter, post
from app.people.groups import RaterGroup
from app.people.models import Person
from app.worker import remind_where_due, work_until_idle
from tests.conftest import LINK_KEY
from tests.factories import make_account, make_person, sign_in
from tests.mornings import DESK, LETTERS, SUNDAY, TUESDAY
from tests.rounds import COMPANY, Team, counted_statements, launch, make_team
from tests.smtp_server import Sink

LAST_DAY = date(2026, 12, 18)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A Sunday night."""
    with time_machine.travel(SUNDAY, tick=False) as travelling:
        yield travelling


@pytest.fixture
def team(app: Flask, clock: time_machine.Traveller) -> Team:
    """A draft that is open since Friday, and for two more weeks."""
    return make_team(members=2)


def launch_for_the_morning(team: Team) -> None:
    launch_cycle(team.cycle.id, link_key=LINK_KEY, company=COMPANY, leaving=Leaving.IN_THE_MORNING)
    db.session.commit()


def enter(client: FlaskClient) -> FlaskClient:
    sign_in(client, make_account(role=Role.HR))
    return client


def moments() -> list[datetime]:
    """When letters leave, each moment once."""
    db.session.rollback()
    return sorted(set(db.session.scalars(select(Job.run_at))))


def leaves_at(person: Person) -> datetime:
    moment = db.session.scalar(
        select(Job.run_at)
        .join(Letter, Letter.id == Job.subject_id)
        .where(Letter.to_address == person.email, Letter.kind.like("invite%"))
    )
    assert moment is not None
    return moment


def words(page: str) -> str:
    return BeautifulSoup(page, "html.parser").get_text(" ", strip=True)


def on_clock(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def test_each_invitation_waits_for_a_good_morning_of_its_own_reader(team: Team) -> None:
    """Berlin's Tuesday is a holiday that HR entered; a customer's is worked like any other."""
    berliner, stranger = team.members[1], team.customers[0]
    berliner.time_zone, stranger.time_zone = "Europe/Berlin", "America/New_York"
    db.session.add(
        SpecialDay(time_zone="Europe/Berlin", day=date(2026, 12, 1), is_worked=False, name="x")
    )
    db.session.commit()

    launch_for_the_morning(team)

    assert leaves_at(team.director) == TUESDAY
    assert leaves_at(berliner) == on_clock("2026-12-02T09:30", "Europe/Berlin")
    assert leaves_at(stranger) == on_clock("2026-12-01T09:30", "America/New_York")


def test_a_launch_asks_as_often_for_many_zones_as_for_one(team: Team) -> None:
    def statements() -> list[int]:
        with counted_statements() as counted:
            prepared = prepare_launch(team.cycle, company=COMPANY, leaving=Leaving.IN_THE_MORNING)
            read = len(counted)
            write_launch(prepared, link_key=LINK_KEY)
            written = len(counted) - read
        db.session.rollback()
        return [read, written]

    one = statements()
    zones = ("Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Tokyo", "Asia/Dubai")
    for customer, zone in zip(team.customers, zones, strict=False):
        customer.time_zone = zone
    db.session.commit()

    assert statements() == one
    assert len({person.time_zone for person in team.customers}) == 6


def test_the_page_proposes_the_morning_and_says_before_the_press_when_letters_leave(
    client: FlaskClient, team: Team
) -> None:
    team.customers[0].time_zone = "America/New_York"
    db.session.commit()
    enter(client)
    address = f"/hr/c/{team.cycle.id}/launch"

    page = client.get(f"{address}?lang=en").text
    chinese = words(client.get(f"{address}?lang=zh").text)

    boxes = BeautifulSoup(page, "html.parser").find_all("input", attrs={"name": "leaving"})
    assert [(box["value"], box.has_attr("checked")) for box in boxes] == [
        ("in_the_morning", True),
        ("at_once", False),
    ]
    assert (
        "9 letters leave at 09:30 where each reader is: Tue 1 Dec, 09:30–22:30 Beijing time."
    ) in words(page)
    assert "9 letters leave at once." in words(page)
    assert (
        "9 封邮件按收件人当地时间 09:30 发出：12月1日（周二）09:30–22:30（北京时间）。"
    ) in chinese


def test_after_the_launch_page_and_audit_trail_say_when_letters_leave(
    client: FlaskClient, team: Team
) -> None:
    enter(client)
    address = f"/hr/c/{team.cycle.id}"

    told = client.post(
        f"{address}/launch?lang=en", data={"leaving": "in_the_morning"}, follow_redirects=True
    ).text
    later = words(client.get(f"{address}?lang=en").text)

    assert moments() == [TUESDAY]
    assert "Launched. 9 letters leave on Tue 1 Dec, 09:30 Beijing time." in words(told)
    assert (
        "9 letters wait for their time and leave by themselves: Tue 1 Dec, 09:30 Beijing time."
        in later
    )
    assert "Send the invitations now" in later
    assert "The invitations have not left yet," in later
    assert f'href="{address}/remind"' not in told
    assert "Letter has not left yet" in client.get(f"{address}/reviewers?lang=en").text
    detail = db.session.scalar(
        select(AuditEvent.detail).where(AuditEvent.action == "cycle.launched")
    )
    assert detail == "9 letters, 12 requests, leaving 9 on 2026-12-01 09:30 Asia/Shanghai"


@pytest.mark.parametrize("data", [{"leaving": "at_once"}, {}])
def test_letters_leave_at_once_where_hr_chose_so_or_the_page_had_no_choice(
    client: FlaskClient, team: Team, data: dict[str, str]
) -> None:
    """A page that was loaded before there was a choice said that letters leave at once."""
    enter(client)

    client.post(f"/hr/c/{team.cycle.id}/launch", data=data)

    assert moments() == [SUNDAY]
    page = client.get(f"/hr/c/{team.cycle.id}?lang=en").text
    assert "Launched. 9 letters are on their way." in page
    assert "Send the invitations now" not in page


def test_another_word_than_those_of_the_page_launches_nothing(
    client: FlaskClient, team: Team
) -> None:
    enter(client)

    answer = client.post(f"/hr/c/{team.cycle.id}/launch", data={"leaving": "tomorrow"})

    assert answer.status_code == 404
    assert team.cycle.launched_at is None


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "sentence"),
    [
        (date(2026, 11, 27), date(2026, 11, 30), "9 letters leave at once."),
        (date(2026, 12, 8), LAST_DAY, "9 letters leave on Tue 8 Dec, 09:30 Beijing time."),
    ],
)
def test_where_both_choices_come_to_the_same_there_is_none(
    client: FlaskClient, clock: time_machine.Traveller, opens_on: date, closes_on: date,
    sentence: str,
) -> None:  # fmt: skip
    """On the last evening nothing can wait; a round that opens on a Tuesday has its morning."""
    clock.move_to(SUNDAY + timedelta(hours=21))
    team = make_team(members=2, opens_on=opens_on, closes_on=closes_on)
    enter(client)

    page = client.get(f"/hr/c/{team.cycle.id}/launch?lang=en").text

    assert 'type="radio" name="leaving"' not in page
    assert sentence in words(page)


def test_a_round_that_opens_later_may_have_its_letters_leave_on_any_first_morning(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    later = make_team(members=2, opens_on=date(2026, 12, 4), closes_on=LAST_DAY)
    enter(client)

    page = words(client.get(f"/hr/c/{later.cycle.id}/launch?lang=en").text)
    client.post(f"/hr/c/{later.cycle.id}/launch", data={"leaving": "in_the_morning"})

    assert "On the first morning after the opening" in page
    assert "9 letters leave on Fri 4 Dec, 09:30 Beijing time." in page
    assert "9 letters leave on Tue 8 Dec, 09:30 Beijing time." in page
    assert moments() == [TUESDAY + timedelta(days=7)]
    waiting = client.get(f"/hr/c/{later.cycle.id}?lang=en").text
    assert "Send the invitations now" not in waiting  # nobody could answer yet
    pressed = client.post(f"/hr/c/{later.cycle.id}/invitations/now")
    assert pressed.status_code == 409
    assert moments() == [TUESDAY + timedelta(days=7)]


def test_few_working_days_are_counted_from_the_morning_on_which_letters_leave(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    """On Monday at ten, Friday is the fifth working day; from Tuesday on there are four."""
    clock.move_to(on_clock("2026-11-30T10:00", "Asia/Shanghai"))
    short = make_team(members=2, closes_on=date(2026, 12, 4))
    enter(client)

    page = words(client.get(f"/hr/c/{short.cycle.id}/launch?lang=en").text)

    assert "9 letters leave on Tue 1 Dec, 09:30 Beijing time." in page
    assert "Only 4 working days are left to answer." in page


def test_hr_may_have_waiting_invitations_leave_now_and_a_second_press_changes_nothing(
    client: FlaskClient,
    app: Flask,
    team: Team,
    clock: time_machine.Traveller,
    sink: Sink,
) -> None:
    launch_for_the_morning(team)
    clock.shift(timedelta(hours=1))
    enter(client)
    address = f"/hr/c/{team.cycle.id}/invitations/now?lang=en"

    with counted_statements() as statements:
        told = client.post(address, follow_redirects=True).text
    again = client.post(address, follow_redirects=True).text

    changing = [text for text in statements if text.startswith("UPDATE jobs")]
    assert len(changing) == 1
    assert "9 invitations are on their way." in told
    assert "No invitation is left that could leave sooner." in again
    assert moments() == [SUNDAY + timedelta(hours=1)]
    notes = db.session.execute(
        select(AuditEvent.subject, AuditEvent.detail).where(AuditEvent.action == "cycle.sent_now")
    )
    assert [tuple(note) for note in notes] == [(f"cycle:{team.cycle.id}", "9")]
    db.session.rollback()
    work_until_idle(app)
    assert len(sink.received) == LETTERS
    assert "Send the invitations now" not in client.get(f"/hr/c/{team.cycle.id}?lang=en").text


def test_whoever_has_another_letter_within_a_day_keeps_waiting_when_the_others_leave(
    client: FlaskClient, team: Team
) -> None:
    """One had a letter this morning, another will have one of another round tomorrow."""
    had, will_have, long_ago = team.members[0], team.members[1], team.director
    launch_for_the_morning(team)
    write_to(had, sent_at=SUNDAY - timedelta(hours=14))
    write_to(will_have, send_at=SUNDAY + timedelta(hours=10))
    write_to(long_ago, sent_at=SUNDAY - timedelta(hours=24))
    enter(client)

    client.post(f"/hr/c/{team.cycle.id}/invitations/now")
    page = client.get(f"/hr/c/{team.cycle.id}?lang=en").text

    assert [leaves_at(person) for person in (had, will_have, long_ago)] == [
        TUESDAY,
        TUESDAY,
        SUNDAY,
    ]
    assert "7 invitations are on their way." in page
    assert "2 letters wait for their time" in page
    assert "Send the invitations now" not in page


def write_to(
    person: Person, *, sent_at: datetime | None = None, send_at: datetime | None = None
) -> None:
    """A reminder of another round that has left, or waits."""
    letter_id = post(
        RenderedLetter(
            kind="remind", to_name=person.name, to_address=person.email or "", locale="zh",
            subject="x", text="x", html="x", send_at=send_at,
        )
    )  # fmt: skip
    if sent_at is not None:
        letter = db.session.get_one(Letter, letter_id)
        letter.state, letter.sent_at = LetterState.SENT, sent_at
        db.session.execute(update(Job).where(Job.subject_id == letter_id).values(state="done"))
    db.session.commit()


def test_letters_of_another_round_stay_where_they_are(client: FlaskClient, team: Team) -> None:
    other = make_team(members=2, name="别的")
    launch_for_the_morning(team)
    launch_for_the_morning(other)
    enter(client)

    client.post(f"/hr/c/{other.cycle.id}/invitations/now")

    assert leaves_at(other.director) == SUNDAY
    assert leaves_at(team.director) == TUESDAY


def test_the_press_after_the_close_is_refused_and_what_waited_lapses(
    client: FlaskClient, app: Flask, team: Team, sink: Sink
) -> None:
    launch_for_the_morning(team)
    enter(client)
    close_cycle(team.cycle, now())
    db.session.commit()

    pressed = client.post(f"/hr/c/{team.cycle.id}/invitations/now")
    work_until_idle(app)
    db.session.rollback()

    assert pressed.status_code == 409
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0
    assert sink.received == []
    assert "Leaves on" not in client.get("/hr/outbox?lang=en").text


def test_only_hr_has_invitations_leave_now(client: FlaskClient, team: Team) -> None:
    launch_for_the_morning(team)
    sign_in(client, make_account())

    assert client.post(f"/hr/c/{team.cycle.id}/invitations/now").status_code == 404
    assert moments() == [TUESDAY]


def test_no_reminder_comes_before_the_invitation_and_the_first_three_working_days_after_it(
    app: Flask, team: Team, clock: time_machine.Traveller, sink: Sink
) -> None:
    """Launched on Friday, so that three working days after the launch would be Wednesday."""
    clock.move_to(on_clock("2026-11-27T20:00", "Asia/Shanghai"))
    launch_for_the_morning(team)
    counts = {}
    for moment in ("30T12:00", "01T09:15", "01T09:45", "02T09:45", "03T09:45", "04T09:45"):
        month = "11" if moment.startswith("3") else "12"
        clock.move_to(on_clock(f"2026-{month}-{moment}", "Asia/Shanghai"))
        remind_where_due(app.extensions["settings"])
        work_until_idle(app)
        counts[moment] = len(sink.received)

    assert counts == {
        "30T12:00": 0,
        "01T09:15": 0,
        "01T09:45": LETTERS,
        "02T09:45": LETTERS,
        "03T09:45": LETTERS,
        "04T09:45": 2 * LETTERS,
    }


def test_hr_cannot_remind_by_hand_whoever_is_not_invited_yet(
    client: FlaskClient, team: Team, clock: time_machine.Traveller
) -> None:
    launch_for_the_morning(team)
    clock.shift(timedelta(hours=26))
    enter(client)

    page = words(client.get(f"/hr/c/{team.cycle.id}/remind?lang=en").text)

    assert plan_reminding(team.cycle, moment=now()).chosen == []
    assert "A letter to them has not left yet" in page


def test_a_new_link_to_the_same_mailbox_opens_no_way_past_the_invitation_that_waits(
    app: Flask, team: Team, clock: time_machine.Traveller, sink: Sink
) -> None:
    """Launched on Friday; the link has left for more than a day, the invitation has not."""
    clock.move_to(on_clock("2026-11-27T20:00", "Asia/Shanghai"))
    launch_for_the_morning(team)
    owner = select(Reviewer.id).where(Reviewer.person_id == team.director.id)
    replace_link(
        team.cycle,
        db.session.scalars(owner).one(),
        address=team.director.email or "",
        link_key=LINK_KEY,
        company=COMPANY,
    )
    db.session.commit()
    work_until_idle(app)
    clock.move_to(SUNDAY)

    assert len(sink.received) == 1
    assert plan_reminding(team.cycle, moment=now()).skipped == {Skip.NOT_SENT_YET: LETTERS}


def test_days_are_counted_from_the_invitation_that_left_not_from_one_that_did_not(
    team: Team, clock: time_machine.Traveller
) -> None:
    """The first came back, and HR sent it again to another address two days later."""
    launch(team.cycle)
    owner = select(Reviewer.id).where(Reviewer.person_id == team.director.id)
    [invitation] = db.session.scalars(
        select(Invitation).where(Invitation.reviewer_id == owner.scalar_subquery())
    )
    invitation.letter.state, invitation.letter.error = LetterState.FAILED, "550"
    clock.shift(timedelta(days=2))
    write_to(team.director, sent_at=now())
    copy_id = db.session.scalar(select(func.max(Letter.id)))
    db.session.add(Invitation(letter_id=copy_id, reviewer_id=invitation.reviewer_id, kind="invite"))
    db.session.commit()

    invited = {row.person.id: row.standing.invited_at for row in list_standings(team.cycle.id)}

    assert invited[team.director.id] == SUNDAY + timedelta(days=2)
    assert invited[team.members[0].id] == SUNDAY


def test_whoever_got_a_new_link_in_place_of_a_waiting_invitation_is_reminded_all_the_same(
    app: Flask, team: Team, clock: time_machine.Traveller, sink: Sink
) -> None:
    """HR corrects an address before the letters leave: the invitation to the old one is gone."""
    launch_for_the_morning(team)
    owner = db.session.scalars(
        select(Reviewer.id).where(Reviewer.person_id == team.director.id)
    ).one()
    replace_link(team.cycle, owner, address="right@example.com", link_key=LINK_KEY, company=COMPANY)
    db.session.commit()
    for day in ("2026-12-01", "2026-12-02", "2026-12-04"):
        clock.move_to(on_clock(f"{day}T09:45", "Asia/Shanghai"))
        work_until_idle(app)
        remind_where_due(app.extensions["settings"])

    letters = db.session.scalars(
        select(Letter.kind).where(Letter.to_address == "right@example.com").order_by(Letter.id)
    )
    assert list(letters) == ["fresh_link", "remind"]


def test_whoever_is_added_meanwhile_is_invited_with_the_others_and_at_once_afterwards(
    app: Flask, team: Team, clock: time_machine.Traveller, sink: Sink
) -> None:
    early, berliner, late = (make_person(name=name) for name in ("早", "柏林", "晚"))
    berliner.time_zone = "Europe/Berlin"
    db.session.commit()
    launch_for_the_morning(team)
    participant = team.participant()

    asked = [
        add_reviewer(team.cycle, participant, person, RaterGroup.PEER, DESK)
        for person in (early, berliner)
    ]
    db.session.commit()
    clock.move_to(TUESDAY + timedelta(hours=1))
    work_until_idle(app)
    after = add_reviewer(team.cycle, participant, late, RaterGroup.PEER, DESK)
    db.session.commit()

    assert [outcome.letter_at for outcome in asked] == [
        TUESDAY,
        on_clock("2026-12-01T09:30", "Europe/Berlin"),
    ]
    assert len(sink.received) == LETTERS + 1
    assert after.letter_at == TUESDAY + timedelta(hours=1)


def test_whoever_is_added_to_a_round_launched_at_once_is_asked_at_once(team: Team) -> None:
    launch(team.cycle)

    outcome = add_reviewer(
        team.cycle, team.participant(), make_person(name="新"), RaterGroup.PEER, DESK
    )

    assert outcome.letter_at == now().astimezone(UTC)
