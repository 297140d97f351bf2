"""九宫格: performance beside potential, never averaged with it.

Each axis has three half-open bands, kept as lower bounds. A cell's number is 3·row + column, with
potential as the row and performance as the column, both counted from the lowest, 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from app.scoring.errors import Complaint, ScoringError
from app.scoring.node import Node, require_distinct
from app.scoring.numbers import decimal_text, exact
from app.scoring.workings import Explanation

SIDE = 3

CELL_NAMES = (
    Explanation(zh="亟待改进", en="Needs action"),
    Explanation(zh="稳定贡献者", en="Steady contributor"),
    Explanation(zh="专业能手", en="Trusted professional"),
    Explanation(zh="有待提升", en="Inconsistent performer"),
    Explanation(zh="中坚力量", en="Core performer"),
    Explanation(zh="绩效骨干", en="High performer"),
    Explanation(zh="潜力待发", en="Untapped potential"),
    Explanation(zh="成长之星", en="Rising performer"),
    Explanation(zh="明星人才", en="Star"),
)
BAND_NAMES = (
    Explanation(zh="低", en="low"),
    Explanation(zh="中", en="middle"),
    Explanation(zh="高", en="high"),
)


class Missing(StrEnum):
    """Which figure a person lacks to have a place."""

    PERFORMANCE = "performance"
    POTENTIAL = "potential"
    BOTH = "both"


NOT_PLACED = {
    Missing.PERFORMANCE: Explanation(
        zh="{name}：未入格，没有绩效得分。", en="{name}: not placed, there is no performance score."
    ),
    Missing.POTENTIAL: Explanation(
        zh="{name}：未入格，没有潜力评估。", en="{name}: not placed, potential was not assessed."
    ),
    Missing.BOTH: Explanation(
        zh="{name}：未入格，绩效得分和潜力评估均缺。",
        en="{name}: not placed, there is neither a performance score nor a view of potential.",
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """The lowest figures that count as middle and as high; whatever is below is low."""

    middle: Fraction
    high: Fraction

    def band(self, figure: Fraction) -> int:
        """0 for low, 1 for middle, 2 for high."""
        return (figure >= self.middle) + (figure >= self.high)


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """A person's published score and, from an instrument of its own, potential."""

    id: str
    name: str
    performance: Fraction | None
    potential: Fraction | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One of the nine, with its people by id."""

    number: int
    people: tuple[Profile, ...]

    @property
    def performance_band(self) -> int:
        return self.number % SIDE

    @property
    def potential_band(self) -> int:
        return self.number // SIDE

    @property
    def name(self) -> Explanation:
        return CELL_NAMES[self.number]

    @property
    def count(self) -> int:
        return len(self.people)


@dataclass(frozen=True, kw_only=True, slots=True)
class NineBox:
    """All nine cells by number, and who is not placed for want of what, by id."""

    cells: tuple[Cell, ...]
    not_placed: tuple[tuple[Profile, Missing], ...]


def nine_box(people: Sequence[Profile], *, performance: Axis, potential: Axis) -> NineBox:
    """Place everybody who has both figures.

    Refuses ids used twice, binary floats, and an axis whose high does not lie above its middle.
    """
    performance = _read_axis(performance, "/performance")
    potential = _read_axis(potential, "/potential")
    require_distinct(Node(one.id, f"/people/{place}/id") for place, one in enumerate(people))
    profiles = [_read_profile(one, f"/people/{place}") for place, one in enumerate(people)]
    cells: list[list[Profile]] = [[] for _ in range(SIDE * SIDE)]
    not_placed: list[tuple[Profile, Missing]] = []
    for one in sorted(profiles, key=lambda profile: profile.id):
        if one.performance is None or one.potential is None:
            not_placed.append((one, _missing(one)))
        else:
            row, column = potential.band(one.potential), performance.band(one.performance)
            cells[SIDE * row + column].append(one)
    return NineBox(
        cells=tuple(Cell(number=place, people=tuple(who)) for place, who in enumerate(cells)),
        not_placed=tuple(not_placed),
    )


def explain_cell(cell: Cell) -> Explanation:
    """``Star (performance high, potential high): 4 people``."""
    across, up = BAND_NAMES[cell.performance_band], BAND_NAMES[cell.potential_band]
    people = "person" if cell.count == 1 else "people"
    return Explanation(
        zh=f"{cell.name.zh}（绩效{across.zh}、潜力{up.zh}）：{cell.count} 人",
        en=f"{cell.name.en} (performance {across.en}, potential {up.en}): {cell.count} {people}",
    )


def explain_not_placed(box: NineBox) -> list[Explanation]:
    """Who is not placed and why, by name."""
    return [NOT_PLACED[reason].filled(name=one.name) for one, reason in box.not_placed]


def _read_axis(axis: Axis, where: str) -> Axis:
    middle, high = exact(axis.middle, f"{where}/middle"), exact(axis.high, f"{where}/high")
    if middle >= high:
        lo, hi = decimal_text(middle), decimal_text(high)
        raise ScoringError(Complaint.OUT_OF_ORDER, where, lo=lo, hi=hi)
    return Axis(middle=middle, high=high)


def _read_profile(profile: Profile, where: str) -> Profile:
    return replace(
        profile,
        performance=_exact_or_none(profile.performance, f"{where}/performance"),
        potential=_exact_or_none(profile.potential, f"{where}/potential"),
    )


def _missing(profile: Profile) -> Missing:
    """What somebody without a place lacks."""
    if profile.performance is None:
        return Missing.BOTH if profile.potential is None else Missing.PERFORMANCE
    return Missing.POTENTIAL


def _exact_or_none(value: Fraction | None, where: str) -> Fraction | None:
    return None if value is None else exact(value, where)
