"""Signs that a rater's answers deserve a look. They flag for people, and remove nothing."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from app.scoring.averages import mean
from app.scoring.statistics.spread import standard_deviation, z_scores


def longest_run(answers: Sequence[Fraction | None]) -> int:
    """Longstring: the most equal answers in a row, as given; what was not observed breaks it."""
    runs = [len(list(run)) for answer, run in groupby(answers) if answer is not None]
    return max(runs, default=0)


def response_variability(answers: Sequence[Fraction | None]) -> Fraction | None:
    """IRV: the standard deviation over one rater's answers; 0 for a straight line."""
    return standard_deviation([answer for answer in answers if answer is not None])


def rater_severity(
    ratings: Sequence[Sequence[Fraction]],
) -> tuple[list[Fraction], list[Fraction] | None]:
    """Each rater's mean over targets × raters, and how far it lies from the others', as z."""
    means = [mean(column) for column in zip(*ratings, strict=True)]
    return means, z_scores(means)
