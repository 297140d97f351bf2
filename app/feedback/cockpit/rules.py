"""How a round's progress is told. Pure: counts in, words' keys out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.mail.rules import is_put_off

DUE_SOON = timedelta(days=3)
# Lower bounds of the heat table's shades: nobody, some, half, most, all.
SHADES = ((100, 4), (67, 3), (34, 2), (1, 1))
PERMANENT_CODE = re.compile(r"^\s*(?P<code>[45]\d\d)(?:[ -](?P<detail>\d\.\d+\.\d+))?")
# A plain 550 means no mailbox (RFC 5321, 4.2.3) unless its words blame the letter or its sender.
BLAMES_LETTER = re.compile(
    r"spam|content|polic|black|block|dmarc|spf|dkim|reputation|suspect|virus|垃圾|\bip\b",
    re.IGNORECASE,
)
BLAMES_SENDER = re.compile(r"sender|denied|denies|reject|relay|拒", re.IGNORECASE)
NAMES_MAILBOX = re.compile(
    r"no such|not found|not exist|n't exist|unknown|invalid (user|recipient|address)|不存在",
    re.IGNORECASE,
)


class Filter(StrEnum):
    """Which reviewers a list shows."""

    ALL = "all"
    OPEN = "open"
    LATE = "late"
    NONE_SUBMITTED = "none_submitted"
    SOME_SUBMITTED = "some_submitted"
    UNDELIVERED = "undelivered"
    CUT_OFF = "cut_off"
    DECLINED = "declined"
    DONE = "done"


class Progress(StrEnum):
    """How far a reviewer has come: what was submitted, never what was typed and not sent."""

    DONE = "done"
    DECLINED = "declined"
    CUT_OFF = "cut_off"
    UNDELIVERED = "undelivered"
    WAITING = "waiting"
    SOME_SUBMITTED = "some_submitted"
    NONE_SUBMITTED = "none_submitted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """So many of so many."""

    done: int
    all: int

    @property
    def percent(self) -> int:
        """Whole percent, rounded down, so that 100 means all."""
        return self.done * 100 // self.all if self.all else 0

    @property
    def shade(self) -> int:
        """0 (nobody) to 4 (all), for the heat table."""
        return next((shade for least, shade in SHADES if self.percent >= least), 0)

    def __add__(self, other: "Count") -> "Count":
        return Count(done=self.done + other.done, all=self.all + other.all)


def progress_of(
    *,
    open_forms: int,
    submitted_forms: int,
    is_cut_off: bool,
    last_letter: str | None,
) -> Progress:
    """Where a reviewer stands: the first that is true, in the order of HR's concern.

    `is_cut_off` means that the link was stopped before everything was submitted; whoever stopped it
    may also have declined in the right person's name.
    """
    checks = (
        (is_cut_off, Progress.CUT_OFF),
        (open_forms == 0 and submitted_forms > 0, Progress.DONE),
        (open_forms == 0, Progress.DECLINED),
        (last_letter in {"failed", "uncertain"}, Progress.UNDELIVERED),
        (submitted_forms > 0, Progress.SOME_SUBMITTED),
        (last_letter == "queued", Progress.WAITING),
    )
    return next((progress for met, progress in checks if met), Progress.NONE_SUBMITTED)


def is_due_soon(closes_at: datetime, now: datetime) -> bool:
    """Whether what is still open has to be chased now: three days before the deadline, or after."""
    return closes_at - now <= DUE_SOON


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeLeft:
    """What remains until a deadline, in the largest unit that still says something."""

    days: int = 0
    hours: int = 0
    minutes: int = 0
    is_over: bool = False


def time_left(closes_at: datetime, now: datetime) -> TimeLeft:
    """Whole days above two days, else whole hours, in the last hour minutes."""
    left = closes_at - now
    if left <= timedelta():
        return TimeLeft(is_over=True)
    if left >= timedelta(days=2):
        return TimeLeft(days=left.days)
    hours = int(left / timedelta(hours=1))
    return TimeLeft(hours=hours) if hours else TimeLeft(minutes=int(left.total_seconds() // 60) + 1)


class MailTrouble(StrEnum):
    """Why a letter did not arrive, as far as the server's answer tells."""

    NOT_WANTED = "not_wanted"
    CAME_BACK = "came_back"
    NO_SUCH_ADDRESS = "no_such_address"
    MAILBOX_FULL = "mailbox_full"
    REFUSED_AS_SPAM = "refused_as_spam"
    TOO_LARGE = "too_large"
    SERVER_DOWN = "server_down"
    UNKNOWN_FATE = "unknown_fate"
    TEMPORARY = "temporary"
    GIVEN_UP = "given_up"
    REFUSED = "refused"


BY_DETAIL: Mapping[str, MailTrouble] = {
    "1.0": MailTrouble.NO_SUCH_ADDRESS,
    "1.1": MailTrouble.NO_SUCH_ADDRESS,
    "1.2": MailTrouble.NO_SUCH_ADDRESS,
    "1.3": MailTrouble.NO_SUCH_ADDRESS,
    "1.10": MailTrouble.NO_SUCH_ADDRESS,
    "2.1": MailTrouble.NO_SUCH_ADDRESS,
    "2.2": MailTrouble.MAILBOX_FULL,
    "2.3": MailTrouble.TOO_LARGE,
    "3.4": MailTrouble.TOO_LARGE,
    "7.1": MailTrouble.REFUSED_AS_SPAM,
    "7.26": MailTrouble.REFUSED_AS_SPAM,
}
BY_CODE: Mapping[str, MailTrouble] = {
    "550": MailTrouble.NO_SUCH_ADDRESS,
    "551": MailTrouble.NO_SUCH_ADDRESS,
    "553": MailTrouble.NO_SUCH_ADDRESS,
    "552": MailTrouble.MAILBOX_FULL,
    "554": MailTrouble.REFUSED_AS_SPAM,
}


def trouble_of(error: str, *, is_uncertain: bool, has_failed: bool = False) -> MailTrouble:
    """Read a mail server's answer: first its detailed code (RFC 3463), then the plain one.

    `has_failed`: the letter is not tried again, also when the answer was no final one.
    """
    if is_uncertain:
        return MailTrouble.UNKNOWN_FATE
    found = PERMANENT_CODE.match(error)
    if found is None:
        return MailTrouble.GIVEN_UP if has_failed else MailTrouble.SERVER_DOWN
    code, detail = found["code"], found["detail"]
    if is_put_off(int(code), error):
        return MailTrouble.GIVEN_UP if has_failed else MailTrouble.TEMPORARY
    if detail is not None and detail[2:] in BY_DETAIL:
        return BY_DETAIL[detail[2:]]
    plain = BY_CODE.get(code, MailTrouble.REFUSED)
    if plain is MailTrouble.NO_SUCH_ADDRESS and not NAMES_MAILBOX.search(error):
        return _blamed(error) or plain
    return plain


def _blamed(words: str) -> MailTrouble | None:
    """What a server that gives no detailed code has against the letter or its sender."""
    if BLAMES_LETTER.search(words):
        return MailTrouble.REFUSED_AS_SPAM
    return MailTrouble.REFUSED if BLAMES_SENDER.search(words) else None
