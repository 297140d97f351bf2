"""Gather what decides whether a round may be launched."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _

from app.clock import now
from app.cycles.holidays import holidays_between
from app.cycles.models import Cycle
from app.feedback.launching.emails import invitation_kind
from app.feedback.launching.queries import DraftRound
from app.feedback.launching.rules import LaunchFacts, Survey
from app.feedback.rules import promise_to
from app.mail.rendering import has_letter
from app.web.language import language, show_day


def gather_facts(
    cycle: Cycle, draft: DraftRound, *, working_days: int, mail_is_up: bool
) -> LaunchFacts:
    """The facts of a draft for the launch checklist, named in the reader's language."""
    zone = ZoneInfo(cycle.time_zone)
    first = max(cycle.opens_at, now()).astimezone(zone).date()
    last = (cycle.closes_at - timedelta(microseconds=1)).astimezone(zone).date()
    reviewers = [draft.people[person_id] for person_id in {a.person_id for a in draft.assignments}]
    letters = {(invitation_kind(person.kind), person.locale) for person in reviewers}
    return LaunchFacts(
        now=now(),
        closes_at=cycle.closes_at,
        k_min=cycle.k_min,
        working_days=working_days,
        subjects=draft.subjects,
        assignments=draft.assignments,
        names={person.id: person.name for person in draft.people.values()},
        without_email=frozenset(person.id for person in reviewers if not person.email),
        missing_letters=tuple(
            sorted({locale for kind, locale in letters if not has_letter(kind, locale)})
        ),
        faulty_schemes=tuple(
            scheme.name_zh if language() == "zh" else scheme.name_en
            for scheme in draft.schemes.values()
            if not scheme.is_sound
        ),
        holidays=tuple(
            f"{holiday.name_zh if language() == 'zh' else holiday.name_en} {_day(holiday.first)}"
            for holiday in holidays_between(first, last)
        ),
        opted_out=tuple(draft.people[person_id].name for person_id in draft.opted_out),
        limits=draft.limits,
        resting=resting_customers(draft),
        crowded=tuple(draft.people[person_id].name for person_id in draft.quota.crowded),
        double_roles=draft.double_roles,
        without_list=tuple(draft.people[person_id].name for person_id in draft.without_list),
        surveys=_surveys(draft, cycle.k_min),
        mail_is_up=mail_is_up,
    )


def _surveys(draft: DraftRound, k_min: int) -> dict[int, tuple[Survey, ...]]:
    """Per participant the KPIs that are read from the answers, named in the reader's language."""
    read = {
        scheme.id: tuple(
            Survey(
                kpi=zh if language() == "zh" else en, group=rule.group, needed=rule.needed(k_min)
            )
            for rule in scheme.groups()
            for zh, en in promise_to(rule.group, scheme.definition, k_min=k_min).kpis
        )
        for scheme in draft.schemes.values()
    }
    return {participant: read[scheme_id] for participant, scheme_id in draft.scheme_of.items()}


def resting_customers(draft: DraftRound) -> tuple[str, ...]:
    """Customers left in peace with the day from which they may be asked; the first comes first."""
    rows = sorted(
        (day, draft.people[person_id].name) for person_id, day in draft.quota.resting.items()
    )
    return tuple(
        str(_("%(name)s (from %(day)s)", name=name, day=show_day(day))) for day, name in rows
    )


def _day(day: date) -> str:
    return format_date(day, "M月d日" if language() == "zh" else "d MMM", locale=language())
