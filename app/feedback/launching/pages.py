"""A draft as its pages show it: who is asked about whom, and which groups are too small."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from app.cycles.models import Participant
from app.feedback.assigning.rules import GroupLimit, Limits, Misfit, misfit_of, reciprocal_pairs
from app.feedback.launching.queries import DraftRound, PersonCard
from app.feedback.launching.rules import (
    MANY_FORMS,
    GroupFate,
    count_groups,
    fate_of_groups,
    fates_of_subjects,
    misfits_of_subjects,
)
from app.people.groups import RaterGroup

PAGE = 100
RISKY = frozenset({GroupFate.MERGED, GroupFate.LEFT_OUT})


@dataclass(frozen=True, kw_only=True, slots=True)
class PeopleRow:
    participant_id: int
    name: str
    place: str
    counts: Mapping[RaterGroup, int]
    fates: Mapping[RaterGroup, GroupFate]
    misfits: Mapping[RaterGroup, Misfit]

    @property
    def is_risky(self) -> bool:
        is_small = not RISKY.isdisjoint(self.fates.values())
        return is_small or not self.raters or Misfit.BELOW_LEAST in self.misfits.values()

    @property
    def raters(self) -> int:
        """How many others are asked."""
        return sum(count for group, count in self.counts.items() if group is not RaterGroup.SELF)

    def risks(self) -> list[tuple[RaterGroup, GroupFate, int]]:
        """The groups that are too small, what becomes of them, and how many are asked."""
        return [
            (group, fate, self.counts.get(group, 0))
            for group, fate in self.fates.items()
            if fate in RISKY
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class PeoplePage:
    """A hundred participants of those that fit the search, and the totals of all."""

    rows: list[PeopleRow]
    groups: list[RaterGroup]
    participants: int
    requests: int
    reviewers: int
    risky: int
    found: int
    number: int
    only_risky: bool
    name: str
    k_min: int
    limits: Limits

    @property
    def has_next(self) -> bool:
        return self.number * PAGE < self.found

    @classmethod
    def of(cls, draft: DraftRound, k_min: int, *, only_risky: bool, name: str, number: int) -> Self:
        rows = _rows(draft, k_min)
        found = [
            row
            for row in rows
            if (row.is_risky or not only_risky) and name.strip().casefold() in row.name.casefold()
        ]
        number = max(1, number)
        used = {rule.group for scheme in draft.schemes.values() for rule in scheme.groups()}
        return cls(
            rows=found[(number - 1) * PAGE : number * PAGE],
            groups=[group for group in RaterGroup if group in used],
            participants=len(rows),
            requests=len(draft.assignments),
            reviewers=len({row.person_id for row in draft.assignments}),
            risky=sum(row.is_risky for row in rows),
            found=len(found),
            number=number,
            only_risky=only_risky,
            name=name,
            k_min=k_min,
            limits=draft.limits,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedPerson:
    """Somebody who is asked about a participant, with what HR should look at twice."""

    card: PersonCard
    group: RaterGroup
    also: tuple[RaterGroup, ...]  # the groups in which they were found as well
    is_mutual: bool  # peers who rate each other
    forms: int  # in the whole round

    @property
    def is_busy(self) -> bool:
        return self.forms > MANY_FORMS

    @property
    def choices(self) -> tuple[RaterGroup, ...]:
        """Between which groups HR may choose: a manager can be nothing but the supervisor."""
        if not self.also or self.group is RaterGroup.SUPERVISOR:
            return (self.group,) if self.also else ()
        return (self.group, *self.also)


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupOfPerson:
    """One group of a participant: who is asked, what becomes of it, how many are wanted."""

    group: RaterGroup
    fate: GroupFate
    limit: GroupLimit
    misfit: Misfit | None
    people: list[AskedPerson]


@dataclass(frozen=True, kw_only=True, slots=True)
class SparedCustomer:
    """A customer who is not asked; `again_on` is None where others of the round came first."""

    card: PersonCard
    again_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonPage:
    """Who is asked about one participant, group by group."""

    participant_id: int
    subject: PersonCard
    groups: list[GroupOfPerson]
    spared: list[SparedCustomer]
    k_min: int


def person_page(draft: DraftRound, participant: Participant, k_min: int) -> PersonPage:
    """Every group of the participant's scheme, empty ones too."""
    scheme = draft.schemes[participant.scheme_id]
    asked = [row for row in draft.assignments if row.participant_id == participant.id]
    counts = count_groups(asked).get(participant.id, Counter())
    fates = fate_of_groups(counts, scheme.groups(), k_min)
    people = _asked_people(draft, participant)
    return PersonPage(
        participant_id=participant.id,
        subject=draft.people[participant.person_id],
        groups=[
            GroupOfPerson(
                group=rule.group,
                fate=fates[rule.group],
                limit=draft.limits.of(rule, k_min),
                misfit=misfit_of(counts[rule.group], rule, draft.limits, k_min),
                people=[person for person in people if person.group is rule.group],
            )
            for rule in scheme.groups()
        ],
        spared=[
            SparedCustomer(
                card=draft.people[row.person_id],
                again_on=draft.quota.resting.get(row.person_id),
            )
            for row in draft.quota.left_out
            if row.participant_id == participant.id
        ],
        k_min=k_min,
    )


def _asked_people(draft: DraftRound, participant: Participant) -> list[AskedPerson]:
    forms = Counter(row.person_id for row in draft.assignments)
    also = {
        row.person_id: row.also
        for row in draft.double_roles
        if row.participant_id == participant.id
    }
    pairs = reciprocal_pairs(draft.subjects, draft.assignments)
    mutual = {sum(pair) - participant.person_id for pair in pairs if participant.person_id in pair}
    people = [
        AskedPerson(
            card=draft.people[row.person_id],
            group=row.group,
            also=also.get(row.person_id, ()),
            is_mutual=row.group is RaterGroup.PEER and row.person_id in mutual,
            forms=forms[row.person_id],
        )
        for row in draft.assignments
        if row.participant_id == participant.id
    ]
    return sorted(people, key=lambda person: (person.card.name, person.card.id))


def _rows(draft: DraftRound, k_min: int) -> list[PeopleRow]:
    counts = count_groups(draft.assignments)
    fates = fates_of_subjects(draft.subjects, draft.assignments, k_min)
    misfits = misfits_of_subjects(draft.subjects, draft.assignments, draft.limits, k_min)
    rows = [
        PeopleRow(
            participant_id=subject.participant_id,
            name=draft.people[subject.person_id].name,
            place=draft.people[subject.person_id].place,
            counts=counts.get(subject.participant_id, {}),
            fates=fates[subject.participant_id],
            misfits=misfits[subject.participant_id],
        )
        for subject in draft.subjects
    ]
    return sorted(rows, key=lambda row: (row.place, row.name, row.participant_id))
