"""A year rated anew from its own figures: the default way from shorter periods to a year.

The KPI figures of the periods are merged, each by its nature, and put into the year's example;
the engine then rates that example like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from app.scoring.document import read_example
from app.scoring.errors import Complaint, ScoringError
from app.scoring.kpi_merging import MergedKpi
from app.scoring.node import Node
from app.scoring.periods import MIN_TIME_SHARE
from app.scoring.pro_rata import Nature
from app.scoring.rating import rate
from app.scoring.results import Rating, Status
from app.scoring.time_spans import Span, TimeInPost, time_share

# A manual score is a judgement, and deductions are counted events: the year has its own.
NOT_MERGED = {"manual", "deduct"}
# Their knots and bands are figures of the whole year, which no shorter time can reach.
OF_THE_WHOLE_YEAR = {"interpolate", "band"}


@dataclass(frozen=True, kw_only=True, slots=True)
class AnnualRating:
    """The year's rating, incomplete where too small a share of the year was spent in post."""

    rating: Rating
    time_share: Fraction


def rate_year(
    document: Mapping[str, object],
    kpis: Mapping[str, MergedKpi],
    *,
    year: Span,
    post: TimeInPost,
    min_time_share: Fraction = MIN_TIME_SHARE,
) -> AnnualRating:
    """Rate the year's example with the merged figures of its periods, by element id.

    Refuses what ``annual_document`` and the reading of an example refuse; ``pending_kpi`` among
    it, where a period's figure is still to come.
    """
    rating = rate(read_example(annual_document(document, kpis)))
    share = time_share(post.days_in(year), year)
    if share < min_time_share:
        rating = replace(rating, status=Status.INCOMPLETE, computed_grade=None, grade=None)
    return AnnualRating(rating=rating, time_share=share)


def annual_document(
    document: Mapping[str, object], kpis: Mapping[str, MergedKpi]
) -> dict[str, object]:
    """The year's example in the worked-input form, its KPIs filled with the merged figures.

    Refuses an id that is no KPI of the example, methods whose figures cannot be merged, and an
    amount that lacks some periods without targets that could shrink with it.
    """
    top = Node(dict(document))
    dimensions = top.field("dimensions").items()
    elements = [one for dimension in dimensions for one in dimension.field("elements").items()]
    known = {one.field("id").text() for one in elements if one.optional("kpi") is not None}
    for unknown in sorted(set(kpis) - known):
        raise ScoringError(Complaint.UNKNOWN_ELEMENT, f"/kpis/{unknown}", found=unknown)
    return _with(top, "dimensions", [_dimension(one, kpis) for one in dimensions])


def _dimension(node: Node, kpis: Mapping[str, MergedKpi]) -> dict[str, object]:
    elements = node.field("elements").items()
    return _with(node, "elements", [_element(one, kpis) for one in elements])


def _element(node: Node, kpis: Mapping[str, MergedKpi]) -> object:
    merged = kpis.get(node.field("id").text())
    return node.value if merged is None else _with(node, "kpi", _kpi(node.field("kpi"), merged))


def _kpi(node: Node, merged: MergedKpi) -> dict[str, object]:
    method = node.field("method")
    lacks_periods = merged.actual is not None and bool(merged.left_out)
    partial = lacks_periods and merged.nature is Nature.SUM
    if method.value in NOT_MERGED or (partial and method.value in OF_THE_WHOLE_YEAR):
        raise ScoringError(Complaint.METHOD_NOT_MERGED, method.where, found=method.value)
    if partial and merged.target is None:
        raise ScoringError(Complaint.MISSING_FIELD, f"{node.where}/target", found="target")
    filled = _with(node, "status", merged.status.value)
    for name, figure in (("actual", merged.actual), ("target", merged.target)):
        if figure is not None:
            filled[name] = figure.exact
    return filled


def _with(node: Node, name: str, value: object) -> dict[str, object]:
    """The members of an object, one of them replaced."""
    return {**{key: member.value for key, member in node.members().items()}, name: value}
