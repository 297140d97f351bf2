"""How long a session lives and what a password must be. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

ABSOLUTE = timedelta(hours=8)
HR_IDLE = timedelta(minutes=15)
MEMBER_IDLE = timedelta(minutes=30)
RESET_LIFE = timedelta(minutes=10)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200

# The most used passwords of 12 characters and more; a longer list belongs to the breach check.
COMMON = frozenset(
    {
        "password1234", "passwordpassword", "123456789012", "1234567890123", "qwertyuiop12",
        "qwertyuiopas", "111111111111", "000000000000", "abcdefghijkl", "abcd12345678",
        "woaini1314520", "1qaz2wsx3edc", "administrator", "administrator1", "changeme1234",
        "letmeinletmein", "welcome12345", "iloveyou1234", "qazwsxedcrfv", "123123123123",
    }
)  # fmt: skip


class PasswordFault(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_COMMON = "too_common"


def fault_of_password(password: str) -> PasswordFault | None:
    """What is wrong with a new password, or None. No rule asks for kinds of characters."""
    if len(password) < SHORTEST_PASSWORD:
        return PasswordFault.TOO_SHORT
    if len(password) > LONGEST_PASSWORD:
        return PasswordFault.TOO_LONG
    if password.lower() in COMMON or len(set(password)) == 1:
        return PasswordFault.TOO_COMMON
    return None


def session_is_over(*, now: datetime, began: datetime, seen: datetime, is_hr: bool) -> bool:
    """Whether somebody has to sign in again."""
    idle = HR_IDLE if is_hr else MEMBER_IDLE
    return now - began > ABSOLUTE or now - seen > idle
