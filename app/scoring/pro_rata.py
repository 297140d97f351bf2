"""Targets for part of a period: joiners, leavers, a change of post, declared absence."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.scoring.numbers import exact
from app.scoring.time_spans import Span, TimeInPost


class Nature(StrEnum):
    """What a KPI's figures of several periods make together; a scheme must say it.

    Sum: amounts and counts (sales). Last: a level at the end (stock, headcount). Mean: a rate or
    an average (days of collection, satisfaction), each period alike or by its days.
    """

    SUM = "sum"
    LAST = "last"
    MEAN = "mean"
    MEAN_BY_DAYS = "mean_by_days"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProRata:
    """A target for the days in post, out of the days of the period; both figures are exact."""

    nature: Nature
    whole_target: Fraction
    target: Fraction
    days: int
    absent_days: int
    days_of_period: int

    @property
    def applies(self) -> bool:
        """Not where nobody was in post for a day: the KPI is then not applicable."""
        return self.days > 0


def pro_rata(target: Fraction, *, nature: Nature, period: Span, post: TimeInPost) -> ProRata:
    """An amount's target times days in post, over days of the period.

    Only amounts shrink with the days: whoever stays half a year is still to keep the margin of
    the whole one.
    """
    whole = exact(target, "/target")
    days = post.days_in(period)
    return ProRata(
        nature=nature,
        whole_target=whole,
        target=whole * days / period.days if nature is Nature.SUM else whole,
        days=days,
        absent_days=post.absent_days_in(period),
        days_of_period=period.days,
    )
