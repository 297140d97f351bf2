"""What must hold in a scheme's definition before anybody is rated by it. Pure: no Flask, no rows.

A definition is the plain document of ``Scheme.definition()``. The findings come in document order.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from app.people.groups import RaterGroup
from app.questionnaires.rules import Audience
from app.schemes.findings import (
    Findings,
    SchemeFinding,
    SchemeProblem,
    Table,
    finding,
    number_in,
    tables_in,
)
from app.schemes.surveys import check_surveys
from app.scoring.averages import FEWEST_FOR_LEAVING_OUT

HUNDRED = Decimal(100)
LOWEST_GROUP_MINIMUM = 3
LOWEST_COMMENT_MINIMUM = 3
LARGEST_TRIM = Decimal("0.49")
PAIR = 2


class Method(StrEnum):
    """How a KPI's actual figure becomes points."""

    RATIO = "ratio"
    RATIO_SIGNED = "ratio_signed"
    MIRROR = "mirror"
    INVERSE = "inverse"
    INTERPOLATE = "interpolate"
    BAND = "band"
    STEP_DELTA = "step_delta"
    DEDUCT = "deduct"
    ALL_OR_NOTHING = "all_or_nothing"
    MANUAL = "manual"
    FROM_FEEDBACK = "from_feedback"  # the points that a rater group gives in the same round


class Direction(StrEnum):
    """Which actual figures are the good ones."""

    HIGHER = "higher"
    LOWER = "lower"


class Aggregate(StrEnum):
    """How a group's raters become one figure."""

    MEAN = "mean"
    MEDIAN = "median"
    TRIMMED = "trimmed"


class Missing(StrEnum):
    """Who carries the weight of a group that too few answered for.

    The engine could wait for such a group as well; a round is rated after its close, when nobody
    answers any more.
    """

    RENORMALISE = "renormalise"
    FIXED_FALLBACK = "fixed_fallback"


class Pool(StrEnum):
    """Groups of one pool stand in for each other when one of them is too small."""

    COLLEAGUE = "colleague"


def check_definition(
    definition: Table, *, competencies: Collection[str] | None = None
) -> tuple[SchemeFinding, ...]:
    """Return all that is wrong, empty when the definition can be used.

    ``competencies`` are the codes of the questionnaire; None leaves them unchecked.
    """
    groups = tables_in(definition, "groups")
    dimensions = tables_in(definition, "dimensions")
    return (
        *_scale(definition),
        *_limits(definition),
        *_grades(definition),
        *_groups(groups),
        *_aggregation(definition),
        *_left_out(definition, groups),
        *_dimensions(dimensions, competencies),
        *check_surveys(definition, groups, dimensions),
    )


def with_minimum(definition: Table, k_min: int) -> dict[str, object]:
    """The definition as a round uses it that asks for more protected raters than the scheme."""
    groups = [
        {**group, "k_min": max(own, k_min)}
        if group.get("protected") is True and isinstance(own := group.get("k_min"), int)
        else group
        for group in tables_in(definition, "groups")
    ]
    return {**definition, "groups": groups}


def _within(table: Table, path: str, key: str, low: Decimal | int, high: Decimal | int) -> Findings:
    if key not in table:
        yield finding(SchemeProblem.MISSING, f"{path}/{key}")
        return
    number = number_in(table[key])
    if number is None or not low <= number <= high:
        expected = f"{low}–{high}"
        yield finding(SchemeProblem.BAD_VALUE, f"{path}/{key}", found=table[key], expected=expected)


def _choice(table: Table, path: str, key: str, choices: type[StrEnum]) -> Findings:
    if table.get(key) not in list(choices):
        found, expected = table.get(key, ""), ", ".join(choices)
        yield finding(SchemeProblem.BAD_VALUE, f"{path}/{key}", found=found, expected=expected)


def _names(table: Table, path: str) -> Findings:
    for key in ("id", "name_zh", "name_en"):
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            yield finding(SchemeProblem.MISSING, f"{path}/{key}")


def _unique(rows: Iterable[tuple[str, Table]]) -> Findings:
    seen: set[str] = set()
    for path, row in rows:
        name = str(row.get("id", ""))
        if name and name in seen:
            yield finding(SchemeProblem.DUPLICATE_ID, f"{path}/id", found=name)
        seen.add(name)


