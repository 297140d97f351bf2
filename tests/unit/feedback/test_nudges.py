"""When a reminder goes by itself: three days, on the reader's own clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.cycles.rules import WorkCalendar
from app.feedback.reminding.rules import Nudge, Standing, due_nudge

SHANGHAI = "Asia/Shanghai"


def at(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# Invited on Tuesday the 1st; the round closes on Friday the 18th at 24:00, Beijing time.
INVITED, CLOSES = at("2026-12-01T10:00"), at("2026-12-19T00:00")


def standing(
    *, nudged: int = 0, invited_at: datetime | None = INVITED, closes_at: datetime = CLOSES
) -> Standing:
    return Standing(
        open_forms=1,
        submitted_forms=0,
        has_declined=False,
        has_opted_out=False,
        is_cut_off=False,
        closes_at=closes_at,
        last_letter_failed=False,
        has_waiting_letter=False,
        last_mailed_at=None,
        reminders=0,
        letters=1,
        invited_at=invited_at,
        nudged=nudged,
    )


@pytest.mark.parametrize(
    ("moment", "nudged", "due"),
    [
        ("2026-12-04T08:59", 0, None),
        ("2026-12-04T09:00", 0, Nudge.FIRST),
        ("2026-12-04T09:01", 1, None),
        ("2026-12-08T12:00", 0, Nudge.FIRST),  # late, after a worker that stood still
        ("2026-12-04T20:00", 0, None),  # nobody is written to at night
        ("2026-12-16T09:00", 1, Nudge.SECOND),
        ("2026-12-16T09:00", 0, Nudge.SECOND),  # never two at once
        ("2026-12-16T09:01", 2, None),
        ("2026-12-18T09:00", 2, Nudge.LAST),
        ("2026-12-18T09:00", 0, Nudge.LAST),
        ("2026-12-18T09:01", 3, None),
        ("2026-12-19T09:00", 2, None),  # over
    ],
)
def test_each_reminder_has_its_morning(moment: str, nudged: int, due: Nudge | None) -> None:
    found = due_nudge(standing(nudged=nudged), zone=SHANGHAI, now=at(moment))

    assert found is due


def test_weekends_and_holidays_are_no_working_days() -> None:
    invited = standing(invited_at=at("2026-12-03T10:00"))  # a Thursday
    free = WorkCalendar(free=frozenset({date(2026, 12, 7)}))

    def due(moment: str, calendar: WorkCalendar = free) -> Nudge | None:
        return due_nudge(invited, zone=SHANGHAI, now=at(moment), calendar=calendar)

    assert due("2026-12-08T09:00", WorkCalendar()) is Nudge.FIRST
    assert due("2026-12-08T09:00") is None
    assert due("2026-12-09T09:00") is Nudge.FIRST


def test_in_a_short_round_only_what_lies_behind_the_invitation_goes() -> None:
    invited = standing(invited_at=at("2026-12-17T10:00"))

    def due(moment: str) -> Nudge | None:
        return due_nudge(invited, zone=SHANGHAI, now=at(moment))

    assert due("2026-12-17T11:00") is None
    assert due("2026-12-18T09:00") is Nudge.LAST


def test_whoever_has_more_time_is_reminded_by_their_own_last_day() -> None:
    def due(moment: str, nudged: int) -> Nudge | None:
        longer = standing(nudged=nudged, closes_at=at("2026-12-24T00:00"))
        return due_nudge(longer, zone=SHANGHAI, now=at(moment))

    assert due("2026-12-18T09:00", 1) is None
    assert due("2026-12-21T09:00", 1) is Nudge.SECOND
    assert due("2026-12-23T09:00", 2) is Nudge.LAST
    assert due("2026-12-23T09:00", 3) is None  # had the last one on the round's last day


def test_whoever_was_not_invited_yet_is_not_reminded() -> None:
    waiting = standing(invited_at=None)

    assert due_nudge(waiting, zone=SHANGHAI, now=at("2026-12-18T09:00")) is None


def test_where_the_deadline_falls_before_the_morning_the_day_before_is_the_last() -> None:
    zone = "America/Los_Angeles"  # 24:00 in Shanghai is 08:00 there

    def due(moment: str) -> Nudge | None:
        return due_nudge(standing(nudged=2), zone=zone, now=at(moment, zone))

    assert due("2026-12-16T09:00") is None
    assert due("2026-12-17T09:00") is Nudge.LAST


@pytest.mark.parametrize(
    ("zone", "clock_change"),
    [
        ("Europe/Berlin", "2027-03-28"),
        ("Europe/Berlin", "2026-10-25"),
        ("America/New_York", "2026-11-01"),
        ("America/New_York", "2027-03-14"),
        ("Asia/Shanghai", "2026-11-01"),
    ],
)
def test_a_change_of_the_clocks_neither_skips_nor_repeats_a_reminder(
    zone: str, clock_change: str
) -> None:
    closes = at(f"{clock_change}T23:00", zone)
    invited = closes - timedelta(days=20)
    nudged, sent = 0, []
    for quarter in range(21 * 24 * 4):
        moment = invited + timedelta(minutes=15 * quarter)
        asked = standing(nudged=nudged, invited_at=invited, closes_at=closes)
        due = due_nudge(asked, zone=zone, now=moment)
        if due is not None:
            nudged = due.rank
            sent.append((due, moment.astimezone(ZoneInfo(zone)).time().isoformat("minutes")))

    assert sent == [(nudge, "09:00") for nudge in Nudge]
