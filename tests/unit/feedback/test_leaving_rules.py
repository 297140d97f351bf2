"""Invitations leave in the morning where each reader is, and a day after other letters."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.cycles.holidays import days_off
from app.cycles.rules import MONDAY_TO_FRIDAY, WorkCalendar, deadline
from app.feedback.leaving.rules import (
    Departures,
    Others,
    later_moment,
    moment_of_letter,
    morning_for,
    morning_of_opening,
    morning_with,
)

SHANGHAI, BERLIN, AUCKLAND = "Asia/Shanghai", "Europe/Berlin", "Pacific/Auckland"
LAST_DAY = date(2026, 12, 18)
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


def at(text: str, zone: str = SHANGHAI) -> datetime:
    """A moment on the clock of a zone, told in UTC as the database tells it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def waits_for(
    launched: str,
    *,
    closes: date = LAST_DAY,
    opens: str = "2026-11-01T00:00",
    zone: str = SHANGHAI,
    calendar: WorkCalendar = MONDAY_TO_FRIDAY,
) -> str | None:
    """The morning of a round of Shanghai that is launched on that clock, on the reader's own."""
    found = morning_for(
        at(opens),
        closes_at=deadline(closes, SHANGHAI)[1].astimezone(UTC),
        zone=zone,
        now=at(launched),
        calendar=calendar,
    )
    return None if found is None else f"{found:%a %d %b %H:%M}"


@pytest.mark.parametrize(
    ("launched", "morning"),
    [
        ("2026-11-29T23:00", "Tue 01 Dec 09:30"),  # a Sunday night
        ("2026-11-30T08:00", "Tue 01 Dec 09:30"),
        ("2026-12-01T09:29", "Tue 01 Dec 09:30"),
        ("2026-12-01T09:30", "Tue 01 Dec 09:30"),
        ("2026-12-01T09:31", "Wed 02 Dec 09:30"),
        ("2026-12-03T09:29", "Thu 03 Dec 09:30"),
        ("2026-12-03T09:31", "Tue 08 Dec 09:30"),
        ("2026-12-04T10:00", "Tue 08 Dec 09:30"),
    ],
)
def test_invitations_leave_on_the_next_tuesday_wednesday_or_thursday(
    launched: str, morning: str
) -> None:
    assert waits_for(launched) == morning


@pytest.mark.parametrize(
    ("zone", "launched", "morning"),
    [
        # Half past nine of Thursday is over in Auckland, has just come in Shanghai, and is to come.
        (AUCKLAND, "2026-12-03T09:30", "Tue 08 Dec 09:30"),
        (SHANGHAI, "2026-12-03T09:30", "Thu 03 Dec 09:30"),
        (BERLIN, "2026-12-03T09:30", "Thu 03 Dec 09:30"),
        ("America/New_York", "2026-12-03T09:30", "Thu 03 Dec 09:30"),
        # It is Friday in Shanghai already, and Thursday morning in Honolulu.
        ("Pacific/Honolulu", "2026-12-04T03:00", "Thu 03 Dec 09:30"),
        ("Pacific/Honolulu", "2026-12-04T06:00", "Tue 08 Dec 09:30"),
    ],
)
def test_the_morning_is_that_of_the_readers_own_clock(
    zone: str, launched: str, morning: str
) -> None:
    assert waits_for(launched, zone=zone) == morning


@pytest.mark.parametrize(
    ("launched", "zone", "moment"),
    [
        ("2027-03-26T20:00", BERLIN, "2027-03-30T07:30:00+00:00"),  # summer time since Sunday
        ("2027-03-24T20:00", BERLIN, "2027-03-25T08:30:00+00:00"),
        ("2026-10-23T20:00", BERLIN, "2026-10-27T08:30:00+00:00"),
        ("2027-04-02T20:00", AUCKLAND, "2027-04-05T21:30:00+00:00"),  # winter time since Sunday
    ],
)
def test_a_change_of_the_clocks_moves_no_morning(launched: str, zone: str, moment: str) -> None:
    now = at(launched)
    found = morning_for(now, closes_at=now + 20 * DAY, zone=zone, now=now)

    assert found is not None
    assert found.astimezone(UTC).isoformat() == moment


def test_no_invitation_leaves_on_a_holiday_of_its_reader() -> None:
    closes = date(2026, 10, 30)
    china = WorkCalendar(free=days_off(date(2026, 9, 28), closes))
    entered = WorkCalendar(free=china.free | {date(2026, 10, day) for day in (5, 6, 7)})

    def found(calendar: WorkCalendar) -> str | None:
        return waits_for(
            "2026-09-30T10:00", closes=closes, opens="2026-09-01T00:00", calendar=calendar
        )

    assert found(MONDAY_TO_FRIDAY) == "Thu 01 Oct 09:30"
    assert found(china) == "Tue 06 Oct 09:30"
    assert found(entered) == "Thu 08 Oct 09:30"


