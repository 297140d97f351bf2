"""Words that the page and the letters share: the deadline, names in a row, rater groups."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_name
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from app.cycles.holidays import BEIJING
from app.people.groups import RaterGroup
from app.web.language import language

MOST_NAMES = 4
LONG_WORD = 8


def deadline_in_words(closes_local: str, zone: str) -> str:
    """The wall time of a deadline with its zone: "Fri 18 Dec, 24:00 Beijing time"."""
    day, _sep, clock = closes_local.partition("T")
    pattern = "M月d日（EEE）" if language() == "zh" else "EEE d MMM"
    shown = format_date(date.fromisoformat(day), pattern, locale=language())
    return str(_("%(day)s, %(clock)s %(zone)s", day=shown, clock=clock, zone=zone_name(zone)))


def zone_name(zone: str) -> str:
    """How people call a time zone."""
    if zone in BEIJING:
        return str(_("Beijing time"))
    return str(get_timezone_name(ZoneInfo(zone), locale=language(), zone_variant="generic"))


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


def group_name(group: RaterGroup) -> str:
    """What a reviewer of this group is to the person reviewed."""
    names = {
        RaterGroup.SELF: pgettext("rater group", "Self"),
        RaterGroup.SUPERVISOR: pgettext("rater group", "Manager"),
        RaterGroup.PEER: pgettext("rater group", "Peer"),
        RaterGroup.SUBORDINATE: pgettext("rater group", "Direct report"),
        RaterGroup.CUSTOMER: pgettext("rater group", "Customer"),
    }
    return str(names[group])


def groups_in_row(groups: Sequence[RaterGroup]) -> str:
    """Rater groups in the plural, as one phrase."""
    plural = {
        RaterGroup.SELF: pgettext("rater groups", "self-assessments"),
        RaterGroup.SUPERVISOR: pgettext("rater groups", "managers"),
        RaterGroup.PEER: pgettext("rater groups", "peers"),
        RaterGroup.SUBORDINATE: pgettext("rater groups", "direct reports"),
        RaterGroup.CUSTOMER: pgettext("rater groups", "customers"),
    }
    return names_in_row([plural[group] for group in groups])


def soften(label: str) -> str:
    """Let a long Latin word break in a narrow cell, with a hyphen."""
    return " ".join(
        f"{word[: len(word) // 2]}\u00ad{word[len(word) // 2 :]}"
        if len(word) >= LONG_WORD and word.isascii()
        else word
        for word in label.split(" ")
    )
