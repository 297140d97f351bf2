"""Which rater groups make a line of a competency: who answered, who is pooled, who is too few.

Decided on counts alone, never on answers, so that the structure of the lines tells nothing about
what anybody wrote.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.scoring.example import Group
from app.scoring.numbers import decimal_text
from app.scoring.tally import RaterMean

Means = Mapping[str, Sequence[RaterMean]]
"""Group → its raters' means, only of those who count."""


class Event(StrEnum):
    """What happened to a group, or to a whole competency, on the way to its score."""

    ABSENT = "{group}: absent -> renormalised"
    ABSENT_FALLBACK = "{group}: absent -> weight to supervisor"
    ABSENT_HELD = "{group}: absent -> held"
    POOLED = "pooled {group}"
    SUPPRESSED = "{group}: n={n}<k_min -> suppressed, renormalised"
    SUPPRESSED_FALLBACK = "{group}: n={n}<k_min -> suppressed, weight to supervisor"
    SUPPRESSED_HELD = "{group}: n={n}<k_min -> held"
    INSUFFICIENT = "surviving weight {weight}<{needed} -> insufficient"


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A line of the audit: why the weights of a competency are what they are.

    ``competency`` is its id, or a dimension's where raters' overall means come first. ``group`` is
    the label of the line, ``members`` the ids of the groups in it.
    """

    competency: str
    event: Event
    group: str = ""
    members: tuple[str, ...] = ()
    n: int = 0
    weight: Fraction = Fraction()
    needed: Fraction = Fraction()

    def text(self) -> str:
        weight, needed = decimal_text(self.weight), decimal_text(self.needed)
        line = self.event.value.format(group=self.group, n=self.n, weight=weight, needed=needed)
        return f"{self.competency}: {line}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """The finest line that is ever shown: a group, or groups pooled person by person."""

    label: str
    members: tuple[str, ...]
    weight: Fraction
    k_min: int
    means: tuple[RaterMean, ...]
    expected: bool = True

    @property
    def n(self) -> int:
        return len(self.means)

    @property
    def survives(self) -> bool:
        """Whether enough answered for its answers to enter any number."""
        return self.n >= self.k_min


def cells_of(groups: Iterable[Group], means: Means) -> list[Cell]:
    """A cell for every group that weighs something, small ones pooled; nobody is a cell of n = 0.

    A group that nobody answered for joins no pool.
    """
    weighing = [group for group in groups if group.weight > 0]
    present = [group for group in weighing if group.id in means]
    cells = []
    for group in weighing:
        pooled = _pooled_with(group, present, means) if group.id in means else [group]
        if group == pooled[0]:
            cells.append(_cell(pooled, means))
    return cells


def _pooled_with(group: Group, present: Sequence[Group], means: Means) -> list[Group]:
    """The groups that share a line with this one: its whole pool once one of it is too small."""
    pool = [other for other in present if group.pool is not None and other.pool == group.pool]
    too_small = any(len(means[other.id]) < other.k_min for other in pool)
    return pool if too_small else [group]


def _cell(groups: Sequence[Group], means: Means) -> Cell:
    ids = sorted(group.id for group in groups)
    return Cell(
        label="+".join(ids),
        members=tuple(ids),
        weight=sum((group.weight for group in groups), start=Fraction()),
        k_min=max(group.k_min for group in groups),
        means=tuple(one for group in groups for one in means.get(group.id, ())),
        expected=not all(group.absent for group in groups),
    )
