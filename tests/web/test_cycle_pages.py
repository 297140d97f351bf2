"""Planning a round: its basics, participants, who rates whom, and the launch."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.auth.models import Role
from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.models import AssignmentChange
from app.mail.models import Letter
from app.people.groups import RaterGroup
from tests.factories import make_account, make_person, sign_in
from tests.rounds import counted_statements, launch, make_team


def sign_in_as_hr(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))


BASICS = {
    "name": "2026 年度评价",
    "period_from": "2026-01-01",
    "period_to": "2026-12-31",
    "opens_on": "2026-12-01",
    "closes_on": "2026-12-18",
    "time_zone": "Asia/Shanghai",
    "mode": "confidential",
    "k_min": "3",
    "customer_rest_days": "60",
    "customer_most_forms": "2",
    "compares": "y",
    "purpose_zh": "考核与发展",
    "purpose_en": "appraisal and development",
    "contact_name": "王老师",
    "contact_email": "hr@example.com",
    "contact_phone": "",
}


def test_a_round_is_planned_with_a_deadline_at_midnight_in_its_zone(client: FlaskClient) -> None:
    sign_in_as_hr(client)

    response = client.post("/hr/c/new", data=BASICS)

    cycle = db.session.scalars(select(Cycle)).one()
    assert response.location == f"/hr/c/{cycle.id}/participants"
    assert cycle.closes_local == "2026-12-18T24:00"
    assert cycle.closes_at.isoformat() == "2026-12-18T16:00:00+00:00"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("closes_on", "2026-11-01", "The last day must not be before the first."),
        ("period_to", "2025-01-01", "The period must not end before it begins."),
        ("k_min", "2", "Number must be between 3 and 20."),
        ("customer_rest_days", "-1", "Number must be between 0 and 730."),
        ("customer_most_forms", "0", "Number must be between 1 and 20."),
        ("name", "", "This field is required."),
        ("contact_email", "nobody", "Invalid input."),
    ],
)
def test_a_wrong_field_keeps_the_form_and_says_what_is_wrong(
    client: FlaskClient, field: str, value: str, sentence: str
) -> None:
    sign_in_as_hr(client)

    response = client.post("/hr/c/new", data={**BASICS, field: value})

    assert response.status_code == 422
    assert sentence in response.text
    assert "appraisal and development" in response.text
    assert db.session.scalar(select(func.count()).select_from(Cycle)) == 0


def test_a_name_can_be_used_once(client: FlaskClient) -> None:
    sign_in_as_hr(client)
    client.post("/hr/c/new", data=BASICS)

    response = client.post("/hr/c/new", data=BASICS)

    assert response.status_code == 422
    assert "There is already a cycle with this name." in response.text


def test_a_draft_is_changed_and_keeps_its_own_name(client: FlaskClient) -> None:
    sign_in_as_hr(client)
    client.post("/hr/c/new", data=BASICS)
    cycle = db.session.scalars(select(Cycle)).one()
    address = f"/hr/c/{cycle.id}/basics"

    assert 'value="2026-12-18"' in client.get(address).text
    client.post(address, data={**BASICS, "closes_on": "2026-12-21"})

    assert db.session.scalars(select(Cycle)).one().closes_local == "2026-12-21T24:00"


def test_answering_question_by_question_can_be_switched_off_and_on(client: FlaskClient) -> None:
    sign_in_as_hr(client)
    without = {name: value for name, value in BASICS.items() if name != "compares"}
    client.post("/hr/c/new", data=without)
    cycle = db.session.scalars(select(Cycle)).one()
    address = f"/hr/c/{cycle.id}/basics"

    assert not cycle.compares
    assert re.search(r'<input [^>]*name="compares"[^>]*>', client.get(address).text)
    assert not re.search(r'<input [^>]*checked[^>]*name="compares"', client.get(address).text)
    client.post(address, data=BASICS)

    assert db.session.scalars(select(Cycle)).one().compares


def test_codes_for_other_browsers_are_off_until_hr_switches_them_on(client: FlaskClient) -> None:
    sign_in_as_hr(client)
    client.post("/hr/c/new", data=BASICS)
    cycle = db.session.scalars(select(Cycle)).one()
    address = f"/hr/c/{cycle.id}/basics"
    ticked = re.compile(r'<input [^>]*checked[^>]*name="asks_code"')

    assert not cycle.asks_code
    assert not ticked.search(client.get(address).text)
    client.post(address, data={**BASICS, "asks_code": "y"})

    assert db.session.scalars(select(Cycle)).one().asks_code
    assert ticked.search(client.get(address).text)
    assert "fetches a code from their mailbox first" in client.get(address).text


def test_once_launched_a_round_asks_for_codes_as_it_was_told_to(client: FlaskClient) -> None:
    team = make_team(members=1, asks_code=True)
    launch(team.cycle)
    sign_in_as_hr(client)

    client.post(f"/hr/c/{team.cycle.id}/basics", data=BASICS)

    assert db.session.scalars(select(Cycle)).one().asks_code
    cockpit = client.get(f"/hr/c/{team.cycle.id}").text
    assert "Whoever opens their link in another browser is asked for a code" in cockpit


def test_everybody_with_a_scheme_is_ticked_and_can_be_left_out(client: FlaskClient) -> None:
    team = make_team(members=3, chosen=False)
    sign_in_as_hr(client)
    address = f"/hr/c/{team.cycle.id}/participants"

    page = client.get(address).text
    assert page.count("checked") == 3
    assert "1 other employee has a job without a scheme" in page
    response = client.post(address, data={"person": [team.members[0].id, team.members[1].id]})

    assert response.location == f"/hr/c/{team.cycle.id}/people"
    assert set(db.session.scalars(select(Participant.person_id))) == {
        team.members[0].id,
        team.members[1].id,
    }
    assert client.get(address).text.count("checked") == 2


def test_choosing_nobody_says_so(client: FlaskClient) -> None:
    team = make_team(members=1, chosen=False)
    sign_in_as_hr(client)

    response = client.post(f"/hr/c/{team.cycle.id}/participants", follow_redirects=True)

    assert "Tick at least one person" in response.text


@pytest.mark.parametrize("tick", ["", "²", "99999999999999999999999", "x"])
def test_a_choice_that_names_nobody_keeps_those_who_take_part(
    client: FlaskClient, tick: str
) -> None:
    team = make_team(members=2)
    sign_in_as_hr(client)
    before = set(db.session.scalars(select(Participant.id)))

    response = client.post(
        f"/hr/c/{team.cycle.id}/participants", data={"person": [tick]}, follow_redirects=True
    )

    assert "Tick at least one person" in response.text
    assert set(db.session.scalars(select(Participant.id))) == before


def test_who_rates_whom_shows_counts_and_groups_that_are_too_small(client: FlaskClient) -> None:
    team = make_team(members=3)
    sign_in_as_hr(client)

    page = client.get(f"/hr/c/{team.cycle.id}/people").text

    assert "Peer below 3, will be left out" in page
    assert "王晓明0" in client.get(f"/hr/c/{team.cycle.id}/people?risk=1&name=晓明0").text
    assert "Nobody fits this search." in client.get(f"/hr/c/{team.cycle.id}/people?name=x").text


def test_a_reviewer_is_added_by_number_and_left_out_by_button(client: FlaskClient) -> None:
    team = make_team(members=2)
    expert = make_person(name="技术支持")
    sign_in_as_hr(client)
    address = f"/hr/c/{team.cycle.id}/people/{team.participant().id}"

    client.post(address, data={"number": expert.staff_number, "group": "peer"})
    assert "技术支持" in client.get(address).text
    client.post(f"{address}/leave-out/{team.director.id}")

    assert "赵敏" not in client.get(address).text.split("Ask somebody else")[0].split("<h1>")[1]
    stored = {
        row.person_id: row.rater_group for row in db.session.scalars(select(AssignmentChange))
    }
    assert stored == {expert.id: RaterGroup.PEER, team.director.id: None}


def test_an_unknown_number_is_answered_beside_the_field(client: FlaskClient) -> None:
    team = make_team(members=2)
    sign_in_as_hr(client)
    address = f"/hr/c/{team.cycle.id}/people/{team.participant().id}"

    response = client.post(address, data={"number": "nobody", "group": "peer"})

    assert response.status_code == 422
    assert "Nobody has this staff number or e-mail address." in response.text
    refused = client.post(address, data={"number": team.members[0].email, "group": "peer"})
    assert refused.status_code == 409


def test_the_launch_page_shows_the_letters_and_its_button_what_it_does(client: FlaskClient) -> None:
    team = make_team(members=4)
    sign_in_as_hr(client)
    address = f"/hr/c/{team.cycle.id}/launch"

    page = client.get(address).text
    assert "Launch and send 17 letters" in page
    assert "The mail server cannot be reached at the moment." in page
    assert "(the personal link)" in page
    assert "{{link}}" not in page
    response = client.post(address)

    assert response.location == f"/hr/c/{team.cycle.id}"
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 17
    assert client.post(address).status_code == 409


def test_what_blocks_a_launch_takes_the_button_away(client: FlaskClient) -> None:
    team = make_team(members=2)
    team.director.email = None
    sign_in_as_hr(client)
    address = f"/hr/c/{team.cycle.id}/launch"

    page = client.get(address).text
    assert "There is no e-mail address for 赵敏." in page
    assert "Launch and send" not in page
    assert client.post(address).status_code == 409


def test_a_launched_round_is_no_longer_planned(client: FlaskClient) -> None:
    team = make_team(members=2)
    launch(team.cycle)
    sign_in_as_hr(client)

    for page in ("basics", "participants", "people", "launch"):
        assert client.get(f"/hr/c/{team.cycle.id}/{page}").status_code == 409


def test_a_round_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    sign_in_as_hr(client)

    for page in ("basics", "participants", "people", "launch", "people/1"):
        assert client.get(f"/hr/c/99/{page}").status_code == 404


def test_members_see_nothing_of_planning(client: FlaskClient) -> None:
    team = make_team(members=2)
    sign_in(client, make_account())

    for page in ("new", f"{team.cycle.id}/people", f"{team.cycle.id}/launch"):
        assert client.get(f"/hr/c/{page}").status_code == 404


@pytest.mark.parametrize("page", ["participants", "people", "launch"])
def test_planning_pages_ask_as_often_for_many_as_for_few(client: FlaskClient, page: str) -> None:
    few = make_team(members=2, name="小")
    sign_in_as_hr(client)
    with counted_statements() as small:
        client.get(f"/hr/c/{few.cycle.id}/{page}")
    many = make_team(members=14, name="大")

    with counted_statements() as large:
        client.get(f"/hr/c/{many.cycle.id}/{page}")

    assert len(small) == len(large) <= 16


@pytest.mark.parametrize(("hour", "year"), [(15, 2026), (16, 2027)])
def test_a_new_round_is_proposed_for_the_present_year_of_its_time_zone(
    client: FlaskClient, hour: int, year: int
) -> None:
    with time_machine.travel(datetime(2026, 12, 31, hour, tzinfo=UTC), tick=False):
        sign_in_as_hr(client)

        page = client.get("/hr/c/new").text

    assert f'value="{year}-12-31"' in page
