"""The plan on its pages: the same for both, each check-in filled in once."""

import re
from datetime import UTC, datetime

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import db
from app.plans.models import CheckIn, GoalStatus
from tests.factories import sign_in
from tests.record_world import MANAGER, Talk, freeze, make_talk, write_both_parts

ANSWERS = {
    "status": "at_risk",
    "done": "两次例会都在周一发了材料。",
    "result": "2 次中 2 次提前",
    "next_step": "需要方案部提前给报价。",
}


def planned(client: FlaskClient) -> Talk:
    talk = make_talk()
    write_both_parts(client, talk)
    assert freeze(client, talk) == 302
    return talk


def first_check_in() -> CheckIn:
    return db.session.scalars(select(CheckIn).order_by(CheckIn.goal_id, CheckIn.due_on)).all()[0]


def test_without_a_plan_both_pages_say_when_it_comes(client: FlaskClient) -> None:
    talk = make_talk()

    for account, path in (
        (talk.employee, "/me/plan"),
        (talk.manager, f"/m/p/{talk.participant_id}/plan"),
    ):
        sign_in(client, account)
        assert "还没有改进计划" in client.get(path).text


def test_the_plan_shows_goals_measures_and_next_dates(client: FlaskClient) -> None:
    talk = planned(client)
    sign_in(client, talk.employee)

    page = client.get("/me/plan").text

    for text in ("plan_1_goal", "plan_1_action", "plan_1_support", "plan_2_goal"):
        assert MANAGER[text] in page
    assert "2 次未提前 → 0 次未提前" in page
    assert "填写 2027年2月15日 的检查" in page
    assert "尚未检查" in page


def test_a_check_in_is_seen_alike_by_both(client: FlaskClient) -> None:
    talk = planned(client)
    sign_in(client, talk.employee)
    check_in = first_check_in()

    answer = client.post(f"/me/plan/{check_in.id}/checkin", data=ANSWERS)

    assert answer.status_code == 302
    own = client.get("/me/plan").text
    sign_in(client, talk.manager)
    theirs = client.get(f"/m/p/{talk.participant_id}/plan").text
    for text in (ANSWERS["done"], ANSWERS["result"], ANSWERS["next_step"], "有风险", "王晓明"):
        assert text in own, text
        assert text in theirs, text


def test_the_manager_may_fill_in_a_check_in_too(client: FlaskClient) -> None:
    talk = planned(client)
    path = f"/m/p/{talk.participant_id}/plan/{first_check_in().id}/checkin"

    assert client.post(path, data=ANSWERS).status_code == 302
    assert first_check_in().status is GoalStatus.AT_RISK
    assert first_check_in().filled_by_id == talk.world.manager.id


def test_a_check_in_is_filled_in_only_once(client: FlaskClient) -> None:
    talk = planned(client)
    sign_in(client, talk.employee)
    path = f"/me/plan/{first_check_in().id}/checkin"
    client.post(path, data=ANSWERS)

    again = client.post(path, data={**ANSWERS, "done": "改写"})

    assert again.status_code == 409
    assert first_check_in().done == ANSWERS["done"]


def test_a_check_in_without_a_status_comes_back_with_its_text(client: FlaskClient) -> None:
    talk = planned(client)
    sign_in(client, talk.employee)
    check_in = first_check_in()
    unfinished = {**ANSWERS, "status": ""}

    own = client.post(f"/me/plan/{check_in.id}/checkin", data=unfinished)
    sign_in(client, talk.manager)
    pid = talk.participant_id
    theirs = client.post(f"/m/p/{pid}/plan/{check_in.id}/checkin", data=unfinished)

    for page in (own, theirs):
        assert page.status_code == 422
        assert ANSWERS["done"] in page.text
        assert "请选择目标的进展状况" in page.text
    assert first_check_in().filled_at is None


def test_a_date_that_has_passed_is_marked_as_missed(client: FlaskClient) -> None:
    talk = planned(client)

    with time_machine.travel(datetime(2027, 2, 16, 12, tzinfo=UTC), tick=False):
        sign_in(client, talk.employee)
        page = client.get("/me/plan").text

    assert page.count("未按期填写") == 2  # 10 and 15 February


def test_duties_of_the_manager_stand_first_on_the_manager_s_page(client: FlaskClient) -> None:
    talk = planned(client)

    page = client.get(f"/m/p/{talk.participant_id}/plan").text

    headings = re.findall(r"<h[23]>(.*?)</h[23]>", page)
    assert headings == [
        "您自己负责的事项",
        MANAGER["plan_2_goal"],
        "王晓明",
        MANAGER["plan_1_goal"],
    ]
