"""A rater's means counted in whole numbers: exact like fractions, at a fraction of their time.

Weights, answers and points are brought to whole units once for each competency; a rater's answers
are then looked up and added. Only the two means are fractions again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm

from app.scoring.example import Item
from app.scoring.scales import Scale

TALLIES_KEPT = 64
Worth = Mapping[tuple[int, int], tuple[int, int]]
"""Answer as a ratio → the answer after reversing, and its points; both in units times weight."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RaterMean:
    """One rater's view of a competency: on the answer scale, and in points.

    ``contact`` is what the view counts for where raters are weighed by contact.
    """

    raw: Fraction
    points: Fraction
    contact: Fraction = Fraction(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """A competency's questions, ready for counting: each with its whole weight and answers' worth.

    ``raw_units`` and ``point_units`` say how many units make one step of the scale, one point.
    """

    scale: Scale
    questions: tuple[tuple[Item, int, Worth], ...]
    raw_units: int
    point_units: int

    def mean(
        self, answers: Mapping[str, Fraction | None], *, min_coverage: Fraction
    ) -> RaterMean | None:
        """Over the items answered; None where too few of those asked were.

        Refuses an answer that the scale does not have.
        """
        asked = given = raw = points = 0
        for item, weight, worth in self.questions:
            if item.id not in answers:
                continue
            asked += weight
            answer = answers[item.id]
            if answer is None:
                continue
            found = worth.get(answer.as_integer_ratio())
            if found is None:
                raise self.scale.refusal(_turned(answer, item, self.scale))
            given += weight
            raw += found[0]
            points += found[1]
        if not given or given * min_coverage.denominator < asked * min_coverage.numerator:
            return None
        return RaterMean(
            raw=Fraction(raw, given * self.raw_units),
            points=Fraction(points, given * self.point_units),
        )


def tally_of(items: Sequence[Item], scale: Scale) -> Tally:
    """Ready to count the answers to these items; made once for the very same ones."""
    return _made(_Asked(items, scale))


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Two values that never change, compared as objects: most people share theirs."""

    items: Sequence[Item]
    scale: Scale

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.items is other.items and self.scale is other.scale

    def __hash__(self) -> int:
        return hash((id(self.items), id(self.scale)))


@lru_cache(maxsize=TALLIES_KEPT)
def _made(asked: _Asked) -> Tally:
    items, scale = asked.items, asked.scale
    weight_units = _units(item.weight for item in items)
    units = _units(scale.anchors), _units(scale.anchors.values())
    worths: dict[tuple[int, bool], Worth] = {}
    questions = []
    for item in items:
        kind = int(item.weight * weight_units), item.reverse
        if kind not in worths:
            worths[kind] = _worth(item, kind[0], scale, units)
        questions.append((item, kind[0], worths[kind]))
    return Tally(scale=scale, questions=tuple(questions), raw_units=units[0], point_units=units[1])


def _worth(item: Item, weight: int, scale: Scale, units: tuple[int, int]) -> Worth:
    raw_units, point_units = units
    return {
        _turned(raw, item, scale).as_integer_ratio(): (
            int(raw * raw_units) * weight,
            int(points * point_units) * weight,
        )
        for raw, points in scale.anchors.items()
    }


def _units(figures: Iterable[Fraction]) -> int:
    """The least number of parts that makes every figure whole."""
    return lcm(*(figure.denominator for figure in figures))


def _turned(answer: Fraction, item: Item, scale: Scale) -> Fraction:
    return scale.reversed_answer(answer) if item.reverse else answer
