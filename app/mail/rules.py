"""How fast letters may leave. Pure."""

from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
# Workers wake to the second, so a letter may go a little before its moment.
TOLERANCE = timedelta(seconds=2)


def wait_for_turn(paced_until: datetime | None, present: datetime) -> timedelta:
    """How long the next letter has to wait; nothing when it may go."""
    if paced_until is None:
        return timedelta()
    return max(timedelta(), paced_until - TOLERANCE - present)


def after_a_letter(paced_until: datetime | None, present: datetime, per_minute: int) -> datetime:
    """The new `paced_until` when a letter goes now, `per_minute` being the most in any minute.

    Letters are spread over the minute. Two of them may be nearer by the tolerance, so that the step
    is as much longer: no minute ever holds one too many.
    """
    step = (MINUTE + TOLERANCE) / per_minute
    return max(paced_until or present, present) + step
