"""Who rates whom, and whether a round may be launched. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.people.groups import RaterGroup

MOST_PEERS = 6
# Above this a reviewer gets tired (experience.md 1.10).
MANY_FORMS = 8
# Which group a person is put into who could be proposed for several.
PROPOSAL_ORDER = (
    RaterGroup.SELF,
    RaterGroup.SUPERVISOR,
    RaterGroup.SUBORDINATE,
    RaterGroup.CUSTOMER,
    RaterGroup.PEER,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupRule:
    """How a scheme treats one rater group: how many must answer, and with whom it may be pooled."""

    group: RaterGroup
    k_min: int
    pool: str | None
    protected: bool

    def needed(self, cycle_k: int) -> int:
        """How many answers make the group count; the round may ask for more, never for fewer."""
        return max(self.k_min, cycle_k) if self.protected else self.k_min


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A participant: who rates them depends on their place and on their scheme's groups."""

    participant_id: int
    person_id: int
    manager_id: int | None
    groups: tuple[GroupRule, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What is known about how people work together, whoever takes part in the round."""

    manager_of: Mapping[int, int | None]  # every employee
    owner_of: Mapping[int, int | None]  # every customer contact
    standing: Mapping[int, Mapping[int, RaterGroup]]  # of the workbook: subject → reviewer → group


@dataclass(frozen=True, order=True, slots=True)
class Assignment:
    """One form to fill in: this person is asked about this participant, as one of this group."""

    participant_id: int
    person_id: int
    group: RaterGroup


Changes = Mapping[tuple[int, int], RaterGroup | None]


def propose_requests(
    subjects: Sequence[Subject], around: Surroundings, changes: Changes
) -> list[Assignment]:
    """Who is asked about whom.

    HR's changes for this round win over everything, then the workbook: a group for which it names
    anybody is taken from it alone. Other groups follow from the reporting line and from account
    ownership. The participant's manager, who reads the result, is asked as the supervisor whatever
    else was said. Groups that a participant's scheme does not have are left out.
    """
    lines = _Lines(around)
    found: list[Assignment] = []
    for subject in subjects:
        chosen = _without_changes(subject, around, lines)
        for (participant_id, person_id), group in changes.items():
            if participant_id == subject.participant_id:
                chosen.pop(person_id, None)
                if group is not None:
                    chosen[person_id] = _group_of(subject, person_id, group)
        known = {rule.group for rule in subject.groups}
        found += [
            Assignment(subject.participant_id, person_id, group)
            for person_id, group in chosen.items()
            if group in known
        ]
    return sorted(found)


class _Lines:
    """The reporting lines and accounts turned round: from a manager or owner to their people."""

    def __init__(self, around: Surroundings) -> None:
        self.reports = _turned_round(around.manager_of)
        self.contacts = _turned_round(around.owner_of)

    def propose(self, subject: Subject, group: RaterGroup) -> Sequence[int]:
        if group is RaterGroup.SELF:
            return [subject.person_id]
        if group is RaterGroup.SUPERVISOR:
            return [] if subject.manager_id is None else [subject.manager_id]
        if group is RaterGroup.SUBORDINATE:
            return self.reports.get(subject.person_id, ())
        if group is RaterGroup.CUSTOMER:
            return self.contacts.get(subject.person_id, ())
        return self._peers(subject)

    def _peers(self, subject: Subject) -> Sequence[int]:
        """The next colleagues in a ring, so that everybody is asked about as many as ask them."""
        if subject.manager_id is None:
            return []
        ring = self.reports.get(subject.manager_id, [])
        if subject.person_id not in ring:
            return ring[:MOST_PEERS]
        place = ring.index(subject.person_id)
        return (ring[place + 1 :] + ring[:place])[:MOST_PEERS]


def _turned_round(above: Mapping[int, int | None]) -> dict[int, list[int]]:
    below: dict[int, list[int]] = defaultdict(list)
    for person_id, owner_id in sorted(above.items()):
        if owner_id is not None:
            below[owner_id].append(person_id)
    return dict(below)


def _without_changes(
    subject: Subject, around: Surroundings, lines: _Lines
) -> dict[int, RaterGroup]:
    standing = around.standing.get(subject.person_id, {})
    chosen = {person: _group_of(subject, person, group) for person, group in standing.items()}
    named = set(chosen.values())
    for group in PROPOSAL_ORDER:
        if group in named:
            continue
        for person_id in lines.propose(subject, group):
            chosen.setdefault(person_id, _group_of(subject, person_id, group))
    chosen[subject.person_id] = RaterGroup.SELF
    return chosen


def _group_of(subject: Subject, person_id: int, group: RaterGroup) -> RaterGroup:
    """A manager among the protected could subtract their own answers from what they read."""
    return RaterGroup.SUPERVISOR if person_id == subject.manager_id else group


class GroupFate(StrEnum):
    """What becomes of a group if everybody asked answers."""

    SHOWN = "shown"
    MERGED = "merged"  # too small alone; shown together with the others of its pool
    LEFT_OUT = "left_out"  # too small even so: it enters no number
    EMPTY = "empty"  # nobody is asked


def fate_of_groups(
    counts: Mapping[RaterGroup, int], groups: Sequence[GroupRule], cycle_k: int
) -> dict[RaterGroup, GroupFate]:
    """What becomes of each group of a scheme with so many answers (promises.md rule 3)."""
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
    OPTED_OUT = "opted_out"  # names: customers who asked for no more letters
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
LEAST_K = 3
LEAST_WORKING_DAYS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    check: Check
    names: tuple[str, ...] = ()
    count: int = 0

    @property
    def blocks(self) -> bool:
        """Whether the round cannot be launched before this is put right."""
        return self.check in BLOCKING


@dataclass(frozen=True, kw_only=True, slots=True)
class LaunchFacts:
    """All that decides whether a round may go out; names are ready to be read."""

    now: datetime
    closes_at: datetime
    k_min: int
    working_days: int
    subjects: Sequence[Subject]
    assignments: Sequence[Assignment]
    names: Mapping[int, str]  # person → name, of participants and reviewers
    without_email: frozenset[int]
    missing_letters: tuple[str, ...] = ()
    faulty_schemes: tuple[str, ...] = ()
    opted_out: tuple[str, ...] = ()
    holidays: tuple[str, ...] = ()
    mail_is_up: bool = True


def check_launch(facts: LaunchFacts) -> list[Finding]:
    """What stands in the way, blocking findings first, then what HR should know."""
    found = [*_blocking(facts), *_warnings(facts)]
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


def _warnings(facts: LaunchFacts) -> Iterable[Finding | None]:
    fates = fates_of_subjects(facts.subjects, facts.assignments, facts.k_min)
    for check, fate in ((Check.MERGED, GroupFate.MERGED), (Check.LEFT_OUT, GroupFate.LEFT_OUT)):
        found = [row for row in facts.subjects if fate in fates[row.participant_id].values()]
        yield _named(check, [facts.names[row.person_id] for row in found])
    yield _named(Check.OPTED_OUT, facts.opted_out)
    forms = Counter(row.person_id for row in facts.assignments)
    busy = [person for person, count in forms.items() if count > MANY_FORMS]
    yield _named(Check.MANY_FORMS, [facts.names[person] for person in busy])
    if facts.subjects and facts.working_days < LEAST_WORKING_DAYS:
        yield Finding(check=Check.SHORT_WINDOW, count=facts.working_days)
    yield _named(Check.HOLIDAY, facts.holidays, in_order=True)
    if not facts.mail_is_up:
        yield Finding(check=Check.MAIL_DOWN)


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
