"""Who rates whom: proposed from the workbook, the reporting line and the accounts. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from app.people.groups import RaterGroup

MOST_PEERS = 6
USUAL_LOAD_CAP = 8
HIGHEST_LOAD_CAP = 15
HIGHEST_LIMIT = 50
# Which group a person is put into who could be proposed for several; peers come last.
FOUND_BY_LINES = (
    RaterGroup.SELF,
    RaterGroup.SUPERVISOR,
    RaterGroup.SUBORDINATE,
    RaterGroup.CUSTOMER,
)

# Whom the person reviewed may propose: their lists decide these groups alone.
NOMINATED = (RaterGroup.PEER, RaterGroup.SUBORDINATE, RaterGroup.CUSTOMER)


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

    @property
    def known(self) -> frozenset[RaterGroup]:
        """The groups that the scheme has."""
        return frozenset(rule.group for rule in self.groups)


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What is known about how people work together, whoever takes part in the round."""

    manager_of: Mapping[int, int | None]  # every employee
    owner_of: Mapping[int, int | None]  # every customer contact
    standing: Mapping[int, Mapping[int, RaterGroup]]  # of the workbook: subject → reviewer → group
    # Lists that employees proposed and that were approved: subject → reviewer → group.
    approved: Mapping[int, Mapping[int, RaterGroup]] = field(default_factory=dict)

    def named_for(self, subject: Subject) -> tuple[Mapping[int, RaterGroup], set[RaterGroup]]:
        """Who was named for a subject, by list or workbook, and the groups that are decided so.

        An approved list decides its groups even where it names nobody.
        """
        standing = self.standing.get(subject.person_id, {})
        chosen = self.approved.get(subject.person_id)
        if chosen is None:
            people = standing
        else:
            kept = {one: group for one, group in standing.items() if group not in NOMINATED}
            people = {**kept, **chosen}
        named = {_group_of(subject, one, group) for one, group in people.items()}
        return people, named if chosen is None else named.union(NOMINATED)


@dataclass(frozen=True, order=True, slots=True)
class Assignment:
    """One form to fill in: this person is asked about this participant, as one of this group."""

    participant_id: int
    person_id: int
    group: RaterGroup


