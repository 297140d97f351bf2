"""HR's page of a round: how far it is, whom to chase, and the close."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.auth.models import Role
from app.clock import now
from app.db import db
from app.feedback.models import FeedbackRequest, RequestState, Reviewer
from app.jobs.models import Job
from app.mail.models import Letter, LetterState
from app.people.groups import RaterGroup
from tests.factories import make_account, sign_in
from tests.rounds import Team, counted_statements, launch, make_team


def launched(client: FlaskClient, *, members: int = 4, name: str = "2026 年度评价") -> Team:
    team = make_team(members=members, name=name)
    launch(team.cycle)
    return team


def as_hr(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))


def deliver(*, ago: timedelta = timedelta(days=2)) -> None:
    moment = now() - ago
    db.session.execute(
        update(Letter).values(state=LetterState.SENT, sent_at=moment, posted_at=moment)
    )
    db.session.commit()


def answer(team: Team, group: RaterGroup, state: RequestState = RequestState.SUBMITTED) -> None:
    participants = [team.participant(place).id for place in range(len(team.members))]
    db.session.execute(
        update(FeedbackRequest)
        .where(
            FeedbackRequest.rater_group == group, FeedbackRequest.participant_id.in_(participants)
        )
        .values(state=state)
    )
    db.session.commit()


def test_without_a_round_the_page_says_what_to_do_next(client: FlaskClient) -> None:
    as_hr(client)

    page = client.get("/hr").text

    assert "No cycle yet." in page
    assert 'href="/hr/import"' in page
    assert 'href="/hr/c/new"' in page


def test_rounds_are_listed_with_stage_and_share_of_forms(client: FlaskClient) -> None:
    team = launched(client)
    answer(team, RaterGroup.CUSTOMER)
    as_hr(client)

    page = client.get("/hr").text

    assert team.cycle.name in page
    assert "Collecting" in page
    assert "37 %" in page  # 12 of 32


def test_a_draft_leads_to_its_next_step(client: FlaskClient) -> None:
    team = make_team(members=2)
    as_hr(client)

    assert "2 participants are chosen." in client.get(f"/hr/c/{team.cycle.id}").text


def test_the_page_counts_without_showing_an_answer(client: FlaskClient) -> None:
    team = launched(client)
    deliver()
    answer(team, RaterGroup.CUSTOMER)
    answer(team, RaterGroup.PEER, RequestState.DECLINED)
    as_hr(client)

    page = client.get(f"/hr/c/{team.cycle.id}").text

    assert "<strong>4 / 4</strong>" in page
    assert "<strong>12 / 32</strong>" in page
    assert "100 % <span>(12/12)</span>" in page
    assert "0 % <span>(0/12)</span>" in page
    assert "8 forms are still open" in page


def test_first_answers_are_expected_until_the_deadline_only(client: FlaskClient) -> None:
    team = launched(client)
    deliver()
    as_hr(client)
    page = f"/hr/c/{team.cycle.id}"
    assert "The first answers usually come within two hours." in client.get(page).text

    team.cycle.closes_at = now() - timedelta(minutes=1)
    db.session.commit()

    late = client.get(page).text
    assert "two hours" not in late
    assert "The deadline has passed, and 32 forms are still open." in late
    assert f"{page}/remind" not in late  # nobody can be reminded now
    assert "截止时间已过，还有 32 份评价未完成。" in client.get(f"{page}?lang=zh").text


def test_a_round_in_which_everybody_declined_can_be_closed(client: FlaskClient) -> None:
    team = launched(client, members=2)
    deliver()
    for group in RaterGroup:
        answer(team, group, RequestState.DECLINED)
    as_hr(client)

    page = client.get(f"/hr/c/{team.cycle.id}").text

    assert "Everybody has answered or declined." in page
    assert "two hours" not in page


def test_while_letters_wait_the_page_says_so_and_watches(client: FlaskClient) -> None:
    team = launched(client)
    as_hr(client)

    page = client.get(f"/hr/c/{team.cycle.id}").text
    assert "Letters are being sent: 0 of 17 have left." in page
    assert "htmx" in page
    watching = client.get(f"/hr/c/{team.cycle.id}/sending")
    assert "HX-Refresh" not in watching.headers
    deliver()

    assert client.get(f"/hr/c/{team.cycle.id}/sending").headers["HX-Refresh"] == "true"
    assert "htmx.min.js" not in client.get(f"/hr/c/{team.cycle.id}").text


def test_letters_whose_time_has_not_come_are_not_said_to_be_leaving(client: FlaskClient) -> None:
    team = launched(client)
    first, last = now() + timedelta(hours=2), now() + timedelta(days=3)
    db.session.execute(update(Job).values(run_at=first))
    db.session.commit()
    as_hr(client)
    page = f"/hr/c/{team.cycle.id}"

    alone = client.get(page).text
    assert "17 letters wait for their time and leave by themselves: " in alone
    assert first.astimezone(ZoneInfo("Asia/Shanghai")).strftime(", %H:%M Beijing time.") in alone
    assert "being sent" not in alone
    assert "The letters are out." not in alone
    assert "htmx.min.js" not in alone
    assert client.get(f"{page}/sending").headers["HX-Refresh"] == "true"
    soonest = select(Job.id).order_by(Job.id).limit(16)
    db.session.execute(update(Job).where(Job.id.in_(soonest)).values(run_at=last))
    db.session.execute(
        update(Job).where(Job.id == soonest.limit(1).scalar_subquery()).values(run_at=now())
    )
    db.session.commit()

    mixed = client.get(page).text
    assert "Letters are being sent: 0 of 1 have left." in mixed
    assert "16 letters wait for their time and leave by themselves: " in mixed
    assert " – ".join(
        f"{one.astimezone(ZoneInfo('Asia/Shanghai')):%a %-d %b, %H:%M} Beijing time"
        for one in (first, last)
    ) in " ".join(mixed.split())
    assert "16 封邮件还没到发送时间，将自动发出：" in client.get(f"{page}?lang=zh").text


def test_a_mail_server_that_is_down_is_told_and_nothing_is_lost(client: FlaskClient) -> None:
    team = launched(client)
    db.session.execute(update(Letter).values(error="127.0.0.1: Connection refused"))
    as_hr(client)

    assert "17 letters wait because the mail server" in client.get(f"/hr/c/{team.cycle.id}").text
    assert "could not be reached" in client.get(f"/hr/c/{team.cycle.id}/bounces").text


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ("all", 17),
        ("open", 4),
        ("none_submitted", 0),
        ("some_submitted", 4),
        ("undelivered", 1),
        ("declined", 1),
        ("done", 12),
        ("late", 0),
        ("nonsense", 17),
    ],
)
def test_reviewers_are_filtered(client: FlaskClient, chosen: str, names: int) -> None:
    team = launched(client)
    deliver()
    for group in (RaterGroup.CUSTOMER, RaterGroup.SELF):
        answer(team, group)
    answer(team, RaterGroup.SUPERVISOR, RequestState.DECLINED)
    owner = db.session.scalars(
        select(Reviewer.id).where(Reviewer.person_id == team.members[0].id)
    ).one()
    db.session.execute(
        update(Letter)
        .where(Letter.link_owner_id == owner)
        .values(state=LetterState.FAILED, error="550 5.1.1 no")
    )
    as_hr(client)

    page = client.get(f"/hr/c/{team.cycle.id}/reviewers?filter={chosen}").text

    assert page.count('<th scope="row">') == names


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=5, minutes=1), "5 days left"),
        (timedelta(hours=3, minutes=1), "3 hours left"),
        (timedelta(seconds=50), "1 minute left"),
        (timedelta(minutes=-1), "The deadline has passed"),
    ],
)
def test_the_time_left_is_told_in_words(client: FlaskClient, left: timedelta, words: str) -> None:
    team = launched(client)
    team.cycle.closes_at = now() + left
    as_hr(client)

    assert words in client.get(f"/hr/c/{team.cycle.id}").text


def test_what_is_due_soon_is_everything_open_in_the_last_three_days(client: FlaskClient) -> None:
    team = launched(client)
    team.cycle.closes_at = now() + timedelta(days=2)
    as_hr(client)

    page = client.get(f"/hr/c/{team.cycle.id}/reviewers?filter=late").text

    assert page.count('<th scope="row">') == 17


def test_reviewers_are_found_by_name_and_by_cell_of_the_table(client: FlaskClient) -> None:
    team = launched(client)
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/reviewers"

    assert client.get(f"{address}?name=晓明1的").text.count('<th scope="row">') == 3
    assert client.get(f"{address}?name=%25").text.count('<th scope="row">') == 0
    cell = f"{address}?group=supervisor&department={team.department.id}"
    assert client.get(cell).text.count('<th scope="row">') == 1
    assert client.get(f"{address}?department=999").text.count('<th scope="row">') == 0


def test_the_list_goes_on_where_the_page_before_ended(client: FlaskClient) -> None:
    team = launched(client, members=14)
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/reviewers"

    first = client.get(address).text
    after = first.split("after=")[1].split('"')[0]
    second = client.get(f"{address}?after={after}").text

    assert first.count('<th scope="row">') == 50
    assert second.count('<th scope="row">') == 57 - 50
    assert "Next page" not in second


def test_a_reminder_is_shown_before_it_is_sent(client: FlaskClient) -> None:
    team = launched(client)
    deliver()
    answer(team, RaterGroup.CUSTOMER)
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/remind"

    page = client.get(address).text
    assert "5 people will get a letter" in page
    assert "Have answered everything" in page
    assert "(the personal link)" in page
    assert "Send 5 letters" in page
    client.post(address)

    assert reminders() == 5
    assert "There is nobody to remind now." in client.get(address).text
    client.post(address)
    assert reminders() == 5


def reminders() -> int:
    return (
        db.session.scalar(select(func.count()).select_from(Letter).where(Letter.kind == "remind"))
        or 0
    )


def test_nobody_can_be_ticked_whose_letter_has_not_left(client: FlaskClient) -> None:
    team = launched(client)
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/reviewers"

    assert "Remind those ticked" not in client.get(address).text
    deliver()

    assert "Remind those ticked" in client.get(address).text


def test_only_those_ticked_are_reminded(client: FlaskClient) -> None:
    team = launched(client)
    deliver()
    chosen = db.session.scalars(select(Reviewer.id).limit(2)).all()
    as_hr(client)

    page = client.get(f"/hr/c/{team.cycle.id}/remind?reviewer={chosen[0]}&reviewer={chosen[1]}")
    assert "2 people will get a letter" in page.text
    client.post(f"/hr/c/{team.cycle.id}/remind", data={"reviewer": list(chosen)})

    assert reminders() == 2


def stuck_letter(team: Team, error: str, state: LetterState = LetterState.FAILED) -> Letter:
    deliver()
    letter = db.session.scalars(
        select(Letter).where(Letter.to_address == team.customers[0].email)
    ).one()
    letter.state, letter.error = state, error
    db.session.commit()
    return letter


def test_a_letter_that_came_back_is_explained_and_sent_to_a_better_address(
    client: FlaskClient,
) -> None:
    team = launched(client)
    letter = stuck_letter(team, "550 5.1.1 User unknown")
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/bounces"

    assert "There is no such mailbox." in client.get(address).text
    client.post(f"{address}/{letter.id}", data={"address": "New@Customer.example"})

    again = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert again is not None
    assert again.to_address == "new@customer.example"
    assert (again.state, again.text) == (LetterState.QUEUED, letter.text)
    assert "No letter has come back." in client.get(address).text
    twice = client.post(f"{address}/{letter.id}", data={"address": "new@customer.example"})
    assert twice.status_code == 404


@pytest.mark.parametrize("address", ["nonsense", "hr person@example.com", ""])
def test_a_letter_goes_to_no_address_that_is_none(client: FlaskClient, address: str) -> None:
    team = launched(client)
    letter = stuck_letter(team, "550 5.1.1 User unknown")
    as_hr(client)

    response = client.post(f"/hr/c/{team.cycle.id}/bounces/{letter.id}", data={"address": address})

    assert response.status_code == 409


def test_a_letter_is_not_sent_to_somebody_elses_address(client: FlaskClient) -> None:
    team = launched(client)
    letter = stuck_letter(team, "closed", LetterState.UNCERTAIN)
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/bounces"

    assert "It may have arrived" in client.get(address).text
    response = client.post(f"{address}/{letter.id}", data={"address": team.director.email})

    assert response.status_code == 409
    assert "belongs to somebody else" in response.text


def test_the_close_says_what_it_does_before_it_does_it(client: FlaskClient) -> None:
    team = launched(client)
    answer(team, RaterGroup.CUSTOMER)
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}/close"

    page = client.get(address).text
    assert "12 submitted forms count." in page
    assert "20 open forms can no longer be sent" in page
    assert "has not come yet" in page
    client.post(address)

    shown = client.get(f"/hr/c/{team.cycle.id}").text
    assert f"/hr/c/{team.cycle.id}/ratings" in shown
    assert "Close the collection" not in shown
    assert "The collection was closed on" in client.get(address).text
    assert client.get(f"/hr/c/{team.cycle.id}/remind").status_code == 409


@pytest.mark.parametrize(
    ("lang", "before", "after"),
    [
        (
            "en",
            ["stay too small even if everybody answers", "2 of 3 needed, will be left out."],
            [
                "Groups of which too few have answered",
                "王晓明0, Peer: 1 of 3 needed have answered, left out.",
                "王晓明0, Customer: 2 of 3 needed have answered, left out.",
            ],
        ),
        (
            "zh",
            ["即使全部提交，人数仍不足的组", "最多 2 人，需要 3 人，将不计入。"],
            ["提交人数不足的组", "王晓明0，同级：1 人提交，需要 3 人，不计入。"],
        ),
    ],
)
def test_groups_that_are_too_small_are_told_of_as_what_may_come_and_then_as_what_came(
    client: FlaskClient, lang: str, before: list[str], after: list[str]
) -> None:
    """One customer and one peer decline; one peer of three answers."""
    team = launched(client)
    team.cycle.k_min = 3
    participant_id = team.participant().id
    for group, submitted in ((RaterGroup.CUSTOMER, 2), (RaterGroup.PEER, 1)):
        forms = db.session.scalars(
            select(FeedbackRequest)
            .where(
                FeedbackRequest.participant_id == participant_id,
                FeedbackRequest.rater_group == group,
            )
            .order_by(FeedbackRequest.id)
        ).all()
        forms[0].state = RequestState.DECLINED
        for form in forms[1 : 1 + submitted]:
            form.state = RequestState.SUBMITTED
    db.session.commit()
    as_hr(client)
    address = f"/hr/c/{team.cycle.id}?lang={lang}"

    while_open = client.get(address).text
    client.post(f"/hr/c/{team.cycle.id}/close")
    once_closed = client.get(address).text
    about = client.get(f"/hr/c/{team.cycle.id}/asked/{participant_id}").text

    told = "Fewer than 3 people have answered: " if lang == "en" else "提交的不足 3 人："
    assert about.count(told) == 2
    assert "can still answer" not in about
    assert "还能填写" not in about
    assert [words for words in before if words not in while_open] == []
    assert [words for words in after if words not in once_closed] == []
    assert [words for words in before if words in once_closed] == []


def test_strangers_and_members_see_nothing(client: FlaskClient) -> None:
    team = launched(client)
    pages = ("", "/reviewers", "/remind", "/bounces", "/close", "/sending")
    for page in pages:
        assert "/sign-in" in (client.get(f"/hr/c/{team.cycle.id}{page}").location or "")
    sign_in(client, make_account())

    for page in pages:
        assert client.get(f"/hr/c/{team.cycle.id}{page}").status_code == 404


def test_a_draft_has_no_reviewers_to_chase(client: FlaskClient) -> None:
    team = make_team(members=2)
    as_hr(client)

    for page in ("reviewers", "remind", "bounces", "close"):
        assert client.get(f"/hr/c/{team.cycle.id}/{page}").status_code == 404
    assert client.get("/hr/c/999").status_code == 404


@pytest.mark.parametrize("page", ["", "/reviewers", "/remind", "/bounces", "/close"])
def test_the_cockpit_asks_as_often_for_many_as_for_few(client: FlaskClient, page: str) -> None:
    few = launched(client, members=2, name="小")
    many = launched(client, members=14, name="大")
    deliver()
    as_hr(client)

    with counted_statements() as small:
        client.get(f"/hr/c/{few.cycle.id}{page}")
    with counted_statements() as large:
        client.get(f"/hr/c/{many.cycle.id}{page}")

    assert len(small) == len(large) <= 15
