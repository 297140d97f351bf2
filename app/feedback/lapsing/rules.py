"""Whether a letter that waits is still true and of use. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

# A reminder says "today", "tomorrow" or "in 2 days"; before that it names the date.
COUNTS_DAYS_FROM = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A letter that is about to leave, and how its reader stands.

    `closes_at` is the reader's own deadline. `asks_for_forms`: it is of no use without any open.
    `needs_time`: nor once time is over, unlike a link by which more time is asked for.
    `counts_days`: its words were written for the day of `posted_at`, on the clock of `zone`.
    `is_overtaken`: the reader has had more time since, so these words name an earlier day.
    """

    is_closed: bool
    closes_at: datetime
    is_cut_off: bool
    has_open_forms: bool
    posted_at: datetime
    zone: str
    asks_for_forms: bool
    needs_time: bool
    counts_days: bool
    is_overtaken: bool


def has_lapsed(letter: Waiting, *, now: datetime) -> bool:
    """Whether the letter is not to leave any more: nothing is left to do, or it would be untrue."""
    is_over = letter.needs_time and letter.closes_at < now
    is_done = letter.asks_for_forms and not letter.has_open_forms
    if letter.is_closed or letter.is_cut_off or is_over or is_done:
        return True
    return letter.counts_days and (letter.is_overtaken or _has_other_words(letter, now))


def days_left(closes_at: datetime, now: datetime, zone: str) -> int:
    """Whole days until the last day, counted on the calendar of a zone; 0 on that day."""
    clock = ZoneInfo(zone)
    last_day = (closes_at - timedelta(microseconds=1)).astimezone(clock).date()
    return (last_day - now.astimezone(clock).date()).days


def _has_other_words(letter: Waiting, now: datetime) -> bool:
    written = days_left(letter.closes_at, letter.posted_at, letter.zone)
    return written <= COUNTS_DAYS_FROM and written != days_left(letter.closes_at, now, letter.zone)
