"""Invitations leave in the morning where each reader is, and a day after other letters."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.feedback.launching.mornings import (
    later_moment,
    moment_of_letter,
    morning_of_opening,
)

OPENS = datetime(2027, 3, 29, tzinfo=ZoneInfo("Asia/Shanghai"))
BEFORE = datetime(2027, 3, 20, tzinfo=UTC)
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "morning"),
    [
        ("Asia/Shanghai", "2027-03-29T09:30:00+08:00"),
        # Monday begins in Shanghai while it is Sunday noon in New York, and 18:00 in Berlin, where
        # the clocks changed in the night before.
        ("America/New_York", "2027-03-29T09:30:00-04:00"),
        ("Europe/Berlin", "2027-03-29T09:30:00+02:00"),
        ("Pacific/Auckland", "2027-03-29T09:30:00+13:00"),
    ],
)
def test_letters_leave_at_half_past_nine_after_the_opening(zone: str, morning: str) -> None:
    found = morning_of_opening(OPENS, zone=zone, now=BEFORE)

    assert found is not None
    assert found.isoformat() == morning
    assert found >= OPENS


def test_letters_of_a_round_that_is_open_leave_at_once() -> None:
    assert morning_of_opening(OPENS, zone="Asia/Shanghai", now=OPENS) is None


@pytest.mark.parametrize(
    ("opening", "last_mailed", "moment"),
    [
        (None, None, NOON),
        (None, NOON - 2 * DAY, NOON),
        (None, NOON - timedelta(hours=1), NOON + timedelta(hours=23)),
        (NOON + 2 * DAY, None, NOON + 2 * DAY),
        (NOON + DAY, NOON + timedelta(hours=1), NOON + timedelta(hours=25)),
        (None, NOON + 3 * DAY, None),
        (NOON + 4 * DAY, None, None),
    ],
)
def test_a_letter_keeps_its_distance_and_leaves_before_the_last_day_is_over(
    opening: datetime | None, last_mailed: datetime | None, moment: datetime | None
) -> None:
    assert (
        moment_of_letter(
            now=NOON,
            opening=opening,
            last_mailed=last_mailed,
            closes_at=NOON + 4 * DAY,
            gap=DAY,
        )
        == moment
    )


@pytest.mark.parametrize(
    ("opening", "last_mailed", "moment"),
    [
        (None, NOON - DAY, None),
        (None, NOON - HOUR, NOON + 23 * HOUR),
        (NOON + 2 * DAY, NOON - HOUR, None),
        (NOON + 2 * HOUR, NOON - HOUR, NOON + 23 * HOUR),
        (NOON + 2 * DAY, NOON + 2 * DAY - HOUR, NOON + 3 * DAY - HOUR),
        (None, NOON + 3 * DAY, None),  # the collection would be over
    ],
)
def test_an_invitation_waits_for_its_distance_where_it_would_not_have_it_anyway(
    opening: datetime | None, last_mailed: datetime, moment: datetime | None
) -> None:
    found = later_moment(
        now=NOON, opening=opening, last_mailed=last_mailed, closes_at=NOON + 4 * DAY, gap=DAY
    )

    assert found == moment
