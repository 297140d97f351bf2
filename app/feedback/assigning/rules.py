"""Who rates whom: proposed from the workbook, the reporting line and the accounts. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.people.groups import RaterGroup

MOST_PEERS = 6
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
    chosen: dict[int, RaterGroup] = {}
    for person_id, group in _candidates(subject, around, lines):
        chosen.setdefault(person_id, _group_of(subject, person_id, group))
    chosen[subject.person_id] = RaterGroup.SELF
    return chosen


def _candidates(
    subject: Subject, around: Surroundings, lines: _Lines
) -> Iterator[tuple[int, RaterGroup]]:
    """Everybody who could be asked, as each group they were found in; the first one counts."""
    standing = around.standing.get(subject.person_id, {})
    yield from standing.items()
    named = {_group_of(subject, person_id, group) for person_id, group in standing.items()}
    for group in PROPOSAL_ORDER:
        if group not in named:
            for person_id in lines.propose(subject, group):
                yield person_id, group


def _group_of(subject: Subject, person_id: int, group: RaterGroup) -> RaterGroup:
    """A manager among the protected could subtract their own answers from what they read."""
    return RaterGroup.SUPERVISOR if person_id == subject.manager_id else group


# --- What to look at twice ------------------------------------------------------------------------


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class DoubleRole:
    """Somebody found in several groups of one participant: asked as one, though also another."""

    participant_id: int
    person_id: int
    asked_as: RaterGroup
    also: tuple[RaterGroup, ...]


def double_roles(
    subjects: Sequence[Subject], around: Surroundings, changes: Changes
) -> list[DoubleRole]:
    """Who stands in several groups of one participant, while nobody has chosen between them.

    A group that HR chose for this round settles the matter.
    """
    lines = _Lines(around)
    found = []
    for subject in subjects:
        for person_id, groups in _groups_of_candidates(subject, around, lines).items():
            asked_as = _group_of(subject, person_id, groups[0])
            also = tuple(group for group in groups if group is not asked_as)
            if also and (subject.participant_id, person_id) not in changes:
                found.append(
                    DoubleRole(
                        participant_id=subject.participant_id,
                        person_id=person_id,
                        asked_as=asked_as,
                        also=also,
                    )
                )
    return sorted(found)


def _groups_of_candidates(
    subject: Subject, around: Surroundings, lines: _Lines
) -> dict[int, list[RaterGroup]]:
    """The groups of the scheme in which each candidate was found, each group once."""
    known = {rule.group for rule in subject.groups}
    groups: dict[int, list[RaterGroup]] = {}
    for person_id, group in _candidates(subject, around, lines):
        if group in known and group not in groups.get(person_id, ()):
            groups.setdefault(person_id, []).append(group)
    return groups


def reciprocal_pairs(
    subjects: Sequence[Subject], assignments: Sequence[Assignment]
) -> list[tuple[int, int]]:
    """Pairs of people who rate each other as peers, each pair once, the lower id first."""
    person_of = {subject.participant_id: subject.person_id for subject in subjects}
    asked = {
        (row.person_id, person_of[row.participant_id])
        for row in assignments
        if row.group is RaterGroup.PEER
    }
    return sorted((one, other) for one, other in asked if one < other and (other, one) in asked)
