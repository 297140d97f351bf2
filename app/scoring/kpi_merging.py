"""One KPI's figures of several periods merged into one, by what kind of figure it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.scoring.apportion import shown_terms
from app.scoring.errors import Complaint, ScoringError
from app.scoring.kpi import KpiStatus
from app.scoring.node import Node, require_distinct
from app.scoring.numbers import exact, rounded
from app.scoring.pro_rata import Nature
from app.scoring.time_spans import Span, require_no_overlap

SHOWN_PLACES = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class KpiPeriod:
    """One KPI in one period. A scored one without an actual figure is still to come.

    ``days`` are those in post, by default all of the period; only the mean by days uses them.
    """

    id: str
    span: Span
    actual: Fraction | None
    target: Fraction | None = None
    name: str = ""
    status: KpiStatus = KpiStatus.SCORED
    days: int | None = None

    @property
    def counted_days(self) -> int:
        return self.span.days if self.days is None else self.days


@dataclass(frozen=True, kw_only=True, slots=True)
class MergedTerm:
    """A period's part in a merged figure: its own figure times ``factor``."""

    period: KpiPeriod
    factor: Fraction
    figure: Fraction
    contribution: Fraction
    shown: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class MergedFigure:
    """An exact figure, how it is shown, and the shown terms that add up to that."""

    exact: Fraction
    shown: Fraction
    terms: tuple[MergedTerm, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MergedKpi:
    """The year's figures. Without any target of the periods, the year's own one stands.

    Pending where a period is; not applicable where every period is. ``left_out`` are the periods
    in which the KPI was not applicable: neither their target nor their actual figure counts.
    """

    nature: Nature
    status: KpiStatus
    actual: MergedFigure | None = None
    target: MergedFigure | None = None
    left_out: tuple[str, ...] = ()


def merge_kpi(periods: Sequence[KpiPeriod], *, nature: Nature) -> MergedKpi:
    """Merge the periods' actual figures and targets, alike, by the KPI's nature.

    Refuses ids used twice, periods that overlap, binary floats, targets of some periods only, and
    a period whose score was set to 0: that is a decision about a score, not a figure.
    """
    read = sorted(_read(periods), key=lambda one: one.span.first)
    left_out = tuple(one.id for one in read if one.status is KpiStatus.NOT_APPLICABLE)
    counted = [one for one in read if one.status is not KpiStatus.NOT_APPLICABLE]
    if not counted:
        return MergedKpi(nature=nature, status=KpiStatus.NOT_APPLICABLE, left_out=left_out)
    actuals = [one.actual for one in counted if one.actual is not None]
    targets = [one.target for one in counted if one.target is not None]
    if len(actuals) < len(counted):
        return MergedKpi(nature=nature, status=KpiStatus.PENDING, left_out=left_out)
    factors = _factors(counted, nature)
    return MergedKpi(
        nature=nature,
        status=KpiStatus.SCORED,
        actual=_merged(counted, factors, actuals),
        target=_merged(counted, factors, targets) if targets else None,
        left_out=left_out,
    )


def _factors(counted: Sequence[KpiPeriod], nature: Nature) -> list[Fraction]:
    """What each period's figure is multiplied with, in their order in time."""
    match nature:
        case Nature.SUM:
            return [Fraction(1)] * len(counted)
        case Nature.LAST:
            return [*[Fraction()] * (len(counted) - 1), Fraction(1)]
        case Nature.MEAN:
            return [Fraction(1, len(counted))] * len(counted)
        case _:
            return _shares_of_days(counted)


def _shares_of_days(counted: Sequence[KpiPeriod]) -> list[Fraction]:
    days = sum(one.counted_days for one in counted)
    if days == 0:
        raise ScoringError(Complaint.NO_WEIGHT, "/periods")
    return [Fraction(one.counted_days, days) for one in counted]


def _merged(
    counted: Sequence[KpiPeriod], factors: Sequence[Fraction], figures: Sequence[Fraction]
) -> MergedFigure:
    parts = list(zip(counted, factors, figures, strict=True))
    contributions = {one.id: factor * figure for one, factor, figure in parts}
    total = sum(contributions.values(), start=Fraction())
    shown_total = rounded(total, SHOWN_PLACES)
    shown = shown_terms(contributions, total=shown_total, places=SHOWN_PLACES)
    return MergedFigure(
        exact=total,
        shown=shown_total,
        terms=tuple(
            MergedTerm(
                period=one,
                factor=factor,
                figure=figure,
                contribution=contributions[one.id],
                shown=shown[one.id],
            )
            for one, factor, figure in parts
        ),
    )


def _read(periods: Sequence[KpiPeriod]) -> list[KpiPeriod]:
    require_distinct(Node(one.id, f"/periods/{place}/id") for place, one in enumerate(periods))
    require_no_overlap([one.span for one in periods], "/periods")
    read = [_read_period(one, f"/periods/{place}") for place, one in enumerate(periods)]
    _require_targets_of_all_or_none(read)
    return read


def _read_period(period: KpiPeriod, where: str) -> KpiPeriod:
    if period.status is KpiStatus.ZERO:
        raise ScoringError(Complaint.ZERO_NOT_MERGED, f"{where}/status", found=period.id)
    days = period.span.read_days(period.days, f"{where}/days")
    pending = period.status is KpiStatus.PENDING or period.actual is None
    return replace(
        period,
        actual=None if pending else exact(period.actual, f"{where}/actual"),
        target=None if period.target is None else exact(period.target, f"{where}/target"),
        days=days,
    )


def _require_targets_of_all_or_none(periods: Sequence[KpiPeriod]) -> None:
    counted = {
        place: one
        for place, one in enumerate(periods)
        if one.status is not KpiStatus.NOT_APPLICABLE
    }
    lacking = [place for place, one in counted.items() if one.target is None]
    if lacking and len(lacking) < len(counted):
        where = f"/periods/{lacking[0]}/target"
        raise ScoringError(Complaint.MISSING_FIELD, where, found="target")
