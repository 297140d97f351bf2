from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.config import ROOT
from app.retention.rules import (
    ANSWERS_MONTHS,
    AnswersStand,
    Moments,
    answers_are_due,
    answers_go_on,
    day_to_name,
    day_to_warn_of,
    links_are_due,
    links_go_on,
    months_later,
    needs_warning,
    next_night,
    stand_of_answers,
    today_in,
)

DEADLINE = datetime(2026, 12, 18, 16, tzinfo=UTC)
CLOSE = datetime(2026, 12, 19, 9, tzinfo=UTC)
RELEASE = datetime(2027, 1, 20, 3, tzinfo=UTC)


def a_round(**changes: Any) -> Moments:
    values = {"time_zone": "Asia/Shanghai", "closes_at": DEADLINE, "closed_at": CLOSE}
    return Moments(**{**values, **changes})


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 1, 20), 12, date(2028, 1, 20)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),  # no such day in the next year
        (date(2027, 2, 28), 12, date(2028, 2, 28)),  # not the 29th, though there is one
        (date(2027, 12, 31), 12, date(2028, 12, 31)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2027, 8, 31), 1, date(2027, 9, 30)),
        (date(2027, 12, 1), 1, date(2028, 1, 1)),
    ],
)
def test_months_later_is_the_same_number_or_the_last_day(
    day: date, months: int, later: date
) -> None:
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("changes", "day"),
    [
        ({"released_at": RELEASE}, date(2028, 1, 20)),
        ({}, date(2027, 12, 19)),  # never released: from the close
        ({"closed_at": None}, date(2027, 12, 19)),  # never closed: from the deadline, 24:00
        ({"released_at": datetime(2028, 2, 28, 17, tzinfo=UTC)}, date(2029, 2, 28)),
    ],
)
def test_answers_go_twelve_months_after_what_came_last(changes: dict[str, Any], day: date) -> None:
    assert answers_go_on(a_round(**changes)) == day


@pytest.mark.parametrize(
    ("zone", "day", "moment"),
    [
        ("Asia/Shanghai", date(2028, 1, 20), datetime(2028, 1, 19, 16, tzinfo=UTC)),
        ("Pacific/Kiritimati", date(2028, 1, 20), datetime(2028, 1, 19, 10, tzinfo=UTC)),
        ("America/Los_Angeles", date(2028, 1, 19), datetime(2028, 1, 19, 8, tzinfo=UTC)),
    ],
)
def test_the_day_is_that_of_the_round_and_answers_are_due_from_its_first_moment(
    zone: str, day: date, moment: datetime
) -> None:
    found = a_round(released_at=RELEASE, time_zone=zone)

    assert answers_go_on(found) == day
    assert not answers_are_due(found, moment - timedelta(seconds=1))
    assert answers_are_due(found, moment)
    assert today_in(zone, moment) == day


def test_a_day_without_a_midnight_begins_when_the_clock_says_so() -> None:
    """In Cuba the clocks go from 00:00 to 01:00 on 12 March 2028."""
    found = a_round(released_at=datetime(2027, 3, 12, 15, tzinfo=UTC), time_zone="America/Havana")
    begins = datetime(2028, 3, 12, 5, tzinfo=UTC)

    assert not answers_are_due(found, begins - timedelta(seconds=1))
    assert answers_are_due(found, begins)


def test_what_is_deleted_is_not_due_again() -> None:
    found = a_round(released_at=RELEASE, answers_deleted_on=date(2028, 1, 20))

    assert not answers_are_due(found, RELEASE + timedelta(days=4000))


@pytest.mark.parametrize(
    ("changes", "now", "stand"),
    [
        ({"closed_at": None}, DEADLINE - timedelta(seconds=1), AnswersStand.COLLECTED),
        ({"closed_at": None}, DEADLINE, AnswersStand.UNCLOSED),
        ({}, CLOSE, AnswersStand.UNRELEASED),
        ({"released_at": RELEASE}, RELEASE, AnswersStand.RELEASED),
        ({"answers_deleted_on": date(2028, 1, 20)}, RELEASE, AnswersStand.DELETED),
    ],
)
def test_hr_is_told_how_the_answers_stand(
    changes: dict[str, Any], now: datetime, stand: AnswersStand
) -> None:
    assert stand_of_answers(a_round(**changes), now) is stand


@pytest.mark.parametrize(
    ("changes", "day", "warned"),
    [
        ({}, datetime(2027, 10, 19, 15, 59, tzinfo=UTC), False),
        ({}, datetime(2027, 10, 19, 16, tzinfo=UTC), True),
        ({"closed_at": None}, datetime(2027, 10, 20, tzinfo=UTC), True),
        ({"released_at": RELEASE}, datetime(2028, 1, 1, tzinfo=UTC), False),
    ],
)
def test_hr_is_warned_sixty_days_before_answers_go_that_nobody_saw_results_of(
    changes: dict[str, Any], day: datetime, warned: bool
) -> None:
    assert needs_warning(a_round(**changes), day) is warned


GOES = date(2027, 12, 19)  # a_round() without a release