def test_a_saturday_that_is_worked_is_a_working_day_and_no_good_one() -> None:
    made_up = WorkCalendar(worked=frozenset({date(2026, 12, 5)}))

    # Five are left on Tuesday the 8th, so that is waited for; of a shorter round Saturday is taken.
    assert waits_for("2026-12-04T10:00", closes=date(2026, 12, 14), calendar=made_up) == (
        "Tue 08 Dec 09:30"
    )
    assert waits_for("2026-12-04T10:00", closes=date(2026, 12, 11), calendar=made_up) == (
        "Sat 05 Dec 09:30"
    )
    assert waits_for("2026-12-04T10:00", closes=date(2026, 12, 11)) == "Mon 07 Dec 09:30"


def test_a_wednesday_off_that_is_worked_after_all_is_a_good_morning() -> None:
    day = frozenset({date(2026, 12, 2)})

    assert waits_for("2026-12-01T20:00", calendar=WorkCalendar(free=day)) == "Thu 03 Dec 09:30"
    assert (
        waits_for("2026-12-01T20:00", calendar=WorkCalendar(free=day, worked=day))
        == "Wed 02 Dec 09:30"
    )


@pytest.mark.parametrize(
    ("launched", "closes", "morning"),
    [
        # Friday: five working days are left on Tuesday the 8th, or only four.
        ("2026-12-04T10:00", date(2026, 12, 14), "Tue 08 Dec 09:30"),
        ("2026-12-04T10:00", date(2026, 12, 11), "Mon 07 Dec 09:30"),
        # Monday evening: nobody loses a day by Tuesday, however short it is.
        ("2026-12-07T18:00", date(2026, 12, 9), "Tue 08 Dec 09:30"),
        ("2026-12-07T18:00", date(2026, 12, 8), "Tue 08 Dec 09:30"),
        # Monday at work: Tuesday leaves two days, and then one, which is too little to wait for.
        ("2026-12-07T17:59", date(2026, 12, 9), "Tue 08 Dec 09:30"),
        ("2026-12-07T17:59", date(2026, 12, 8), None),
        # Monday before work: today, where Tuesday would cost one of three days.
        ("2026-12-07T08:00", date(2026, 12, 9), "Mon 07 Dec 09:30"),
        # At the weekend nothing is lost by Monday; on the last evening no morning is left.
        ("2026-12-05T12:00", date(2026, 12, 7), "Mon 07 Dec 09:30"),
        ("2026-12-07T20:00", date(2026, 12, 7), None),
    ],
)
def test_where_time_is_short_nobody_waits_for_a_good_morning(
    launched: str, closes: date, morning: str | None
) -> None:
    assert waits_for(launched, closes=closes) == morning


def test_the_working_days_that_are_left_end_with_the_last_morning_of_the_reader() -> None:
    """The first round ends in Auckland at five on Monday morning, which is no day to answer."""
    found = [
        waits_for("2026-12-04T06:00", closes=date(2026, 12, day), zone=AUCKLAND) for day in (13, 14)
    ]

    assert found == ["Mon 07 Dec 09:30", "Tue 08 Dec 09:30"]


@pytest.mark.parametrize(
    ("opens", "closes", "morning"),
    [
        ("2026-12-03T00:00", date(2026, 12, 18), "Thu 03 Dec 09:30"),
        ("2026-12-04T00:00", date(2026, 12, 18), "Tue 08 Dec 09:30"),
        ("2026-12-04T00:00", date(2026, 12, 10), "Fri 04 Dec 09:30"),
        # Only a weekend: as if nobody had chosen.
        ("2026-12-05T00:00", date(2026, 12, 6), "Sat 05 Dec 09:30"),
    ],
)
def test_a_round_that_opens_later_is_counted_from_its_opening(
    opens: str, closes: date, morning: str
) -> None:
    assert waits_for("2026-11-20T12:00", opens=opens, closes=closes) == morning


TUESDAY = at("2026-12-01T09:30")


