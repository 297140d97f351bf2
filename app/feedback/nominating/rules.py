"""Who may stand on a list of reviewers, when a list is complete, and who may do what. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.people.groups import RaterGroup

LONGEST_REASON = 500


class ListState(StrEnum):
    """How far a list is."""

    ASKED = "asked"  # the employee has not sent it yet
    PROPOSED = "proposed"
    RETURNED = "returned"
    APPROVED = "approved"


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Somebody who could be asked. `forms` are those they have from others in this round."""

    person_id: int
    name: str
    place: str
    forms: int
    most_forms: int
    is_chosen: bool = False
    rests_until: date | None = None  # a customer who was asked not long ago

    @property
    def is_full(self) -> bool:
        """Whether they cannot take one more."""
        return self.forms >= self.most_forms or self.rests_until is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupOfList:
    """One group of a list: everybody who could be asked, and how many are wanted."""

    group: RaterGroup
    least: int
    most: int | None
    candidates: tuple[Candidate, ...]

    @property
    def chosen(self) -> tuple[Candidate, ...]:
        return tuple(one for one in self.candidates if one.is_chosen)

    @property
    def wanted(self) -> int:
        """The least, or all there are: reports and customers cannot be made more numerous."""
        if self.group is RaterGroup.PEER:
            return self.least
        free = sum(not one.is_full for one in self.candidates)
        return min(self.least, free)

    def with_ticks(self, person_ids: frozenset[int]) -> "GroupOfList":
        """The same group with exactly these chosen; whoever is no candidate is passed over."""
        marked = (replace(one, is_chosen=one.person_id in person_ids) for one in self.candidates)
        return replace(self, candidates=tuple(marked))


Ticks = Mapping[RaterGroup, frozenset[int]]


class ListFault(StrEnum):
    """Why a list cannot be sent or approved."""

    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    FULL = "full"  # somebody has as many forms as a reviewer gets, or rests


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A fault of one group; `count` is the limit that it misses."""

    fault: ListFault
    group: RaterGroup
    count: int = 0
    names: tuple[str, ...] = ()


def faults_of_list(groups: Sequence[GroupOfList]) -> list[Finding]:
    """Everything that is to be put right, group by group."""
    found = []
    for group in groups:
        number = len(group.chosen)
        if number < group.wanted:
            found.append(Finding(fault=ListFault.TOO_FEW, group=group.group, count=group.wanted))
        if group.most is not None and number > group.most:
            found.append(Finding(fault=ListFault.TOO_MANY, group=group.group, count=group.most))
        full = tuple(one.name for one in group.chosen if one.is_full)
        if full:
            found.append(Finding(fault=ListFault.FULL, group=group.group, names=full))
    return found


class Side(StrEnum):
    """Who acts on a list."""

    EMPLOYEE = "employee"
    MANAGER = "manager"
    HR = "hr"


class Act(StrEnum):
    """What is done with a list."""

    KEEP = "keep"  # save the choice, whether or not it is complete
    PROPOSE = "propose"
    APPROVE = "approve"
    RETURN = "return"


class Refusal(StrEnum):
    """Why an act is not possible; in the order in which it is looked for."""

    LAUNCHED = "launched"
    SWITCHED_OFF = "switched_off"
    APPROVED = "approved"  # the employee's part is done
    OVER = "over"
    NOT_PROPOSED = "not_proposed"
    CHANGED = "changed"  # somebody else wrote the list after this page was opened


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """How a list stands when somebody acts on it."""

    side: Side
    act: Act
    state: ListState
    is_launched: bool
    is_on: bool
    is_over: bool  # the last day for the employee
    is_current: bool  # the page showed the newest list


def refusal_of(moment: Moment) -> Refusal | None:
    """Why the act is not possible; None when it is.

    The employee proposes until the last day is over or the list is approved. The manager decides
    about what is proposed, and after the last day about every list; HR about every list at any
    time before the launch. Only what can still be changed by the employee is returned.
    """
    is_employee, is_manager = moment.side is Side.EMPLOYEE, moment.side is Side.MANAGER
    waits = moment.state in {ListState.ASKED, ListState.RETURNED}
    needs_time = is_employee or moment.act is Act.RETURN
    checks = (
        (moment.is_launched, Refusal.LAUNCHED),
        (not moment.is_on, Refusal.SWITCHED_OFF),
        (is_employee and moment.state is ListState.APPROVED, Refusal.APPROVED),
        (needs_time and moment.is_over, Refusal.OVER),
        (is_manager and waits and not moment.is_over, Refusal.NOT_PROPOSED),
        (not moment.is_current, Refusal.CHANGED),
    )
    return next((refusal for met, refusal in checks if met), None)