def _weights(rows: Sequence[Table], path: str) -> Findings:
    """Check that the weights of one level are numbers from 0 up that sum to exactly 100."""
    weights = [number_in(row.get("weight")) for row in rows]
    for index, weight in enumerate(weights):
        place = f"{path}/{index}/weight"
        if weight is None:
            found = rows[index].get("weight", "")
            yield finding(SchemeProblem.BAD_VALUE, place, found=found, expected="0–100")
        elif weight < 0:
            yield finding(SchemeProblem.NEGATIVE_WEIGHT, place, found=weight)
    total = sum((weight for weight in weights if weight is not None), start=Decimal())
    if None not in weights and total != HUNDRED:
        yield finding(SchemeProblem.WEIGHTS_NOT_100, path, found=total)


def _scale(definition: Table) -> Findings:
    scale = definition.get("scale")
    if not isinstance(scale, Mapping):
        yield finding(SchemeProblem.MISSING, "/scale")
        return
    lowest, highest, anchors = scale.get("min"), scale.get("max"), scale.get("anchors")
    if not (isinstance(lowest, int) and isinstance(highest, int) and isinstance(anchors, list)):
        yield finding(SchemeProblem.ANCHORS, "/scale/anchors", expected="min–max")
        return
    pairs = [pair for pair in anchors if isinstance(pair, list | tuple) and len(pair) == PAIR]
    levels = [pair[0] for pair in pairs]
    points = [number for number in (number_in(pair[1]) for pair in pairs) if number is not None]
    complete = levels == list(range(lowest, highest + 1)) and len(points) == len(levels)
    if not complete or points != sorted(points):
        yield finding(SchemeProblem.ANCHORS, "/scale/anchors", expected=f"{lowest}–{highest}")


def _limits(definition: Table) -> Findings:
    cap, floor = number_in(definition.get("kpi_cap")), number_in(definition.get("kpi_floor"))
    for key, number in (("kpi_cap", cap), ("kpi_floor", floor)):
        if number is None:
            yield finding(SchemeProblem.MISSING, f"/{key}")
    if cap is not None and floor is not None and not floor <= HUNDRED <= cap:
        yield finding(SchemeProblem.CAP_FLOOR, "/kpi_cap", cap=cap, floor=floor)
    final = definition.get("final")
    if not isinstance(final, Mapping):
        yield finding(SchemeProblem.MISSING, "/final")
        return
    yield from _within(final, "/final", "dp", 0, 6)
    low, high = number_in(final.get("min")), number_in(final.get("max"))
    if low is None or high is None or low >= high:
        yield finding(
            SchemeProblem.BAD_VALUE,
            "/final/max",
            found=final.get("max", ""),
            expected=f"> {final.get('min', '')}",
        )


def _grades(definition: Table) -> Findings:
    rows = definition.get("grades")
    pairs = rows if isinstance(rows, list | tuple) else ()
    bounds = [
        number_in(pair[1]) if isinstance(pair, list | tuple) and len(pair) == PAIR else None
        for pair in pairs
    ]
    numbers = [bound for bound in bounds if bound is not None]
    if not bounds or len(numbers) < len(bounds):
        yield finding(SchemeProblem.MISSING, "/grades")
        return
    if any(higher <= lower for higher, lower in pairwise(numbers)):
        yield finding(SchemeProblem.GRADES_ORDER, "/grades")
    names = [{"id": pair[0]} for pair in pairs]
    yield from _unique((f"/grades/{index}", name) for index, name in enumerate(names))
    final = definition.get("final")
    lowest = number_in(final.get("min")) if isinstance(final, Mapping) else None
    if lowest is not None and min(numbers) > lowest:
        yield finding(SchemeProblem.GRADES_HOLE, f"/grades/{len(pairs) - 1}", expected=lowest)


def _groups(groups: Sequence[Table]) -> Findings:
    if not groups:
        yield finding(SchemeProblem.MISSING, "/groups")
        return
    places = [(f"/groups/{index}", group) for index, group in enumerate(groups)]
    yield from _unique(places)
    yield from _weights(groups, "/groups")
    for path, group in places:
        yield from _names(group, path)
        yield from _choice(group, path, "id", RaterGroup)
        yield from _protection(group, path)
        yield from _choice(group, path, "audience", Audience)


