"""How fast letters may leave, what a server's no means, and how a letter is named. Pure."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

MINUTE = timedelta(minutes=1)
# Workers wake to the second, so a letter may go a little before its moment.
TOLERANCE = timedelta(seconds=2)

TEMPORARY, PERMANENT = range(400, 500), range(500, 600)
# Tencent's mail answers 550 to whoever sends too much in a minute, an hour or a day: a code that
# says "never" (RFC 5321, 4.2.1) beside words that say "later".
TOO_FAST = re.compile(
    r"\b(frequency|rate) (is )?limit|too (many|frequent|fast)|频率|过于频繁", re.IGNORECASE
)

# A name of the internet: with a dot, and not a number.
HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*")
# The column of Message-IDs holds 80, of which 33 are the number and the @.
MOST_HOST = 47
NO_HOST = "roundview"


def is_put_off(code: int, words: str) -> bool:
    """Whether a mail server that does not take a letter may take it another time."""
    return code in TEMPORARY or (code in PERMANENT and TOO_FAST.search(words) is not None)


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


def host_of_ids(public_url: str) -> str:
    """What stands right of the @ in the names of letters: filters for spam look for a host there.

    A word of ours where the service has no such name, or one that is too long.
    """
    host = urlsplit(public_url).hostname or ""
    return host if HOST.fullmatch(host) and len(host) <= MOST_HOST else NO_HOST
