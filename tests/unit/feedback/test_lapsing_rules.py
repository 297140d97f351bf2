"""When a letter that waits is of no use any more, or not true."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.feedback.lapsing.rules import Waiting, has_lapsed

CLOSES = datetime(2026, 12, 4, 16, tzinfo=UTC)  # midnight of the 5th in Shanghai
NOON = timedelta(hours=12)
LAST_DAY = CLOSES - NOON
REMINDER = Waiting(
    is_closed=False,
    closes_at=CLOSES,
    is_cut_off=False,
    has_open_forms=True,
    posted_at=LAST_DAY,
    zone="Asia/Shanghai",
    asks_for_forms=True,
    needs_time=True,
    counts_days=True,
    is_overtaken=False,
)


@pytest.mark.parametrize(
    "changes",
    [
        {"is_closed": True},
        {"closes_at": LAST_DAY - timedelta(seconds=1)},
        {"is_cut_off": True},
        {"has_open_forms": False},
        {"is_overtaken": True},
    ],
)
def test_a_letter_lapses_when_its_reader_can_do_nothing_with_it(changes: dict[str, Any]) -> None:
    assert not has_lapsed(REMINDER, now=LAST_DAY)
    assert has_lapsed(replace(REMINDER, **changes), now=LAST_DAY)


def test_a_link_that_was_asked_for_goes_to_whoever_has_sent_everything() -> None:
    link = replace(REMINDER, asks_for_forms=False, has_open_forms=False, counts_days=False)

    assert not has_lapsed(link, now=LAST_DAY)


def test_a_link_by_which_more_time_is_asked_for_goes_after_the_deadline() -> None:
    link = replace(REMINDER, asks_for_forms=False, needs_time=False, counts_days=False)
    late = CLOSES + NOON

    assert not has_lapsed(link, now=late)
    assert has_lapsed(replace(link, is_closed=True), now=late)
    assert has_lapsed(replace(link, is_cut_off=True), now=late)
    assert has_lapsed(replace(link, needs_time=True), now=late)


@pytest.mark.parametrize(
    ("days_before", "days_later", "lapses"),
    [
        (2, 0, False),  # "closes in 2 days", on the day it says so
        (2, 1, True),
        (1, 1, True),  # "closes tomorrow", on the last day
        (3, 1, False),  # these words name the date
        (9, 8, False),
    ],
)
def test_a_reminder_lapses_with_the_day_from_which_it_counts(
    days_before: int, days_later: int, lapses: bool
) -> None:
    written = LAST_DAY - timedelta(days=days_before)
    letter = replace(REMINDER, posted_at=written)

    assert has_lapsed(letter, now=written + timedelta(days=days_later)) is lapses


def test_a_letter_that_counts_no_days_may_leave_on_another_one() -> None:
    letter = replace(REMINDER, posted_at=LAST_DAY - timedelta(days=1), counts_days=False)

    assert not has_lapsed(letter, now=LAST_DAY)


def test_the_day_is_that_of_the_readers_own_clock() -> None:
    """23:30 and 00:30 in Shanghai are one day in Berlin."""
    written = CLOSES - timedelta(days=1, minutes=30)
    later = written + timedelta(hours=1)

    assert has_lapsed(replace(REMINDER, posted_at=written), now=later)
    assert not has_lapsed(replace(REMINDER, posted_at=written, zone="Europe/Berlin"), now=later)
