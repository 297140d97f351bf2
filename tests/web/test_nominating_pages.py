"""The pages of lists of reviewers: the employee's, the manager's and HR's."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask.testing import FlaskClient

from app.auth.models import Account, Role
from app.clock import now
from app.db import db
from app.feedback.nominating.service import switch_on
from app.mail.service import RenderedLetter, post_many
from app.people.models import Person
from tests.factories import make_account, make_person, sign_in
from tests.rounds import Team, counted_statements, launch, make_team

SITE = "https://feedback.example"
SUNDAY = datetime(2026, 11, 29, 23, tzinfo=ZoneInfo("Asia/Shanghai"))


def proposing(*, members: int = 5, name: str = "2026 年度评价") -> Team:
    """A draft in which everybody was asked, whose director and first member have accounts."""
    team = make_team(members=members, name=name)
    switch_on(team.cycle, (now() + timedelta(days=3)).date(), public_url=SITE)
    for person in (team.director, team.members[0]):
        person.account_id = make_account(name=person.name).id
    db.session.commit()
    return team


def enter(client: FlaskClient, person: Person) -> None:
    db.session.commit()
    client.post("/sign-out")
    sign_in(client, db.session.get_one(Account, person.account_id))


def enter_as_hr(client: FlaskClient) -> None:
    client.post("/sign-out")
    sign_in(client, make_account(role=Role.HR))


def ticked(page: str) -> dict[str, list[str]]:
    """What the page's form would send: the ticks and the number of the list."""
    values: dict[str, list[str]] = {}
    for box in re.findall(r"<input[^>]*>", page):
        if "checked" in box or 'name="revision"' in box:
            name, value = re.findall(r'name="(\w+)" value="(\d+)"', box)[0]
            values.setdefault(name, []).append(value)
    return values


def act(
    client: FlaskClient, address: str, action: str, page: str | None = None, **more: object
) -> str:
    page = client.get(address).text if page is None else page
    data = {**ticked(page), "action": action, **more}
    return client.post(address, data=data, follow_redirects=True).text


def addresses(team: Team) -> tuple[str, str, str]:
    number = team.participant().id
    return (
        f"/me/reviewers/{number}",
        f"/m/reviewers/{number}",
        f"/hr/c/{team.cycle.id}/nomination/{number}",
    )


def test_a_list_goes_from_the_employee_to_the_manager_and_back(client: FlaskClient) -> None:
    team = proposing()
    own, of_team, _ = addresses(team)

    enter(client, team.members[0])
    assert f'href="{own}"' in client.get("/me").text
    assert f'href="{own}"' in client.get("/me/reviewers").text
    assert "Send to 赵敏" in client.get(own).text
    assert "Sent. You hear of it only if something is to be changed." in act(client, own, "propose")
    enter(client, team.director)
    assert "1 list of reviewers waits for your approval." in client.get("/m").text
    assert f'href="{of_team}"' in client.get("/m/reviewers").text
    assert "Write what should be different" in act(client, of_team, "return", reason=" ")
    assert "Returned." in act(client, of_team, "return", reason="One more customer, please")
    enter(client, team.members[0])
    assert "One more customer, please" in client.get(own).text
    act(client, own, "propose")
    enter(client, team.director)
    assert "Approved. The launch takes this list." in act(client, of_team, "approve")
    enter(client, team.members[0])
    page = client.get(own).text

    assert "This list has been approved" in page
    assert "王晓明1" in page
    assert 'name="action"' not in page


def test_what_is_missing_is_said_and_the_choice_is_kept(client: FlaskClient) -> None:
    team = proposing()
    own, *_ = addresses(team)
    enter(client, team.members[0])
    only = str(team.members[2].id)

    page = act(client, own, "propose", page="", peer=[only], revision="0")

    assert "Peer: choose at least 3." in page
    assert "Customer: choose at least 3." in page
    assert ticked(client.get(own).text)["peer"] == [only]


