"""HR reads on a round's page when its answers are deleted, and afterwards that they were."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.models import Role
from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.feedback.models import Submission
from app.retention.queries import moments_of
from app.retention.rules import answers_go_on, today_in
from app.web.language import show_day
from tests.factories import make_account, sign_in
from tests.kam_example import build_world

OVER = timedelta(days=366)


@pytest.fixture(autouse=True)
def hr(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR, locale="zh"))


def a_round(*, closed_ago: timedelta | None, released_ago: timedelta | None = None) -> Cycle:
    cycle = build_world().cycle
    cycle.closed_at = None if closed_ago is None else now() - closed_ago
    if released_ago is not None:
        cycle.rated_at = cycle.released_at = now() - released_ago
    db.session.commit()
    return cycle


def read(client: FlaskClient, cycle: Cycle) -> str:
    answer = client.get(f"/hr/c/{cycle.id}")
    assert answer.status_code == 200
    return answer.text


def delete_due(app: Flask) -> str:
    db.session.rollback()
    output = app.test_cli_runner().invoke(args=["delete-due"]).output
    db.session.expire_all()
    return output


def test_after_the_release_the_page_names_the_day_and_afterwards_says_it_was(
    client: FlaskClient, app: Flask
) -> None:
    cycle = a_round(closed_ago=timedelta(days=30), released_ago=timedelta(days=20))
    day = show_day(answers_go_on(moments_of(cycle)))
    assert f"原始回答将于{day}（结果发布 12 个月后）删除" in read(client, cycle)
    assert "邮件中的链接将于" in read(client, cycle)
    cycle.released_at = cycle.closed_at = now() - OVER
    db.session.commit()

    assert "of which answers were deleted: 1." in delete_due(app)

    assert "邮件中的链接已于" in read(client, cycle)
    today = show_day(today_in(cycle.time_zone, now()))
    assert f"原始回答已于{today}按对评价人的承诺删除" in read(client, cycle)
    assert db.session.scalars(select(Submission)).all() == []
    assert "of which answers were deleted: 0." in delete_due(app)
    assert "原始回答已于" in client.get(f"/hr/c/{cycle.id}/ratings").text


def test_without_a_release_hr_is_told_from_the_close_on_and_warned_in_the_list(
    client: FlaskClient, app: Flask
) -> None:
    cycle = a_round(closed_ago=timedelta(days=30))
    assert "如果届时仍未发布结果" in read(client, cycle)
    assert "结果未发布：原始回答将于" not in client.get("/hr").text
    cycle.closed_at = now() - timedelta(days=340)
    db.session.commit()
    assert "结果未发布：原始回答将于" in client.get("/hr").text
    cycle.closed_at = now() - OVER
    db.session.commit()

    delete_due(app)

    assert "因为 12 个月内未发布结果" in read(client, cycle)
    page = client.get(f"/hr/c/{cycle.id}/ratings").text
    assert "此前未发布任何结果" in page
    assert "compute" not in page
    answer = client.post(f"/hr/c/{cycle.id}/ratings/compute", follow_redirects=True)
    assert "不能再计算、更正或发布" in answer.text


def test_a_round_that_nobody_closed_is_mentioned_shortly_before_only(client: FlaskClient) -> None:
    cycle = a_round(closed_ago=None)
    assert "回答保留多久" not in read(client, cycle)
    cycle.closes_at = now() - timedelta(days=10)
    db.session.commit()
    assert "回答保留多久" not in read(client, cycle)
    cycle.closes_at = now() - timedelta(days=350)
    db.session.commit()

    assert "自动结束收集并删除原始回答" in read(client, cycle)
