"""Who needs a code to come in, whether one is mailed, and for how long a browser is known. Pure."""

import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum

DIGITS = 6
LIFE = timedelta(minutes=10)  # of a code, from the press that asked for it
MOST_TRIES = 5  # of one code
MOST_IN_AN_HOUR = 5
MOST_IN_A_DAY = 10  # of one reviewer: fifty tries at a million codes
KNOWN_BEYOND = timedelta(days=2)  # after the deadline; an unsent form counts for one day more
KNOWN_AT_LEAST = timedelta(hours=12)


class Outcome(StrEnum):
    """What comes of asking for a code."""

    SEND = "send"
    ON_ITS_WAY = "on_its_way"  # one was mailed that can still be entered
    TOO_MANY = "too_many"
    NO_ADDRESS = "no_address"


def needs_code(*, asks_code: bool, is_known: bool, has_started: bool) -> bool:
    """Whether the browser at the door must show that the mailbox is its owner's.

    The first browser in which anybody presses Start need not.
    """
    return asks_code and has_started and not is_known


def outcome_of(
    *, has_address: bool, is_live: bool, anew: bool, in_hour: int, in_day: int
) -> Outcome:
    """Decide; so many codes were mailed within the last hour and the last day.

    `is_live`: the latest can still be entered. `anew`: another is asked for all the same.
    """
    is_over = in_hour >= MOST_IN_AN_HOUR or in_day >= MOST_IN_A_DAY
    checks = (
        (not has_address, Outcome.NO_ADDRESS),
        (is_live and not anew, Outcome.ON_ITS_WAY),
        (is_over, Outcome.TOO_MANY),
    )
    return next((outcome for met, outcome in checks if met), Outcome.SEND)


def digits_of(typed: str) -> str:
    """The digits of what was typed or pasted: with spaces, or as wide as Chinese characters."""
    return "".join(one for one in unicodedata.normalize("NFKC", typed) if one in "0123456789")


def seconds_known(closes_at: datetime, now: datetime) -> int:
    """How long a browser stays known, in seconds: to the end of the round, which `closes_at` is
    for this reviewer, with the time that forms may come late."""
    until = max(closes_at + KNOWN_BEYOND, now + KNOWN_AT_LEAST)
    return int((until - now).total_seconds())
