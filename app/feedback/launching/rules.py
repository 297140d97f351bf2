"""What becomes of a round's groups, and whether it may be launched. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.feedback.assigning.rules import (
    USUAL_LIMITS,
    Assignment,
    DoubleRole,
    GroupRule,
    Limits,
    Misfit,
    Subject,
    misfit_of,
    reciprocal_pairs,
)
from app.people.groups import RaterGroup

# Above the first a reviewer gets tired; above the second HR must confirm it.
MANY_FORMS = 8
MOST_FORMS = 15


class GroupFate(StrEnum):
    """What becomes of a group if everybody asked answers."""

    SHOWN = "shown"
    MERGED = "merged"  # too small alone; shown together with the others of its pool
    LEFT_OUT = "left_out"  # too small even so: it enters no number
    EMPTY = "empty"  # nobody is asked


def fate_of_groups(
    counts: Mapping[RaterGroup, int], groups: Sequence[GroupRule], cycle_k: int
) -> dict[RaterGroup, GroupFate]:
    """What becomes of each group of a scheme with so many answers."""
    pooled: Counter[str] = Counter()
    for rule in groups:
        if rule.pool is not None:
            pooled[rule.pool] += counts.get(rule.group, 0)
    fates = {}
    for rule in groups:
        count, needed = counts.get(rule.group, 0), rule.needed(cycle_k)
        if count == 0:
            fates[rule.group] = GroupFate.EMPTY
        elif count >= needed:
            fates[rule.group] = GroupFate.SHOWN
        elif rule.pool is not None and pooled[rule.pool] >= needed:
            fates[rule.group] = GroupFate.MERGED
        else:
            fates[rule.group] = GroupFate.LEFT_OUT
    return fates


def is_reportable(
    counts: Mapping[RaterGroup, int], groups: Sequence[GroupRule], cycle_k: int
) -> bool:
    """Whether a report can be made from so many answers.

    At least one protected group must count, alone or pooled: a report from the supervisor and the
    person alone would be no feedback from all round.
    """
    fates = fate_of_groups(counts, groups, cycle_k)
    return any(
        rule.protected and fates[rule.group] in {GroupFate.SHOWN, GroupFate.MERGED}
        for rule in groups
    )


# --- The launch -----------------------------------------------------------------------------------


class Check(StrEnum):
    """A line of the launch checklist; those of BLOCKING keep the button away."""

    NO_PARTICIPANTS = "no_participants"
    NOT_RATED = "not_rated"  # names: participants whom nobody but themselves is asked about
    MANAGER_PROTECTED = "manager_protected"  # names: participants whose manager is asked otherwise
    NO_EMAIL = "no_email"  # names: reviewers
    NO_LETTER = "no_letter"  # names: languages
    GROUP_MINIMUM = "group_minimum"
    SCHEME_FAULTY = "scheme_faulty"  # names: schemes
    DEADLINE_PAST = "deadline_past"
    MAIL_DOWN = "mail_down"
    MERGED = "merged"  # names: participants
    LEFT_OUT = "left_out"  # names: participants
    KPI_LOST = "kpi_lost"  # names: participants to whom a KPI read from answers will not apply
    OPTED_OUT = "opted_out"  # names: customers who asked for no more letters
    BELOW_LEAST = "below_least"  # names: participants
    ABOVE_MOST = "above_most"  # names: participants
    NOT_NOMINATED = "not_nominated"  # names: participants whose proposal was not approved
    RESTING = "resting"  # names: customers asked not long ago, each with the day that ends it
    CROWDED = "crowded"  # names: customers asked about fewer people than proposed
    DOUBLE_ROLE = "double_role"  # names: reviewers found in two groups of one participant
    RECIPROCAL = "reciprocal"  # names: pairs of peers who rate each other
    TOO_MANY_FORMS = "too_many_forms"  # names: reviewers; to be confirmed
    MANY_FORMS = "many_forms"  # names: reviewers
    SHORT_WINDOW = "short_window"  # count: working days
    HOLIDAY = "holiday"  # names: holidays with their days


BLOCKING = frozenset(
    {
        Check.NO_PARTICIPANTS,
        Check.NOT_RATED,
        Check.MANAGER_PROTECTED,
        Check.NO_EMAIL,
        Check.NO_LETTER,
        Check.GROUP_MINIMUM,
        Check.SCHEME_FAULTY,
        Check.DEADLINE_PAST,
    }
)
# These keep the button away until HR has said that it is to be so.
TO_CONFIRM = frozenset({Check.TOO_MANY_FORMS})
LEAST_K = 3
LEAST_WORKING_DAYS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """A KPI that is read from the answers of one group, and how many of them it takes."""

    kpi: str
    group: RaterGroup
    needed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    check: Check
    names: tuple[str, ...] = ()
    count: int = 0
    survey: Survey | None = None  # of KPI_LOST

    @property
    def blocks(self) -> bool:
        """Whether the round cannot be launched before this is put right."""
        return self.check in BLOCKING

    @property
    def asks(self) -> bool:
        """Whether the round is launched only if HR confirms this."""
        return self.check in TO_CONFIRM


@dataclass(frozen=True, kw_only=True, slots=True)
class LaunchFacts:
    """All that decides whether a round may go out; names are ready to be read."""

    now: datetime
    closes_at: datetime
    k_min: int
    working_days: int  # left to answer when the first letter leaves
    subjects: Sequence[Subject]
    assignments: Sequence[Assignment]
    names: Mapping[int, str]  # person → name, of participants and reviewers
    without_email: frozenset[int]
    missing_letters: tuple[str, ...] = ()
    faulty_schemes: tuple[str, ...] = ()
    opted_out: tuple[str, ...] = ()
    resting: tuple[str, ...] = ()
    crowded: tuple[str, ...] = ()
    holidays: tuple[str, ...] = ()
    limits: Limits = USUAL_LIMITS
    double_roles: Sequence[DoubleRole] = ()
    without_list: tuple[str, ...] = ()
    surveys: Mapping[int, Sequence[Survey]] = field(default_factory=dict)  # by participant
    mail_is_up: bool = True


def check_launch(facts: LaunchFacts) -> list[Finding]:
    """What stands in the way, blocking findings first, then what HR should know."""
    found = [*_blocking(facts), *_on_load(facts), *_warnings(facts)]
    return [finding for finding in found if finding is not None]


def _blocking(facts: LaunchFacts) -> Iterable[Finding | None]:
    names = facts.names
    rated = {row.participant_id for row in facts.assignments if row.group is not RaterGroup.SELF}
    unrated = [row.person_id for row in facts.subjects if row.participant_id not in rated]
    reviewers = {row.person_id for row in facts.assignments}
    if not facts.subjects:
        yield Finding(check=Check.NO_PARTICIPANTS)
    yield _named(Check.NOT_RATED, [names[person] for person in unrated])
    exposed = _with_manager_in_disguise(facts)
    yield _named(Check.MANAGER_PROTECTED, [names[person] for person in exposed])
    yield _named(Check.NO_EMAIL, [names[person] for person in reviewers & facts.without_email])
    yield _named(Check.NO_LETTER, facts.missing_letters)
    if facts.k_min < LEAST_K:
        yield Finding(check=Check.GROUP_MINIMUM)
    yield _named(Check.SCHEME_FAULTY, facts.faulty_schemes)
    if facts.closes_at <= facts.now:
        yield Finding(check=Check.DEADLINE_PAST)


def _with_manager_in_disguise(facts: LaunchFacts) -> list[int]:
    """Participants whose manager would be asked as anybody else than their supervisor."""
    disguised = {
        (row.participant_id, row.person_id)
        for row in facts.assignments
        if row.group is not RaterGroup.SUPERVISOR
    }
    return [
        row.person_id for row in facts.subjects if (row.participant_id, row.manager_id) in disguised
    ]


def _on_load(facts: LaunchFacts) -> Iterable[Finding | None]:
    forms = Counter(row.person_id for row in facts.assignments)
    over = [person for person, count in forms.items() if count > MOST_FORMS]
    busy = [person for person, count in forms.items() if MANY_FORMS < count <= MOST_FORMS]
    yield _named(Check.TOO_MANY_FORMS, [facts.names[person] for person in over])
    yield _named(Check.MANY_FORMS, [facts.names[person] for person in busy])


def _on_pairs(facts: LaunchFacts) -> Iterable[Finding | None]:
    doubled = {row.person_id for row in facts.double_roles}
    yield _named(Check.DOUBLE_ROLE, [facts.names[person] for person in doubled])
    pairs = reciprocal_pairs(facts.subjects, facts.assignments)
    yield _named(Check.RECIPROCAL, [f"{facts.names[a]} – {facts.names[b]}" for a, b in pairs])


def _warnings(facts: LaunchFacts) -> Iterable[Finding | None]:
    fates = fates_of_subjects(facts.subjects, facts.assignments, facts.k_min)
    for check, fate in ((Check.MERGED, GroupFate.MERGED), (Check.LEFT_OUT, GroupFate.LEFT_OUT)):
        found = [row for row in facts.subjects if fate in fates[row.participant_id].values()]
        yield _named(check, [facts.names[row.person_id] for row in found])
    yield from _lost_kpis(facts, fates)
    misfits = misfits_of_subjects(facts.subjects, facts.assignments, facts.limits, facts.k_min)
    for check, misfit in (
        (Check.BELOW_LEAST, Misfit.BELOW_LEAST),
        (Check.ABOVE_MOST, Misfit.ABOVE_MOST),
    ):
        found = [row for row in facts.subjects if misfit in misfits[row.participant_id].values()]
        yield _named(check, [facts.names[row.person_id] for row in found])
    yield _named(Check.NOT_NOMINATED, facts.without_list)
    yield _named(Check.OPTED_OUT, facts.opted_out)
    yield _named(Check.RESTING, facts.resting, in_order=True)
    yield _named(Check.CROWDED, facts.crowded)
    yield from _on_pairs(facts)
    if facts.subjects and facts.working_days < LEAST_WORKING_DAYS:
        yield Finding(check=Check.SHORT_WINDOW, count=facts.working_days)
    yield _named(Check.HOLIDAY, facts.holidays, in_order=True)
    if not facts.mail_is_up:
        yield Finding(check=Check.MAIL_DOWN)


def _lost_kpis(
    facts: LaunchFacts, fates: Mapping[int, Mapping[RaterGroup, GroupFate]]
) -> Iterable[Finding]:
    """One finding for each KPI whose answers will enter no result for somebody."""
    lost: dict[Survey, list[str]] = defaultdict(list)
    for row in facts.subjects:
        for survey in facts.surveys.get(row.participant_id, ()):
            if fates[row.participant_id][survey.group] in {GroupFate.EMPTY, GroupFate.LEFT_OUT}:
                lost[survey].append(facts.names[row.person_id])
    for survey, names in sorted(lost.items(), key=lambda found: found[0].kpi):
        yield Finding(
            check=Check.KPI_LOST, names=tuple(sorted(names)), count=len(names), survey=survey
        )


def _named(check: Check, names: Sequence[str], *, in_order: bool = False) -> Finding | None:
    if not names:
        return None
    listed = tuple(names) if in_order else tuple(sorted(names))
    return Finding(check=check, names=listed, count=len(names))


def count_groups(assignments: Iterable[Assignment]) -> dict[int, Counter[RaterGroup]]:
    """How many of each group are asked: participant → group → people."""
    counts: dict[int, Counter[RaterGroup]] = defaultdict(Counter)
    for row in assignments:
        counts[row.participant_id][row.group] += 1
    return dict(counts)


def fates_of_subjects(
    subjects: Sequence[Subject], assignments: Iterable[Assignment], cycle_k: int
) -> dict[int, dict[RaterGroup, GroupFate]]:
    """What becomes of each participant's groups if everybody asked answers."""
    counts = count_groups(assignments)
    return {
        row.participant_id: fate_of_groups(counts.get(row.participant_id, {}), row.groups, cycle_k)
        for row in subjects
    }


def misfits_of_subjects(
    subjects: Sequence[Subject], assignments: Iterable[Assignment], limits: Limits, cycle_k: int
) -> dict[int, dict[RaterGroup, Misfit]]:
    """Which of each participant's groups have fewer or more people than the round wants."""
    counts = count_groups(assignments)
    found: dict[int, dict[RaterGroup, Misfit]] = {row.participant_id: {} for row in subjects}
    for subject in subjects:
        asked = counts.get(subject.participant_id, Counter())
        for rule in subject.groups:
            misfit = misfit_of(asked[rule.group], rule, limits, cycle_k)
            if misfit is not None:
                found[subject.participant_id][rule.group] = misfit
    return found