@pytest.mark.parametrize(
    ("others", "moment"),
    [
        ([], None),
        ([Others(zone=SHANGHAI, left=0, waits_until=TUESDAY)], TUESDAY),
        ([Others(zone=SHANGHAI, left=3, waits_until=TUESDAY)], None),
        ([Others(zone=SHANGHAI, left=3, waits_until=None)], None),
        # Theirs have left, elsewhere they wait; and the other way round.
        (
            [
                Others(zone=SHANGHAI, left=3, waits_until=None),
                Others(zone=BERLIN, left=0, waits_until=TUESDAY + 7 * HOUR),
            ],
            None,
        ),
        (
            [
                Others(zone=AUCKLAND, left=3, waits_until=None),
                Others(zone=SHANGHAI, left=0, waits_until=TUESDAY),
            ],
            TUESDAY,
        ),
        # Nobody else is in Shanghai: half past nine there on the day of the first.
        ([Others(zone=BERLIN, left=0, waits_until=TUESDAY + 7 * HOUR)], TUESDAY),
        (
            [
                Others(zone=AUCKLAND, left=1, waits_until=None),
                Others(zone=BERLIN, left=0, waits_until=TUESDAY + 7 * HOUR),
            ],
            None,
        ),
    ],
)
def test_whoever_is_added_is_invited_with_the_others_as_long_as_these_wait(
    others: list[Others], moment: datetime | None
) -> None:
    assert morning_with(others, zone=SHANGHAI) == moment


def test_of_the_letters_those_wait_a_day_that_must_and_the_others_for_their_morning() -> None:
    departures = Departures(
        letters=4, mornings={1: NOON + DAY, 2: NOON, 3: NOON}, later={3: NOON + 3 * DAY}
    )

    assert departures.on_time == [NOON, NOON + DAY]
    assert departures.at_once == 1
    assert [departures.of(person) for person in (1, 3, 4)] == [NOON + DAY, NOON + 3 * DAY, None]


@pytest.mark.parametrize(
    ("mornings", "later", "are_like"),
    [
        ({}, {1: NOON + DAY, 2: NOON}, True),
        ({1: NOON, 2: NOON}, {1: NOON + DAY}, True),
        ({1: NOON + DAY, 2: NOON}, {}, True),
        ({1: NOON + DAY}, {}, False),
        ({1: NOON + DAY, 2: NOON, 3: NOON}, {}, False),
        ({1: NOON + DAY, 2: NOON + DAY}, {}, False),
    ],
)
def test_letters_leave_alike_where_each_leaves_at_the_same_moment_whatever_it_waits_for(
    mornings: dict[int, datetime], later: dict[int, datetime], are_like: bool
) -> None:
    one = Departures(letters=3, mornings={1: NOON, 2: NOON}, later={1: NOON + DAY})
    other = Departures(letters=3, mornings=mornings, later=later)

    assert one.are_like(other) == other.are_like(one) == are_like


@pytest.mark.parametrize(
    ("opening", "others", "moment"),
    [
        (None, [], NOON),
        (None, [NOON - DAY], NOON),
        (None, [NOON - HOUR], NOON + 23 * HOUR),
        (NOON - HOUR, [], NOON),
        (NOON + 2 * DAY, [], NOON + 2 * DAY),
        (NOON + DAY, [NOON + HOUR], NOON + 25 * HOUR),
        # one that waits for long keeps nothing back, and there may be room between two
        (None, [NOON + 3 * DAY], NOON),
        (None, [NOON + DAY], NOON),
        (None, [NOON + DAY - HOUR], NOON + 2 * DAY - HOUR),
        (None, [NOON + 3 * DAY, NOON - HOUR], NOON + 23 * HOUR),
        (None, [NOON + 2 * DAY, NOON - HOUR], NOON + 23 * HOUR),
        (None, [NOON + 46 * HOUR, NOON - HOUR], NOON + 70 * HOUR),
        (None, [NOON + 3 * DAY + HOUR, NOON + HOUR, NOON + 2 * DAY], None),
        (NOON + 3 * DAY, [NOON + 3 * DAY], None),
        (NOON + 4 * DAY, [], None),
    ],
)
def test_a_letter_keeps_its_distance_and_leaves_before_the_last_day_is_over(
    opening: datetime | None, others: list[datetime], moment: datetime | None
) -> None:
    found = moment_of_letter(now=NOON, opening=opening, others=others, closes_at=NOON + 4 * DAY)

    assert found == moment


@pytest.mark.parametrize(
    ("opening", "others", "moment"),
    [
        (None, [], None),
        (None, [NOON - DAY], None),
        (None, [NOON - HOUR], NOON + 23 * HOUR),
        (NOON + 2 * DAY, [NOON - HOUR], None),
        (NOON + 2 * HOUR, [NOON - HOUR], NOON + 23 * HOUR),
        (NOON + 2 * DAY, [NOON + 2 * DAY - HOUR], NOON + 3 * DAY - HOUR),
        (None, [NOON + 3 * DAY], None),  # that one is far away
        (NOON + 3 * DAY, [NOON + 3 * DAY + HOUR], None),  # the collection would be over
    ],
)
def test_an_invitation_waits_for_its_distance_where_it_would_not_have_it_anyway(
    opening: datetime | None, others: list[datetime], moment: datetime | None
) -> None:
    found = later_moment(now=NOON, opening=opening, others=others, closes_at=NOON + 4 * DAY)

    assert found == moment
