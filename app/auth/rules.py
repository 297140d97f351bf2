"""How long a session lives and what a password must be. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

ABSOLUTE = timedelta(hours=8)
HR_IDLE = timedelta(minutes=15)
MEMBER_IDLE = timedelta(minutes=30)
RESET_LIFE = timedelta(minutes=10)
HALF_WAY_LIFE = timedelta(minutes=5)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200

# Judged by the first so many characters: the library takes no more, and they are many.
JUDGED_CHARACTERS = 72
# Of 0 to 4: 3 takes more than 10^8 guesses of somebody who knows the usual words, names and habits.
LEAST_STRENGTH = 3
# What the library does not know: 我爱你 and the digits that sound like "for a lifetime".
USUAL_IN_CHINESE = ("woaini", "1314520", "5201314", "wo1314520", "aini1314")


class PasswordFault(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    EASILY_GUESSED = "easily_guessed"


def fault_of_password(password: str, *, about: Sequence[str] = ()) -> PasswordFault | None:
    """What is wrong with a new password, or None. No rule asks for kinds of characters.

    `about` holds what everybody knows of whoever chooses it: name, address, company. How many
    guesses it takes is told by Dropbox's zxcvbn (Wheeler, USENIX Security 2016), which knows 30,000
    passwords that leaked, and words, names, dates and rows of keys.
    """
    if len(password) < SHORTEST_PASSWORD:
        return PasswordFault.TOO_SHORT
    if len(password) > LONGEST_PASSWORD:
        return PasswordFault.TOO_LONG
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its lists take a tenth of a second to load

    known = [*USUAL_IN_CHINESE, *about]
    judged = zxcvbn(password[:JUDGED_CHARACTERS], user_inputs=known)
    return PasswordFault.EASILY_GUESSED if judged["score"] < LEAST_STRENGTH else None


def session_is_over(*, now: datetime, began: datetime, seen: datetime, is_hr: bool) -> bool:
    """Whether somebody has to sign in again."""
    idle = HR_IDLE if is_hr else MEMBER_IDLE
    return now - began > ABSOLUTE or now - seen > idle


def half_way_is_over(*, now: datetime, began: datetime) -> bool:
    """Whether a password was right too long ago for its second step."""
    return now - began > HALF_WAY_LIFE
