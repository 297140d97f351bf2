"""When invitations leave: in the morning where each reader is, and a day after other letters."""

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


def moment_of_letter(
    *,
    now: datetime,
    opening: datetime | None,
    last_mailed: datetime | None,
    closes_at: datetime,
    gap: timedelta,
) -> datetime | None:
    """When a letter to somebody may leave; None when that is not before the collection ends.

    `opening` is the morning on which the letters of a round leave that opens later. Between two
    letters to one person, over all rounds, lies at least `gap`.
    """
    moments = [now]
    if opening is not None:
        moments.append(opening)
    if last_mailed is not None:
        moments.append(last_mailed + gap)
    moment = max(moments)
    return moment if moment < closes_at else None


def later_moment(
    *,
    now: datetime,
    opening: datetime | None,
    last_mailed: datetime,
    closes_at: datetime,
    gap: timedelta,
) -> datetime | None:
    """When an invitation leaves that has to wait for its `gap`; None when it need not.

    It need not either where the collection would be over by then: to be asked comes first.
    """
    moment = moment_of_letter(
        now=now, opening=opening, last_mailed=last_mailed, closes_at=closes_at, gap=gap
    )
    return moment if moment is not None and moment > (opening or now) else None
