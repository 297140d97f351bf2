"""HR's calendar of free and worked days, and what counts by it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask.testing import FlaskClient

from app.auth.models import Role
from app.cycles.workdays.models import SpecialDay
from app.cycles.workdays.queries import calendar_of, calendars_of
from app.db import db
from tests.factories import make_account, sign_in
from tests.rounds import counted_statements

SATURDAY, MONDAY = date(2027, 2, 6), date(2027, 3, 8)
ENTRY = {
    "kind": "worked",
    "first": "2027-02-20",
    "last": "",
    "name": "春节补班",
    "zone": "Asia/Shanghai",
}


@pytest.fixture(autouse=True)
def before_these_days() -> Iterator[None]:
    """The page lists what is to come, and the days here are those of one spring."""
    with time_machine.travel(datetime(2026, 11, 30, 4, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def hr(client: FlaskClient) -> FlaskClient:
    sign_in(client, make_account(role=Role.HR))
    return client


def entered() -> list[SpecialDay]:
    return list(db.session.query(SpecialDay).order_by(SpecialDay.day))


def test_an_empty_calendar_says_what_to_do(hr: FlaskClient) -> None:
    page = hr.get("/hr/calendar?lang=en").text

    assert "Nothing is entered yet" in page
    assert "Spring Festival" in page


def test_a_make_up_day_is_worked_in_its_zone_alone(hr: FlaskClient) -> None:
    answer = hr.post("/hr/calendar", data=ENTRY, follow_redirects=True)

    assert "· 春节补班" in answer.text
    [row] = entered()
    window = (date(2027, 2, 1), date(2027, 2, 28))
    assert calendar_of("Asia/Shanghai", *window).is_working_day(row.day)
    assert not calendar_of("Europe/Berlin", *window).is_working_day(row.day)


def test_several_days_in_a_row_are_free_and_can_be_taken_out_again(hr: FlaskClient) -> None:
    hr.post(
        "/hr/calendar", data={**ENTRY, "kind": "free", "first": "2027-03-08", "last": "2027-03-10"}
    )
    assert [row.day.day for row in entered()] == [8, 9, 10]
    march = (date(2027, 3, 1), date(2027, 3, 31))
    assert not calendar_of("Asia/Shanghai", *march).is_working_day(MONDAY)

    taken_out = {"zone": "Asia/Shanghai", "day": "2027-03-08"}
    for _twice in range(2):
        assert hr.post("/hr/calendar/remove", data=taken_out).status_code == 302

    assert [row.day.day for row in entered()] == [9, 10]
    assert calendar_of("Asia/Shanghai", *march).is_working_day(MONDAY)


def test_a_day_entered_again_is_replaced(hr: FlaskClient) -> None:
    for kind in ("worked", "free"):
        hr.post("/hr/calendar", data={**ENTRY, "kind": kind})

    [row] = entered()
    assert not row.is_worked


def test_what_hr_enters_wins_over_a_public_holiday(hr: FlaskClient) -> None:
    october = (date(2027, 10, 1), date(2027, 10, 31))
    assert not calendar_of("Asia/Shanghai", *october).is_working_day(date(2027, 10, 1))

    hr.post("/hr/calendar", data={**ENTRY, "first": "2027-10-01"})

    assert calendar_of("Asia/Shanghai", *october).is_working_day(date(2027, 10, 1))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last": "2027-02-01"}, "最后一天"),
        ({"first": ""}, "2027"),
        ({"zone": "Mars/Olympus"}, "2027"),
        ({"kind": "lazy"}, "2027"),
    ],
)
def test_an_entry_that_is_wrong_comes_back_and_changes_nothing(
    hr: FlaskClient, changes: dict[str, str], said: str
) -> None:
    answer = hr.post("/hr/calendar?lang=zh", data={**ENTRY, **changes})

    assert answer.status_code == 422
    assert said in answer.text
    assert entered() == []


def test_more_than_a_month_at_once_is_refused_with_a_sentence(hr: FlaskClient) -> None:
    answer = hr.post("/hr/calendar?lang=en", data={**ENTRY, "last": "2027-06-01"})

    assert answer.status_code == 409
    assert "31 days" in answer.text
    assert entered() == []


def test_a_day_that_is_none_cannot_be_taken_out(hr: FlaskClient) -> None:
    assert hr.post("/hr/calendar/remove", data={"zone": "UTC", "day": "soon"}).status_code == 404


def test_the_calendars_of_many_zones_cost_one_statement(hr: FlaskClient) -> None:
    with counted_statements() as statements:
        calendars_of(["Asia/Shanghai", "Europe/Berlin", "UTC"], SATURDAY, MONDAY)

    assert len([sql for sql in statements if sql.lstrip().startswith("SELECT")]) == 1
