"""How often and how late work is tried again. Pure."""

from dataclasses import dataclass
from datetime import timedelta

LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How many times work is tried in all, and the longest pause between two tries."""

    most_tries: int
    longest_pause: timedelta


ORDINARY = Patience(most_tries=8, longest_pause=timedelta(hours=1))
# For letters that the server does not take for now. Half an hour between two tries and four to
# five days in all are what RFC 5321, 4.5.4.1, asks for: 200 pauses are four days and 13 minutes.
WITH_THE_POST = Patience(most_tries=201, longest_pause=timedelta(minutes=30))


def pause_before_retry(attempts: int, patience: Patience = ORDINARY) -> timedelta:
    """How long to wait after the given number of failed tries: doubling, up to the longest."""
    doublings: int = max(attempts, 1) - 1
    return min(patience.longest_pause, FIRST_PAUSE * (1 << min(doublings, 20)))


def is_exhausted(attempts: int, patience: Patience = ORDINARY) -> bool:
    """Whether the work is to be parked for a person to look at."""
    return attempts >= patience.most_tries
