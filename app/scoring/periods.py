"""From the totals of months, quarters, halves or posts to the total of the whole period.

A roll-up is a weighted mean of *exact* totals, never of rounded ones; what is rounded is its own
result, once. A period without a total leaves numerator and denominator. A change of post within a
period is the same sum: the totals of both schemes, weighted by the days in each post.

A year that is rated anew from its own figures is in ``app.scoring.annual``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from app.scoring.apportion import shown_terms
from app.scoring.errors import Complaint, ScoringError
from app.scoring.grades import Grade, grade_of
from app.scoring.node import Node, require_distinct
from app.scoring.numbers import Rounding, exact, rounded
from app.scoring.results import Status
from app.scoring.time_spans import Span, require_no_overlap, time_share
from app.scoring.weights import HUNDRED, Weighted, effective_weights, require_not_negative

MIN_TIME_SHARE = Fraction(50)


class Weighing(StrEnum):
    """How much each period counts: its days in post, its target, or as much as any other.

    Last: the latest period that has a total stands for the whole.
    """

    TIME = "time"
    TARGET = "target"
    EQUAL = "equal"
    LAST = "last"


@dataclass(frozen=True, kw_only=True, slots=True)
class RollUpRule:
    """How periods are weighed, and the percentage of the whole's days that must have a total."""

    weighing: Weighing = Weighing.TIME
    min_time_share: Fraction = MIN_TIME_SHARE
    places: int = 2
    mode: Rounding = Rounding.HALF_UP


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedSpan:
    """A period with its id and, to be shown, its name."""

    id: str
    span: Span
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodScore:
    """A period's exact total, or None where it has none.

    ``days`` are the days in post for which the total speaks; None is every day of the period.
    ``target`` is needed only where periods are weighed by it.
    """

    id: str
    span: Span
    total: Fraction | None
    name: str = ""
    days: int | None = None
    target: Fraction | None = None

    @property
    def counted_days(self) -> int:
        """The days for which there is a total."""
        if self.total is None:
            return 0
        return self.span.days if self.days is None else self.days


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodTerm:
    """A period's part in the roll-up: ``weight`` in percent, ``shown`` adds up to the figure."""

    period: PeriodScore
    weight: Fraction
    contribution: Fraction
    shown: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class RollUp:
    """The total of the whole. Figures are None only where no period has both total and weight.

    ``time_share`` is the percentage of the whole's days that have a total. Incomplete: too few.
    """

    whole: NamedSpan
    rule: RollUpRule
    status: Status
    exact: Fraction | None
    computed: Fraction | None
    time_share: Fraction
    terms: tuple[PeriodTerm, ...]

    def as_period(self) -> PeriodScore:
        """This total as one period of a longer whole: it speaks for the days and targets rated."""
        rated = [term.period for term in self.terms if term.period.total is not None]
        targets = [one.target for one in rated if one.target is not None]
        return PeriodScore(
            id=self.whole.id,
            name=self.whole.name,
            span=self.whole.span,
            total=self.exact,
            days=sum(one.counted_days for one in rated),
            target=sum(targets, start=Fraction()) if len(targets) == len(rated) else None,
        )


def roll_up(
    periods: Sequence[PeriodScore], *, whole: NamedSpan, rule: RollUpRule | None = None
) -> RollUp:
    """The weighted mean of the periods' exact totals, with every period's part in it.

    Refuses ids used twice, binary floats, periods that overlap or reach beyond the whole, days
    below 0 or beyond their period, and a missing or negative target where targets weigh.
    """
    rule = _read_rule(rule or RollUpRule())
    return _rolled(_read_periods(periods, [whole], rule), whole, rule)


