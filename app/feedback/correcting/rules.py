"""Whether a reviewer who asks for a fresh link gets a letter, and what the page tells. Pure."""

from datetime import timedelta
from enum import StrEnum

MOST_LETTERS = 3
PERIOD = timedelta(hours=24)


class Outcome(StrEnum):
    """What comes of asking for a fresh link."""

    SEND = "send"
    ON_ITS_WAY = "on_its_way"  # asked before, and the letter has not left yet
    TOO_MANY = "too_many"
    NO_ADDRESS = "no_address"


def outcome_of(*, has_address: bool, is_waiting: bool, recent: int) -> Outcome:
    """Decide; `recent` letters were asked for within the period, HR's own do not count."""
    checks = (
        (not has_address, Outcome.NO_ADDRESS),
        (is_waiting, Outcome.ON_ITS_WAY),
        (recent >= MOST_LETTERS, Outcome.TOO_MANY),
    )
    return next((outcome for met, outcome in checks if met), Outcome.SEND)


def masked(address: str) -> str:
    """Enough of an address for its owner to know which mailbox is meant: z***@example.com."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}"