def _protection(group: Table, path: str) -> Findings:
    """Check the promise that a protected group is never shown below its minimum."""
    protected = group.get("protected")
    if not isinstance(protected, bool):
        yield finding(SchemeProblem.MISSING, f"{path}/protected")
    lowest = LOWEST_GROUP_MINIMUM if protected else 1
    minimum = group.get("k_min")
    if not isinstance(minimum, int) or minimum < lowest:
        yield finding(SchemeProblem.GROUP_MINIMUM, f"{path}/k_min", found=minimum, expected=lowest)
    pool = group.get("pool")
    if pool is None:
        return
    if pool not in list(Pool):
        expected = ", ".join(Pool)
        yield finding(SchemeProblem.UNKNOWN_POOL, f"{path}/pool", found=pool, expected=expected)
    elif not protected:
        yield finding(SchemeProblem.POOL_UNPROTECTED, f"{path}/pool", found=group.get("id", ""))


def _aggregation(definition: Table) -> Findings:
    yield from _choice(definition, "", "aggregate", Aggregate)
    if definition.get("aggregate") == Aggregate.TRIMMED:
        yield from _within(definition, "", "trim", 0, LARGEST_TRIM)
    if definition.get("missing_policy") is not None:
        yield from _choice(definition, "", "missing_policy", Missing)
    yield from _within(definition, "", "min_coverage", 0, 1)
    yield from _within(definition, "", "adjust_cap", 0, 100)
    yield from _within(definition, "", "k_comment", LOWEST_COMMENT_MINIMUM, 1000)


def _left_out(definition: Table, groups: Sequence[Table]) -> Findings:
    """Check that the figure of a protected group never rests on fewer raters than its minimum."""
    minimums = [group.get("k_min") for group in groups if group.get("protected") is True]
    least = [k for k in minimums if isinstance(k, int) and k >= LOWEST_GROUP_MINIMUM]
    aggregate, trim = definition.get("aggregate"), number_in(definition.get("trim"))
    if minimums and aggregate == Aggregate.MEDIAN:
        yield finding(SchemeProblem.MEDIAN_PROTECTED, "/aggregate")
    if aggregate != Aggregate.TRIMMED or trim is None or not 0 <= trim <= LARGEST_TRIM:
        return
    too_many = [k for k in least if _fewest_kept(trim, k) < k]
    if too_many:
        yield finding(SchemeProblem.TRIM_TOO_WIDE, "/trim", found=trim, expected=max(too_many))


def _fewest_kept(trim: Decimal, k: int) -> int:
    """How many raters trimming leaves at worst, of any number from ``k`` up.

    The worst numbers are the first that is trimmed at all, and those where one rater more goes on
    either side; each further step keeps more than the one before.
    """
    share, first = Fraction(trim), max(k, FEWEST_FOR_LEAVING_OUT)
    if share == 0:
        return k
    gone = floor(share * first)
    steps = (max(first, ceil(count / share)) for count in (gone + 1, gone + 2))
    return min(n - 2 * floor(share * n) for n in (first, *steps))


def _dimensions(dimensions: Sequence[Table], competencies: Collection[str] | None) -> Findings:
    if not dimensions:
        yield finding(SchemeProblem.MISSING, "/dimensions")
        return
    places = [(f"/dimensions/{index}", row) for index, row in enumerate(dimensions)]
    yield from _unique(places)
    yield from _weights(dimensions, "/dimensions")
    elements: list[tuple[str, Table]] = []
    for path, dimension in places:
        rows = tables_in(dimension, "elements")
        yield from _names(dimension, path)
        yield from _weights(rows, f"{path}/elements")
        elements += [(f"{path}/elements/{index}", row) for index, row in enumerate(rows)]
    yield from _unique(elements)
    for path, element in elements:
        yield from _element(element, path, competencies)


def _element(element: Table, path: str, competencies: Collection[str] | None) -> Findings:
    yield from _names(element, path)
    kpi, competency = element.get("kpi"), element.get("competency")
    if (kpi is None) == (competency is None):
        yield finding(SchemeProblem.KPI_OR_COMPETENCY, path)
        return
    if competency is not None:
        if competencies is not None and competency not in competencies:
            place = f"{path}/competency"
            yield finding(SchemeProblem.UNKNOWN_COMPETENCY, place, found=competency)
        return
    method = kpi.get("method") if isinstance(kpi, Mapping) else None
    if method not in list(Method):
        place, expected = f"{path}/kpi/method", ", ".join(Method)
        yield finding(SchemeProblem.UNKNOWN_METHOD, place, found=method, expected=expected)
    yield from _choice(element, path, "direction", Direction)
