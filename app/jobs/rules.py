"""How often and how late work is tried again. Pure."""

from datetime import timedelta

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)


def pause_before_retry(attempts: int) -> timedelta:
    """How long to wait after the given number of failed tries: doubling, at most an hour."""
    doublings: int = max(attempts, 1) - 1
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(doublings, 20)))


def is_exhausted(attempts: int) -> bool:
    """Whether the work is to be parked for a person to look at."""
    return attempts >= MAX_ATTEMPTS
