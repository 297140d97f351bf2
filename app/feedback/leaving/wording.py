"""When letters leave, in words: before the launch, after it, and in the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from app.cycles.models import Cycle
from app.cycles.rules import wall_time
from app.feedback.leaving.rules import Departures, Leaving
from app.feedback.wording import deadline_in_words, names_in_row


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One of the answers to when letters leave, with what would come of it."""

    value: Leaving
    label: str
    hint: str
    sentences: list[str]


def choices_in_words(
    cycle: Cycle, departures: Mapping[Leaving, Departures], names: Mapping[int, str], now: datetime
) -> list[Choice]:
    """What HR chooses from, the proposed one first; a single one where both come to the same."""
    is_open = cycle.opens_at <= now
    morning = Choice(
        value=Leaving.IN_THE_MORNING,
        label=_("On the next good morning"),
        hint=_(
            "At 09:30 on each reader's own clock, on a Tuesday, Wednesday or Thursday that is a "
            "working day there. Where that would leave fewer than five working days, on the next "
            "working day."
        ),
        sentences=sentences_of(departures[Leaving.IN_THE_MORNING], cycle, names),
    )
    at_once = Choice(
        value=Leaving.AT_ONCE,
        label=_("At once") if is_open else _("On the first morning after the opening"),
        hint=(
            _("Also at night, at a weekend or on a holiday.")
            if is_open
            else _("Also at a weekend or on a holiday.")
        ),
        sentences=sentences_of(departures[Leaving.AT_ONCE], cycle, names),
    )
    if departures[Leaving.IN_THE_MORNING].are_like(departures[Leaving.AT_ONCE]):
        return [at_once]
    return [morning, at_once]


def sentences_of(departures: Departures, cycle: Cycle, names: Mapping[int, str]) -> list[str]:
    """When the letters leave, those that have to keep a day from another one for themselves."""
    found = []
    if departures.on_time:
        found.append(_on_time(departures, cycle))
    if departures.at_once:
        found.append(_at_once(departures))
    if departures.later:
        found.append(later_in_words(departures, cycle, names))
    return found


def launched_in_words(departures: Departures, cycle: Cycle) -> list[str]:
    """What is told after the launch."""
    told = posted_in_words(departures, cycle)
    return [_("Launched. %(when)s", when=told[0]), *told[1:]] if told else []


def posted_in_words(departures: Departures, cycle: Cycle) -> list[str]:
    """When letters leave that were posted a moment ago; nothing where there are none."""
    found = []
    if departures.at_once:
        found.append(
            ngettext(
                "%(num)d letter is on its way.",
                "%(num)d letters are on their way.",
                departures.at_once,
            )
        )
    if departures.on_time:
        found.append(_on_time(departures, cycle))
    if departures.later:
        found.append(
            ngettext(
                "%(num)d letter waits until a day after another one to the same person, and "
                "leaves on %(moment)s.",
                "%(num)d letters wait until a day after another one to the same person; the last "
                "of them leaves on %(moment)s.",
                len(departures.later),
                moment=moment_in_words(max(departures.later.values()), cycle),
            )
        )
    return [str(sentence) for sentence in found]


def _on_time(departures: Departures, cycle: Cycle) -> str:
    first, last = departures.on_time[0], departures.on_time[-1]
    span = span_in_words(first, last, cycle)
    alone = ngettext(
        "%(num)d letter leaves on %(moment)s.",
        "%(num)d letters leave on %(moment)s.",
        len(departures.on_time),
        moment=span,
    )
    spread = ngettext(
        "%(num)d letter leaves at 09:30 where its reader is: %(span)s.",
        "%(num)d letters leave at 09:30 where each reader is: %(span)s.",
        len(departures.on_time),
        span=span,
    )
    return str(alone if first == last else spread)


def _at_once(departures: Departures) -> str:
    alone = ngettext(
        "%(num)d letter leaves at once.", "%(num)d letters leave at once.", departures.at_once
    )
    among_others = ngettext(
        "%(num)d letter leaves at once, because a morning would leave its reader too little time.",
        "%(num)d letters leave at once, because a morning would leave their readers too little "
        "time.",
        departures.at_once,
    )
    return str(among_others if departures.on_time else alone)


def later_in_words(departures: Departures, cycle: Cycle, names: Mapping[int, str]) -> str:
    """Whose letter has to keep a day from another one."""
    sentence: str = ngettext(
        "%(num)d person has another letter within a day before or after, so the invitation "
        "waits: %(names)s. It leaves on %(moment)s.",
        "%(num)d people have another letter within a day before or after, so their invitations "
        "wait: %(names)s. They leave on %(moment)s.",
        len(departures.later),
        names=names_in_row(sorted(names[person_id] for person_id in departures.later)),
        moment=span_in_words(min(departures.later.values()), max(departures.later.values()), cycle),
    )
    return sentence


def moment_in_words(moment: datetime, cycle: Cycle) -> str:
    """A moment on the clock of the round: "Tue 1 Dec, 09:30 Beijing time"."""
    return deadline_in_words(wall_time(moment, cycle.time_zone), cycle.time_zone)


def span_in_words(first: datetime, last: datetime, cycle: Cycle) -> str:
    """From one moment to another on the clock of the round, in few words."""
    begin, end = (wall_time(moment, cycle.time_zone) for moment in (first, last))
    if begin == end:
        return moment_in_words(first, cycle)
    day, _sep, clock = end.partition("T")
    if begin.startswith(day):
        return deadline_in_words(f"{begin}–{clock}", cycle.time_zone)
    return f"{moment_in_words(first, cycle)} – {moment_in_words(last, cycle)}"


def plainly(departures: Departures, zone: str) -> str:
    """The same for the audit trail and for scripts, in English whoever reads it."""
    moments = [*departures.on_time, *departures.later.values()]
    if not moments:
        return "at once"
    first, last = (
        f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
        for moment in (min(moments), max(moments))
    )
    when = f"on {first} {zone}" if first == last else f"from {first} to {last} {zone}"
    at_once = f", {departures.at_once} at once" if departures.at_once else ""
    return f"{len(moments)} {when}{at_once}"