@pytest.mark.parametrize(
    ("changes", "now", "day"),
    [
        ({}, datetime(2027, 10, 19, 15, 59, tzinfo=UTC), None),  # the 19th in Shanghai: 61 days
        ({}, datetime(2027, 10, 19, 16, tzinfo=UTC), GOES),
        ({}, datetime(2027, 12, 18, 15, tzinfo=UTC), GOES),  # late, but it is still to come
        ({}, datetime(2027, 12, 18, 16, tzinfo=UTC), None),  # the day has begun: they go at once
        ({"warned_of": GOES}, datetime(2027, 12, 1, tzinfo=UTC), None),  # told already
        ({"warned_of": date(2027, 11, 1)}, datetime(2027, 12, 1, tzinfo=UTC), GOES),  # it moved
        ({"answers_deleted_on": GOES}, datetime(2027, 12, 1, tzinfo=UTC), None),
        ({"released_at": RELEASE}, datetime(2027, 12, 1, tzinfo=UTC), date(2028, 1, 20)),
        ({"closed_at": None}, DEADLINE - timedelta(days=1), None),
        ({"waits_for_warning": True}, datetime(2027, 10, 19, 15, 59, tzinfo=UTC), None),
        ({"waits_for_warning": True}, datetime(2030, 1, 1, 3, tzinfo=UTC), date(2030, 3, 2)),
    ],
)
def test_hr_is_told_once_of_each_day_sixty_days_before(
    changes: dict[str, Any], now: datetime, day: date | None
) -> None:
    assert day_to_warn_of(a_round(**changes), now) == day


def test_a_round_that_waits_keeps_its_answers_until_sixty_days_after_the_warning() -> None:
    update, told = datetime(2030, 1, 1, 3, tzinfo=UTC), date(2030, 3, 2)
    before = a_round(waits_for_warning=True)
    assert not answers_are_due(before, update)
    assert day_to_name(before, update) == told

    warned = a_round(waits_for_warning=True, warned_of=told)

    assert (answers_go_on(warned), day_to_name(warned, update)) == (told, told)
    assert needs_warning(warned, update)
    assert not answers_are_due(warned, datetime(2030, 3, 1, 15, 59, tzinfo=UTC))
    assert answers_are_due(warned, datetime(2030, 3, 1, 16, tzinfo=UTC))


def test_a_warning_makes_nobody_wait_less_than_twelve_months_nor_after_a_release_more() -> None:
    assert answers_go_on(a_round(waits_for_warning=True, warned_of=date(2027, 1, 1))) == GOES
    late = a_round(waits_for_warning=True, warned_of=date(2030, 1, 1), released_at=RELEASE)
    assert answers_go_on(late) == date(2028, 1, 20)
    assert answers_go_on(a_round(warned_of=date(2030, 1, 1))) == GOES


@pytest.mark.parametrize(
    ("closed_at", "zone", "day", "moment"),
    [
        (CLOSE, "Asia/Shanghai", date(2027, 1, 18), datetime(2027, 1, 17, 16, tzinfo=UTC)),
        (
            datetime(2028, 1, 30, 18, tzinfo=UTC),  # the 31st in Shanghai; in a leap year
            "Asia/Shanghai",
            date(2028, 3, 1),
            datetime(2028, 2, 29, 16, tzinfo=UTC),
        ),
        (
            datetime(2027, 2, 20, 18, tzinfo=UTC),  # the clocks change in between
            "Europe/Berlin",
            date(2027, 3, 22),
            datetime(2027, 3, 21, 23, tzinfo=UTC),
        ),
    ],
)
def test_links_go_thirty_days_after_the_close(
    closed_at: datetime, zone: str, day: date, moment: datetime
) -> None:
    found = a_round(closed_at=closed_at, time_zone=zone)

    assert links_go_on(found) == day
    assert not links_are_due(found, moment - timedelta(seconds=1))
    assert links_are_due(found, moment)
    gone = a_round(closed_at=closed_at, time_zone=zone, links_deleted_on=day)
    assert not links_are_due(gone, moment)


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2027, 1, 1, 18, 59, tzinfo=UTC), datetime(2027, 1, 1, 19, tzinfo=UTC)),
        (datetime(2027, 1, 1, 19, tzinfo=UTC), datetime(2027, 1, 2, 19, tzinfo=UTC)),
        (datetime(2027, 1, 1, 4, tzinfo=UTC), datetime(2027, 1, 1, 19, tzinfo=UTC)),
    ],
)
def test_the_next_night_comes_within_a_day(now: datetime, night: datetime) -> None:
    assert next_night(now) == night


def test_links_of_a_round_that_is_open_never_go() -> None:
    found = a_round(closed_at=None)

    assert links_go_on(found) is None
    assert not links_are_due(found, DEADLINE + timedelta(days=4000))


def test_the_notice_names_the_months_of_the_rule() -> None:
    """In both languages, so that the promise and what is done cannot part."""
    page = (ROOT / "templates/feedback/who_sees.html").read_text(encoding="utf-8")
    words = (Path(ROOT) / "translations/zh/LC_MESSAGES/feedback.po").read_text(encoding="utf-8")

    assert f"answers are deleted {ANSWERS_MONTHS} months after the results are released" in page
    assert f"原始回答在结果发布 {ANSWERS_MONTHS} 个月后删除" in words
    assert f"则在收集结束 {ANSWERS_MONTHS} 个月后删除" in words
