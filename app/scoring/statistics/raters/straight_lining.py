"""Straight-lining: the same answer over and over, whatever was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from app.scoring.statistics.raters.cutoffs import USUAL, Cutoffs

FEWEST_FOR_A_LINE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class RawAnswer:
    """An answer as given, before a reversed item is turned round; None is “not observed”."""

    value: Fraction | None
    is_reversed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class StraightLine:
    """The longest run of one form. Contradictory: it gives a statement and a reversed one the
    same answer."""

    run: int
    is_flagged: bool
    is_contradictory: bool


def straight_line(answers: Sequence[RawAnswer], cutoffs: Cutoffs = USUAL) -> StraightLine:
    """Of the answers of one form in shown order; what was not observed breaks a run.

    Flagged for a run of at least ten that is also half of what was answered, or where at least two
    answers are all the same (IRV = 0).
    """
    runs = [list(run) for value, run in groupby(answers, key=_value) if value is not None]
    given = [answer for run in runs for answer in run]
    longest = max((len(run) for run in runs), default=0)
    least = max(Fraction(cutoffs.line_run), cutoffs.line_share * len(given))
    is_flat = len(given) >= FEWEST_FOR_A_LINE and len({answer.value for answer in given}) == 1
    suspects = [given] if is_flat else [run for run in runs if len(run) >= least]
    return StraightLine(
        run=longest,
        is_flagged=bool(suspects),
        is_contradictory=any(len({one.is_reversed for one in run}) > 1 for run in suspects),
    )


def longest_run(answers: Sequence[Fraction | None]) -> int:
    """Longstring: the most equal answers in a row, as given; what was not observed breaks it."""
    return straight_line([RawAnswer(value=answer) for answer in answers]).run


def _value(answer: RawAnswer) -> Fraction | None:
    return answer.value
