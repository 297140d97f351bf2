"""When the invitations of a round that opens later leave: in the morning where each reader is."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(9, 30)


def morning_of_opening(opens_at: datetime, *, zone: str, now: datetime) -> datetime | None:
    """Half past nine on the reader's own clock, the first time after the round opens.

    None when the round is open already: whoever launches it then waits for answers, and letters
    leave at once.
    """
    if opens_at <= now:
        return None
    clock = ZoneInfo(zone)
    first = opens_at.astimezone(clock).date()
    mornings = (datetime.combine(first + timedelta(days=n), MORNING, tzinfo=clock) for n in (0, 1))
    return next(morning for morning in mornings if morning >= opens_at)
