"""Words that the page and the letters share: the deadline, names in a row, rater groups."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_name
from flask_babel import ngettext

from app.cycles.holidays import BEIJING
from app.feedback.models import DeclineReason
from app.people.groups import RaterGroup
from app.people.wording import group_name
from app.web.language import gettext as _
from app.web.language import language, pgettext

MOST_NAMES = 4
LONG_WORD = 8
KEPT_WORDS = 256  # days and zones of each process, which all letters and pages of a round share


def deadline_in_words(closes_local: str, zone: str) -> str:
    """The wall time of a deadline with its zone: "Fri 18 Dec, 24:00 Beijing time"."""
    day, _sep, clock = closes_local.partition("T")
    shown = _day_in_words(day, language())
    return str(_("%(day)s, %(clock)s %(zone)s", day=shown, clock=clock, zone=zone_name(zone)))


def zone_name(zone: str) -> str:
    """How people call a time zone."""
    if zone in BEIJING:
        return str(_("Beijing time"))
    return _other_zone(zone, language())


@lru_cache(KEPT_WORDS)
def _day_in_words(day: str, spoken: str) -> str:
    pattern = "M月d日（EEE）" if spoken == "zh" else "EEE d MMM"
    return format_date(date.fromisoformat(day), pattern, locale=spoken)


@lru_cache(KEPT_WORDS)
def _other_zone(zone: str, spoken: str) -> str:
    return str(get_timezone_name(ZoneInfo(zone), locale=spoken, zone_variant="generic"))


def names_in_row(names: Sequence[str]) -> str:
    """Names as one phrase; from the fifth on they are only counted."""
    if len(names) > MOST_NAMES:
        shown = str(_(", ")).join(names[: MOST_NAMES - 1])
        more = len(names) - MOST_NAMES + 1
        return str(
            ngettext(
                "%(names)s and %(num)s other", "%(names)s and %(num)s others", more, names=shown
            )
        )
    if len(names) < 2:  # noqa: PLR2004 - one name needs no joining word
        return "".join(names)
    before = str(_(", ")).join(names[:-1])
    return str(_("%(names)s and %(last)s", names=before, last=names[-1]))


def groups_in_row(groups: Sequence[RaterGroup]) -> str:
    """Rater groups in the plural, as one phrase."""
    return names_in_row([_plural(group) for group in groups])


def role_of_reader(*groups: RaterGroup) -> str:
    """What the reader is to people on their list: "you are the manager".

    A bare "Manager" beside a name reads as if that person were the manager.
    """
    if groups == (RaterGroup.SELF,):
        return group_name(RaterGroup.SELF)
    return str(_("you are %(roles)s", roles=names_in_row([_role(group) for group in groups])))


def _role(group: RaterGroup) -> str:
    match group:
        case RaterGroup.SELF:
            name = group_name(group)
        case RaterGroup.SUPERVISOR:
            name = pgettext("role", "the manager")
        case RaterGroup.PEER:
            name = pgettext("role", "a peer")
        case RaterGroup.SUBORDINATE:
            name = pgettext("role", "a direct report")
        case RaterGroup.CUSTOMER:
            name = pgettext("role", "a customer")
    return str(name)


def reasons_to_decline() -> dict[DeclineReason, str]:
    """Why somebody does not write about a person: what reviewers choose from and HR reads."""
    return {
        DeclineReason.LITTLE_CONTACT: _("Too little contact"),
        DeclineReason.CONFLICT: _("Conflict of interest"),
        DeclineReason.OTHER: _("Another reason"),
    }


def _plural(group: RaterGroup) -> str:
    match group:
        case RaterGroup.SELF:
            name = pgettext("rater groups", "self-assessments")
        case RaterGroup.SUPERVISOR:
            name = pgettext("rater groups", "managers")
        case RaterGroup.PEER:
            name = pgettext("rater groups", "peers")
        case RaterGroup.SUBORDINATE:
            name = pgettext("rater groups", "direct reports")
        case RaterGroup.CUSTOMER:
            name = pgettext("rater groups", "customers")
    return str(name)


def said_of(hints: Mapping[str, str], *, too_long: Sequence[str] = ()) -> dict[str, str]:
    """Field of a box → the sentence above it: of words that may identify, or of too many."""
    telling = {
        field: _("This may identify you (“%(words)s”). You can change it or leave it.", words=words)
        for field, words in hints.items()
    }
    excess = {
        field: _("This comment is longer than 1,000 characters. Please shorten it.")
        for field in too_long
    }
    return telling | excess


def soften(label: str) -> str:
    """Let a long Latin word break in a narrow cell, with a hyphen."""
    return " ".join(
        f"{word[: len(word) // 2]}\u00ad{word[len(word) // 2 :]}"
        if len(word) >= LONG_WORD and word.isascii()
        else word
        for word in label.split(" ")
    )
