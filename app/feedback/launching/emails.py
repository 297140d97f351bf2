"""The letter that asks a reviewer for feedback: one for all their forms, with one link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import force_locale
from flask_babel import gettext as _

from app.cycles.models import Cycle
from app.cycles.rules import wall_time
from app.feedback.callers import Round
from app.feedback.lapsing.rules import days_left
from app.feedback.launching.queries import DraftRound, PersonCard, SchemeCard
from app.feedback.measuring.rules import Measure
from app.feedback.rules import Promise, minutes_needed, promise_to
from app.feedback.wording import deadline_in_words, names_in_row
from app.mail.models import LINK, OPT_OUT
from app.mail.rendering import render_letter
from app.mail.service import RenderedLetter
from app.people.groups import PersonKind, RaterGroup

INVITE_INTERNAL = "invite_internal"
INVITE_CUSTOMER = "invite_customer"
INVITATIONS = (INVITE_INTERNAL, INVITE_CUSTOMER)
REMIND = "remind"
FRESH_LINK = "fresh_link"
MORE_TIME = "more_time"


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One form that a letter asks for."""

    name: str
    place: str
    group: RaterGroup
    promise: Promise
    items: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RoundCard:
    """What letters say about a round, free of the session that loaded it."""

    name: str
    closes_local: str
    closes_at: datetime
    time_zone: str
    mode: str
    k_min: int
    purpose_zh: str
    purpose_en: str
    contact_name: str
    contact_email: str
    contact_phone: str
    company: str

    @classmethod
    def of(cls, cycle: Cycle | Round, company: str) -> "RoundCard":
        kept = (
            "name", "closes_local", "closes_at", "time_zone", "mode", "k_min", "purpose_zh",
            "purpose_en", "contact_name", "contact_email", "contact_phone",
        )  # fmt: skip
        return cls(company=company, **{name: getattr(cycle, name) for name in kept})

    def until(self, own: datetime | None) -> "RoundCard":
        """The round as a reviewer knows it who has this deadline of their own, or None.

        One that comes before the round's does not count.
        """
        if own is None or own <= self.closes_at:
            return self
        return replace(self, closes_at=own, closes_local=wall_time(own, self.time_zone))


def invitation(card: RoundCard, reviewer: PersonCard, tasks: Sequence[Task]) -> RenderedLetter:
    """Ask one reviewer for all their forms. Raises MissingTemplateError for another language."""
    kind = invitation_kind(reviewer.kind)
    return render_letter(kind, **facts_of_letter(card, reviewer, tasks))


def reminder(
    card: RoundCard,
    reviewer: PersonCard,
    tasks: Sequence[Task],
    *,
    now: datetime,
    usual: Mapping[Measure, int],
    submitted: int = 0,
    reviewer_id: int,
) -> RenderedLetter:
    """Ask again for what is still open, with the same link. HR may read every letter, so the words
    fit what was submitted and are the same whether or not there is a draft."""
    left = days_left(card.closes_at, now, reviewer.time_zone)
    return render_letter(
        REMIND,
        **facts_of_letter(card, reviewer, tasks, usual=usual, done_before=submitted),
        link_owner_id=reviewer_id,
        has_submitted=submitted > 0,
        days_left=left,
    )


def fresh_link(
    card: RoundCard,
    reviewer: PersonCard,
    tasks: Sequence[Task],
    *,
    usual: Mapping[Measure, int],
    submitted: int,
    begins_anew: bool,
    is_over: bool,
    reviewer_id: int,
) -> RenderedLetter:
    """Hand over a new link in place of one that was stopped; `tasks` are what is still open.

    `begins_anew`: it goes to another mailbox, so nothing that was typed there before is kept.
    `is_over`: the deadline has passed, after which drafts are kept for some days only.
    """
    return render_letter(
        FRESH_LINK,
        **facts_of_letter(card, reviewer, tasks, usual=usual, done_before=submitted),
        link_owner_id=reviewer_id,
        begins_anew=begins_anew,
        is_over=is_over,
    )


def more_time(
    card: RoundCard,
    reviewer: PersonCard,
    tasks: Sequence[Task],
    *,
    usual: Mapping[Measure, int],
    submitted: int,
    reviewer_id: int,
) -> RenderedLetter:
    """Tell a reviewer of the deadline that is theirs alone; `card` carries it."""
    return render_letter(
        MORE_TIME,
        **facts_of_letter(card, reviewer, tasks, usual=usual, done_before=submitted),
        link_owner_id=reviewer_id,
    )


def invitation_kind(kind: PersonKind) -> str:
    """Which letter asks this kind of person."""
    return INVITE_CUSTOMER if kind is PersonKind.CUSTOMER else INVITE_INTERNAL