def test_a_colleague_from_elsewhere_is_added_by_number(client: FlaskClient) -> None:
    team = proposing()
    own, of_team, _ = addresses(team)
    expert = make_person(name="技术支持")
    enter(client, team.members[0])

    assert "Nobody has this staff number" in act(client, own, "add", number="nobody")
    assert "赵敏 cannot be proposed here." in act(client, own, "add", number=team.director.email)
    assert "技术支持 is on the list." in act(client, own, "add", number=expert.staff_number)
    act(client, own, "propose")
    enter(client, team.director)
    second = make_person(name="财务伙伴")
    db.session.commit()
    page = act(client, of_team, "add", number=second.staff_number)

    assert "技术支持" in page
    assert str(second.id) in ticked(page)["peer"]
    assert "财务伙伴" not in client.get(of_team).text  # stored only with the approval
    act(client, of_team, "approve", page=page)
    assert "财务伙伴" in client.get(of_team).text


def test_what_was_saved_is_there_again_and_nobody_else_sees_it(client: FlaskClient) -> None:
    team = proposing()
    own, of_team, _ = addresses(team)
    enter(client, team.members[0])

    saved = act(client, own, "keep", page="", peer=[str(team.members[3].id)], revision="0")
    enter(client, team.director)
    page = client.get(of_team).text

    assert "Saved. Send the list when it is complete." in saved
    assert "This list has not been sent to you yet." in page
    assert "王晓明3" not in page


def test_hr_switches_it_on_sees_every_state_finishes_and_switches_it_off(
    client: FlaskClient,
) -> None:
    team = make_team(members=5)
    root = f"/hr/c/{team.cycle.id}"
    enter_as_hr(client)
    assert f'href="{root}/nomination"' in client.get(f"{root}/people").text
    day = (now() + timedelta(days=3)).date()

    wrong = client.post(f"{root}/nomination", data={"last_on": "2020-01-01"})
    on = client.post(f"{root}/nomination", data={"last_on": str(day)}, follow_redirects=True).text
    reminded = client.post(f"{root}/nomination/remind", follow_redirects=True).text
    finished = act(client, f"{root}/nomination/{team.participant().id}", "approve")
    checklist = client.get(f"{root}/launch").text
    off = client.post(f"{root}/nomination/off", follow_redirects=True).text

    assert wrong.status_code == 409
    assert "Employees propose their reviewers. 5 letters are on their way." in on
    assert on.count("Not proposed yet") == 6
    assert "Remind whoever keeps a list waiting" in on
    assert "5 people had a letter within the last 24 hours or will have one" in reminded
    assert "<strong>1</strong><span>Approved</span>" in finished
    assert "No list of reviewers was approved for 4 participants" in checklist
    assert "Nobody proposes any more" in off


def test_after_the_launch_the_list_is_not_shown(client: FlaskClient) -> None:
    team = proposing()
    own, of_team, of_hr = addresses(team)
    launch(team.cycle)

    for reader, address in ((team.members[0], own), (team.director, of_team)):
        enter(client, reader)
        page = client.get(f"{address}?lang=en").text
        assert "The cycle has been launched, so nothing is proposed or approved any more." in page
        assert "Only HR can still replace reviewers or add some" in page
        assert "王晓明1" not in page
        assert "只有人力资源部还可以更换或增加评价人" in client.get(f"{address}?lang=zh").text
        client.get(f"{address}?lang=en")
    assert "Nothing to do now." in client.get("/m/reviewers").text
    enter_as_hr(client)
    assert "The cycle has been launched" in client.get(of_hr).text


def others(team: Team) -> Iterable[Person]:
    """A colleague, a manager of others, and somebody who is neither."""
    for person in (team.members[1], make_person(), make_person(manager=team.members[1])):
        person.account_id = make_account().id
        yield person


