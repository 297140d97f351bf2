"""The answer scale: which answers exist, how one is reversed, what points it is worth."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, pairwise

from app.scoring.errors import Complaint, ScoringError
from app.scoring.numbers import decimal_text
from app.scoring.weights import HUNDRED


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """An answer scale with its anchor table, exact points for every answer."""

    lowest: Fraction
    highest: Fraction
    anchors: Mapping[Fraction, Fraction]

    def reversed_answer(self, answer: Fraction) -> Fraction:
        return self.lowest + self.highest - answer

    def points(self, answer: Fraction, *, where: str = "") -> Fraction:
        """What the answer is worth; refuses one that the scale does not have."""
        if answer not in self.anchors:
            raise self.refusal(answer, where=where)
        return self.anchors[answer]

    def refusal(self, answer: Fraction, *, where: str = "") -> ScoringError:
        """What to raise for an answer that the scale does not have."""
        found = decimal_text(answer)
        return ScoringError(Complaint.ANSWER_OUT_OF_SCALE, where, found=found)


def require_whole_scale(scale: Scale, where: str = "") -> None:
    """Refuse a table that misses a whole step, cannot be reversed, or falls."""
    if scale.lowest >= scale.highest:
        lo, hi = decimal_text(scale.lowest), decimal_text(scale.highest)
        raise ScoringError(Complaint.OUT_OF_ORDER, where, lo=lo, hi=hi)
    for answer in chain(_steps(scale), map(scale.reversed_answer, scale.anchors)):
        if answer not in scale.anchors:
            found = decimal_text(answer)
            raise ScoringError(Complaint.ANCHORS_INCOMPLETE, f"{where}/anchors", found=found)
    answers = sorted(scale.anchors)
    for answer, better in pairwise(answers):
        if scale.anchors[better] < scale.anchors[answer]:
            found = decimal_text(better)
            raise ScoringError(Complaint.ANCHORS_FALLING, f"{where}/anchors", found=found)


def _steps(scale: Scale) -> Iterator[Fraction]:
    """Lazily, since a scale of a million steps is refused at its first missing anchor."""
    whole_steps = int(scale.highest - scale.lowest)
    return (scale.lowest + step for step in range(whole_steps + 1))


def rescaled(
    value: Fraction, *, old: tuple[Fraction, Fraction], new: tuple[Fraction, Fraction]
) -> Fraction:
    """Min–max: the old ends go to the new ends, all else in proportion."""
    return (value - old[0]) / (old[1] - old[0]) * (new[1] - new[0]) + new[0]


def percent_of_levels(total: Fraction, *, levels: int, count: int) -> Fraction:
    """The share, in percent, that ``count`` scores of at most ``levels`` reach together."""
    return HUNDRED * total / (levels * count)
