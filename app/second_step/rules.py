"""Codes that change with time (RFC 6238), recovery codes, and who has to have them. Pure."""

import hmac
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

STEP_SECONDS = 30
DIGITS = 6
STEPS_APART = 1  # a phone's clock may be half a minute wrong, and a code takes time to type
MOST_TRIES = 5
TRIES_LAST = timedelta(minutes=15)

RECOVERY_CODES = 8
RECOVERY_LENGTH = 12
# Without letters that are taken for a digit; a recovery code has 60 bit.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
MISREAD = str.maketrans("oil", "011")
GROUP = 4

OPTIONAL, REQUIRED = "optional", "required"


class Outcome(StrEnum):
    """What comes of a code that somebody has typed."""

    RIGHT = "right"
    RECOVERED = "recovered"  # by a recovery code, which is used up now
    WRONG = "wrong"
    TOO_OFTEN = "too_often"


def step_at(moment: datetime) -> int:
    """The number of the half minute that a moment is in, counted from 1970."""
    return int(moment.timestamp()) // STEP_SECONDS


def steps_around(moment: datetime) -> range:
    """The half minutes whose codes are taken at this moment: the one before to the one after."""
    now = step_at(moment)
    return range(now - STEPS_APART, now + STEPS_APART + 1)


def fitting_step(typed: str, codes: Mapping[int, str]) -> int | None:
    """The latest half minute whose code was typed, if any. All are compared, each in full."""
    fitting = [
        step for step, code in codes.items() if hmac.compare_digest(code.encode(), typed.encode())
    ]
    return max(fitting, default=None)


def as_typed(text: str) -> str:
    """What somebody meant who typed or pasted a code: no blanks or hyphens, no wide digits."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(letter for letter in plain if letter.isalnum())


def is_timed_code(typed: str) -> bool:
    """Whether it looks like six digits of an app, not like a recovery code."""
    return len(typed) == DIGITS and typed.isascii() and typed.isdecimal()


def recovery_code(typed: str) -> str | None:
    """The recovery code that was meant, or None for what cannot be one."""
    meant = typed.translate(MISREAD)
    return meant if len(meant) == RECOVERY_LENGTH and set(meant) <= set(ALPHABET) else None


def in_groups(text: str) -> str:
    """A secret or code in groups of four, as people copy it."""
    return " ".join(_groups(text))


def _groups(text: str) -> Iterator[str]:
    return (text[start : start + GROUP] for start in range(0, len(text), GROUP))


def is_asked(setting: str, *, is_hr: bool, manages_people: bool) -> bool:
    """Whether somebody has to set a second step up before anything else."""
    return setting == REQUIRED and (is_hr or manages_people)