def test_only_the_employee_the_manager_and_hr_find_a_list(client: FlaskClient) -> None:
    team = proposing()
    own, of_team, of_hr = addresses(team)
    for person in others(team):
        enter(client, person)
        for address in (own, of_team, of_hr):
            assert client.get(address).status_code == 404
            assert client.post(address, data={"action": "approve"}).status_code == 404
    enter(client, team.director)
    assert client.get(own).status_code == 404
    enter(client, team.members[0])
    assert client.get(of_team).status_code == 404
    assert client.post(own, data={"action": "approve", "revision": "0"}).status_code == 404
    assert client.post(own, data={"action": "return", "reason": "x"}).status_code == 404
    client.post("/sign-out")
    assert client.get(own).status_code == 302


def test_somebody_without_a_list_is_told_that_there_is_nothing_to_do(client: FlaskClient) -> None:
    sign_in(client, make_account())

    assert "Nothing to do now." in client.get("/me/reviewers").text
    assert "Nothing to do now." in client.get("/m/reviewers").text


@pytest.mark.parametrize("page", ["own", "team", "list", "hr"])
def test_the_pages_ask_as_often_for_many_as_for_few(client: FlaskClient, page: str) -> None:
    few, many = proposing(members=4, name="小"), proposing(members=9, name="大")

    def count(team: Team) -> int:
        own, of_team, _ = addresses(team)
        if page == "hr":
            enter_as_hr(client)
        else:
            enter(client, team.members[0] if page == "own" else team.director)
        address = {
            "own": own,
            "team": "/m/reviewers",
            "list": of_team,
            "hr": f"/hr/c/{team.cycle.id}/nomination",
        }[page]
        db.session.commit()
        with counted_statements() as statements:
            assert client.get(address).status_code == 200
        return len(statements)

    assert count(few) == count(many) <= 40


def test_hr_is_told_when_the_invitations_of_those_leave_who_were_asked_today(
    client: FlaskClient,
) -> None:
    team = proposing(members=3)
    enter_as_hr(client)
    address = f"/hr/c/{team.cycle.id}/launch"

    checklist = client.get(f"{address}?lang=en").text
    told = client.post(f"{address}?lang=en", follow_redirects=True).text

    assert (
        "3 people have another letter within a day before or after, so their invitations wait:"
        in checklist
    )
    assert "10 letters are on their way." in told
    assert "3 letters wait until a day after another one to the same person; the last" in told


@pytest.mark.parametrize(
    ("mailed", "lang", "told"),
    [
        (2, "en", ["reviewers. 3 letters are on their way.", "2 letters wait until a day after"]),
        (5, "en", ["reviewers. 5 letters wait until", "leaves on Mon 30 Nov, 23:00 Beijing time."]),
        (5, "zh", ["5 封信要等到距另一封邮件满 24 小时再发，最晚11月30日（周一）23:00"]),
    ],
)
def test_hr_is_told_when_the_letters_leave_that_ask_for_lists(
    client: FlaskClient, mailed: int, lang: str, told: list[str]
) -> None:
    with time_machine.travel(SUNDAY, tick=False):
        team = make_team(members=5)
        post_many([letter_to(member) for member in team.members[:mailed]])
        db.session.commit()
        enter_as_hr(client)
        last_on = (now() + timedelta(days=3)).date().isoformat()
        page = client.post(
            f"/hr/c/{team.cycle.id}/nomination?lang={lang}",
            data={"last_on": last_on},
            follow_redirects=True,
        ).text
        again = client.post(
            f"/hr/c/{team.cycle.id}/nomination?lang=en",
            data={"last_on": last_on},
            follow_redirects=True,
        ).text

    assert [sentence for sentence in told if sentence not in page] == []
    assert ("on their way" in page) == (mailed < 5)
    assert "Employees propose their reviewers. No letter leaves." in again


def letter_to(person: Person) -> RenderedLetter:
    """An invitation of another round, which leaves now."""
    return RenderedLetter(
        kind="invite_internal",
        to_name=person.name,
        to_address=person.email or "",
        locale="zh",
        subject="x",
        text="x",
        html="x",
    )