def roll_up_each(
    periods: Sequence[PeriodScore], *, wholes: Sequence[NamedSpan], rule: RollUpRule | None = None
) -> list[RollUp]:
    """Months into their quarters, quarters into their halves: one roll-up for each whole.

    Refuses, besides what ``roll_up`` refuses, wholes that overlap and a period outside them all.
    """
    rule = _read_rule(rule or RollUpRule())
    require_no_overlap([one.span for one in wholes], "/wholes")
    read = _read_periods(periods, wholes, rule)
    return [
        _rolled([one for one in read if whole.span.holds(one.span)], whole, rule)
        for whole in wholes
    ]


def grade_for(result: RollUp, grades: Iterable[Grade]) -> str | None:
    """The grade of the published figure; None where the roll-up is incomplete."""
    if result.status is not Status.RATED or result.computed is None:
        return None
    return grade_of(result.computed, grades)


def _rolled(periods: Sequence[PeriodScore], whole: NamedSpan, rule: RollUpRule) -> RollUp:
    in_order = sorted(periods, key=lambda one: one.span.first)
    weights = effective_weights(
        [
            Weighted(value=one.total, weight=weight)
            for one, weight in zip(in_order, _weights(in_order, rule.weighing), strict=True)
        ]
    )
    shares = {
        one.id: weight * (one.total or 0) / HUNDRED
        for one, weight in zip(in_order, weights, strict=True)
    }
    total = sum(shares.values(), start=Fraction())
    computed = rounded(total, rule.places, rule.mode)
    shown = shown_terms(shares, total=computed, places=rule.places)
    covered = time_share(sum(one.counted_days for one in periods), whole.span)
    counts = any(weights)
    return RollUp(
        whole=whole,
        rule=rule,
        status=Status.RATED if counts and covered >= rule.min_time_share else Status.INCOMPLETE,
        exact=total if counts else None,
        computed=computed if counts else None,
        time_share=covered,
        terms=tuple(
            PeriodTerm(period=one, weight=weight, contribution=shares[one.id], shown=shown[one.id])
            for one, weight in zip(in_order, weights, strict=True)
        ),
    )


def _weights(in_order: Sequence[PeriodScore], weighing: Weighing) -> list[Fraction]:
    match weighing:
        case Weighing.TIME:
            return [Fraction(one.counted_days) for one in in_order]
        case Weighing.TARGET:
            return [one.target or Fraction() for one in in_order]
        case Weighing.EQUAL:
            return [Fraction(1) for _ in in_order]
        case _:
            rated = [one.id for one in in_order if one.total is not None]
            return [Fraction(one.id in rated[-1:]) for one in in_order]


def _read_rule(rule: RollUpRule) -> RollUpRule:
    share = Node(rule.min_time_share, "/min_time_share")
    if not 0 <= share.number() <= HUNDRED:
        raise share.out_of_range("0–100")
    return replace(rule, min_time_share=share.number())


def _read_periods(
    periods: Sequence[PeriodScore], wholes: Sequence[NamedSpan], rule: RollUpRule
) -> list[PeriodScore]:
    require_distinct(Node(one.id, f"/periods/{place}/id") for place, one in enumerate(periods))
    read = [_read_period(one, f"/periods/{place}", rule) for place, one in enumerate(periods)]
    require_no_overlap([one.span for one in read], "/periods")
    for place, one in enumerate(read):
        if not any(whole.span.holds(one.span) for whole in wholes):
            expected = ", ".join(str(whole.span) for whole in wholes)
            where = f"/periods/{place}/span"
            raise ScoringError(
                Complaint.SPAN_OUTSIDE, where, found=one.span, expected=expected or "[]"
            )
    return read


def _read_period(period: PeriodScore, where: str, rule: RollUpRule) -> PeriodScore:
    days = period.span.read_days(period.days, f"{where}/days")
    total = None if period.total is None else exact(period.total, f"{where}/total")
    target = None if period.target is None else exact(period.target, f"{where}/target")
    if target is not None:
        require_not_negative(target, f"{where}/target")
    elif total is not None and rule.weighing is Weighing.TARGET:
        raise ScoringError(Complaint.MISSING_FIELD, f"{where}/target", found="target")
    return replace(period, total=total, target=target, days=days)