def task_of(subject: PersonCard, group: RaterGroup, scheme: SchemeCard, card: RoundCard) -> Task:
    """The form about one participant, as a letter speaks of it."""
    promise = promise_to(group, scheme.definition, k_min=card.k_min)
    return Task(
        name=subject.name,
        place=subject.place,
        group=group,
        promise=promise,
        items=scheme.items.get(group, 0),
    )


def tasks_by_reviewer(draft: DraftRound, card: RoundCard) -> dict[int, list[Task]]:
    """Everybody who is asked, with all their forms; reviewers and forms in a fixed order."""
    person_of = {row.participant_id: row.person_id for row in draft.subjects}
    promises: dict[tuple[int, RaterGroup], tuple[Promise, int]] = {}
    tasks: dict[int, list[Task]] = {}
    for row in draft.assignments:
        subject = draft.people[person_of[row.participant_id]]
        scheme = draft.schemes[draft.scheme_of[row.participant_id]]
        key = (scheme.id, row.group)
        if key not in promises:
            pattern = task_of(subject, row.group, scheme, card)
            promises[key] = (pattern.promise, pattern.items)
        promise, items = promises[key]
        tasks.setdefault(row.person_id, []).append(
            Task(
                name=subject.name,
                place=subject.place,
                group=row.group,
                promise=promise,
                items=items,
            )
        )
    return {person_id: tasks[person_id] for person_id in sorted(tasks)}


def facts_of_letter(
    card: RoundCard,
    reviewer: PersonCard,
    tasks: Sequence[Task],
    *,
    usual: Mapping[Measure, int] | None = None,
    done_before: int = 0,
) -> dict[str, Any]:
    """Every fact that the templates of invitations and reminders may use.

    `usual` (seconds) and `done_before` (forms) make the minutes those of the landing page.
    """
    others = [task for task in tasks if task.group is not RaterGroup.SELF]
    groups = {task.group for task in others}
    protected = [task.promise for task in others if task.promise.protected]
    locale = reviewer.locale
    return {
        **sender_of(card.contact_name, card.contact_email, card.company),
        "to_name": reviewer.name,
        "to_address": reviewer.email or "",
        "locale": locale,
        "is_customer": reviewer.kind is PersonKind.CUSTOMER,
        "company": card.company,
        "cycle": card.name,
        "others": others,
        "count": len(others),
        "all_names": _names(locale, tuple(task.name for task in others)),
        "rates_self": len(others) < len(tasks),
        "as_manager": any(not task.promise.protected for task in others),
        "only_as_manager": bool(others) and not protected,
        "groups": groups,
        "k": min((promise.k for promise in protected), default=card.k_min),
        "minutes": _minutes(tasks, usual, done_before),
        "is_anonymous": card.mode == "anonymous",
        "purpose": card.purpose_en if locale == "en" else card.purpose_zh,
        "contact": _contact(card),
        "link": LINK,
        "opt_out": OPT_OUT,
        **_deadline(card.closes_local, card.closes_at, card.time_zone, reviewer.time_zone, locale),
    }


def _minutes(tasks: Sequence[Task], usual: Mapping[Measure, int] | None, done_before: int) -> int:
    sizes = [(task.promise.audience, task.items) for task in tasks]
    return minutes_needed(sizes, usual=usual, done_before=done_before)


def sender_of(contact_name: str, contact_email: str, company: str) -> dict[str, str]:
    """A letter comes from a person of HR, by name, and its reply goes to that person."""
    name = f"{contact_name} · {company}" if contact_name else ""
    return {"from_name": name, "reply_to": contact_email}


def _contact(card: RoundCard) -> str:
    parts = (card.contact_name, card.contact_phone, card.contact_email)
    return " ".join(part for part in parts if part)


@lru_cache(maxsize=4096)
def _names(locale: str, names: tuple[str, ...]) -> str:
    with force_locale(locale):
        return names_in_row(names)


@lru_cache(maxsize=1024)
def _deadline(
    closes_local: str, closes_at: datetime, zone: str, own_zone: str, locale: str
) -> Mapping[str, str]:
    """The deadline in words, on the reader's own clock first where that differs."""
    there, here = closes_at.astimezone(ZoneInfo(zone)), closes_at.astimezone(ZoneInfo(own_zone))
    last_day = min((there - timedelta(minutes=1)).date(), (here - timedelta(minutes=1)).date())
    with force_locale(locale):
        full = deadline_in_words(closes_local, zone)
        if here.utcoffset() != there.utcoffset():
            own = deadline_in_words(wall_time(closes_at, own_zone), own_zone)
            full = _("%(own)s (%(company)s)", own=own, company=full)
        pattern = "M月d日" if locale == "zh" else "d MMM"
        return {"deadline": full, "day": format_date(last_day, pattern, locale=locale)}


def with_link_of(letter: RenderedLetter, reviewer_id: int) -> RenderedLetter:
    """The same letter, once it is known whose link belongs into it."""
    return replace(letter, link_owner_id=reviewer_id)
