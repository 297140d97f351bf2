"""Invitations of a round that opens later leave in the morning where each reader is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.feedback.launching.mornings import morning_of_opening

OPENS = datetime(2027, 3, 29, tzinfo=ZoneInfo("Asia/Shanghai"))
BEFORE = datetime(2027, 3, 20, tzinfo=UTC)


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