Changes = Mapping[tuple[int, int], RaterGroup | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupLimit:
    """How many of a group should be asked about one participant; None stands for any number."""

    least: int
    most: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What HR decided for a round. Where nothing was decided, the usual holds."""

    groups: Mapping[RaterGroup, GroupLimit] = field(default_factory=dict)
    load_cap: int = USUAL_LOAD_CAP  # forms; nobody with so many is proposed as a peer

    def of(self, rule: GroupRule, cycle_k: int) -> GroupLimit:
        """The limit of a scheme's group in a round whose minimum is `cycle_k`."""
        decided = self.groups.get(rule.group)
        return decided or GroupLimit(
            least=rule.needed(cycle_k) if rule.protected else 0, most=self.most(rule.group)
        )

    def most(self, group: RaterGroup) -> int | None:
        """How many of a group are proposed at most."""
        decided = self.groups.get(group)
        if decided is not None:
            return decided.most
        return MOST_PEERS if group is RaterGroup.PEER else None


USUAL_LIMITS = Limits()


class LimitFault(StrEnum):
    """Why limits cannot be used."""

    MOST_BELOW_LEAST = "most_below_least"
    OUT_OF_RANGE = "out_of_range"
    LOAD_CAP_OUT_OF_RANGE = "load_cap_out_of_range"


def faults_of_limits(limits: Limits) -> list[LimitFault]:
    """Everything that is wrong with limits."""
    found = set()
    for limit in limits.groups.values():
        if not 0 <= limit.least <= HIGHEST_LIMIT or not 1 <= (limit.most or 1) <= HIGHEST_LIMIT:
            found.add(LimitFault.OUT_OF_RANGE)
        elif limit.most is not None and limit.most < limit.least:
            found.add(LimitFault.MOST_BELOW_LEAST)
    if not 1 <= limits.load_cap <= HIGHEST_LOAD_CAP:
        found.add(LimitFault.LOAD_CAP_OUT_OF_RANGE)
    return sorted(found)


class Misfit(StrEnum):
    """How a group misses its limit."""

    BELOW_LEAST = "below_least"
    ABOVE_MOST = "above_most"


def misfit_of(number: int, rule: GroupRule, limits: Limits, cycle_k: int) -> Misfit | None:
    """Whether so many of a group are too few or too many.

    A minimum that nobody decided is the number that the group needs to be shown; a group below it
    is told of as one that will be combined or left out, so it is no misfit as well.
    """
    limit = limits.of(rule, cycle_k)
    if number < limit.least and rule.group in limits.groups:
        return Misfit.BELOW_LEAST
    return Misfit.ABOVE_MOST if limit.most is not None and number > limit.most else None


def propose_requests(
    subjects: Sequence[Subject],
    around: Surroundings,
    changes: Changes,
    limits: Limits = USUAL_LIMITS,
) -> list[Assignment]:
    """Who is asked about whom.

    HR's changes for this round win over everything, then a list that was approved, then the
    workbook: a group for which it names anybody is taken from it alone. Other groups follow from
    the reporting line and from account ownership, up to the most of the group; no peer is proposed
    who has as many forms as the cap allows. The participant's manager, who reads the result, is
    asked as the supervisor whatever else was said. Groups that a participant's scheme does not have
    are left out.
    """
    lines = _Lines(around)
    chosen = {
        subject.participant_id: _without_peers(subject, around, lines, limits)
        for subject in subjects
    }
    _add_peers(subjects, around, lines, limits, chosen)
    of_participant = {subject.participant_id: subject for subject in subjects}
    for (participant_id, person_id), group in changes.items():
        subject = of_participant.get(participant_id)
        if subject is not None:
            chosen[participant_id].pop(person_id, None)
            if group is not None:
                chosen[participant_id][person_id] = _group_of(subject, person_id, group)
    return sorted(
        Assignment(subject.participant_id, person_id, group)
        for subject in subjects
        for person_id, group in chosen[subject.participant_id].items()
        if group in subject.known
    )


class _Lines:
    """The reporting lines and accounts turned round: from a manager or owner to their people."""

    def __init__(self, around: Surroundings) -> None:
        self.reports = _turned_round(around.manager_of)
        self.contacts = _turned_round(around.owner_of)
        self._places = {
            person_id: place
            for ring in self.reports.values()
            for place, person_id in enumerate(ring)
        }

    def find(self, subject: Subject, group: RaterGroup) -> Sequence[int]:
        """Everybody of a group but the peers, whom `ring` gives."""
        if group is RaterGroup.SELF:
            return [subject.person_id]
        if group is RaterGroup.SUPERVISOR:
            return [] if subject.manager_id is None else [subject.manager_id]
        if group is RaterGroup.SUBORDINATE:
            return self.reports.get(subject.person_id, ())
        return self.contacts.get(subject.person_id, ())

    def ring(self, subject: Subject) -> Iterator[int]:
        """The colleagues in a ring, so that everybody is asked about as many as ask them."""
        ring = [] if subject.manager_id is None else self.reports.get(subject.manager_id, [])
        place = self._places.get(subject.person_id, len(ring))
        start = place + 1 if subject.person_id in ring[place : place + 1] else 0
        for step in range(len(ring)):
            person_id = ring[(start + step) % len(ring)]
            if person_id != subject.person_id:
                yield person_id


def _turned_round(above: Mapping[int, int | None]) -> dict[int, list[int]]:
    below: dict[int, list[int]] = defaultdict(list)
    for person_id, owner_id in sorted(above.items()):
        if owner_id is not None:
            below[owner_id].append(person_id)
    return dict(below)


def _without_peers(
    subject: Subject, around: Surroundings, lines: _Lines, limits: Limits
) -> dict[int, RaterGroup]:
    people, named = around.named_for(subject)
    chosen = {person: _group_of(subject, person, group) for person, group in people.items()}
    for group in FOUND_BY_LINES:
        if group not in named:
            for person_id in lines.find(subject, group)[: limits.most(group)]:
                chosen.setdefault(person_id, _group_of(subject, person_id, group))
    chosen[subject.person_id] = RaterGroup.SELF
    return chosen


def _add_peers(
    subjects: Sequence[Subject],
    around: Surroundings,
    lines: _Lines,
    limits: Limits,
    chosen: Mapping[int, dict[int, RaterGroup]],
) -> None:
    """One peer for each in turn, so that a low cap takes from everybody alike."""
    load = Counter(
        person_id
        for subject in subjects
        for person_id, group in chosen[subject.participant_id].items()
        if group in subject.known
    )
    waiting = [
        (chosen[subject.participant_id], lines.ring(subject))
        for subject in subjects
        if RaterGroup.PEER in subject.known and RaterGroup.PEER not in around.named_for(subject)[1]
    ]
    most = limits.most(RaterGroup.PEER)
    turns = range(most) if most is not None else count()
    for _turn in turns:
        waiting = [pair for pair in waiting if _add_peer(*pair, load, limits.load_cap)]
        if not waiting:
            break


def _add_peer(
    asked: dict[int, RaterGroup], ring: Iterator[int], load: Counter[int], cap: int
) -> bool:
    """The next colleague who is not asked yet and can take another form; False without any."""
    for person_id in ring:
        if person_id not in asked and load[person_id] < cap:
            asked[person_id] = RaterGroup.PEER
            load[person_id] += 1
            return True
    return False


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
    """The groups of the scheme in which each candidate was found, each group once.

    Colleagues are looked for among those found otherwise: nobody is a colleague twice.
    """
    groups: dict[int, list[RaterGroup]] = {}
    for person_id, group in _candidates(subject, around, lines):
        if group in subject.known and group not in groups.get(person_id, ()):
            groups.setdefault(person_id, []).append(group)
    return groups


def _candidates(
    subject: Subject, around: Surroundings, lines: _Lines
) -> Iterator[tuple[int, RaterGroup]]:
    standing, named = around.named_for(subject)
    yield from standing.items()
    for group in FOUND_BY_LINES:
        if group not in named:
            yield from ((person_id, group) for person_id in lines.find(subject, group))
    if RaterGroup.PEER not in named and subject.manager_id is not None:
        for person_id in standing:
            is_colleague = around.manager_of.get(person_id) == subject.manager_id
            if is_colleague and person_id != subject.person_id:
                yield person_id, RaterGroup.PEER


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
