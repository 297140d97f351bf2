"""What can be wrong with a scheme's definition, and how its parts are read while looking. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

DECIMAL_TEXT = re.compile(r"-?\d{1,12}(\.\d{1,12})?", re.ASCII)


class SchemeProblem(StrEnum):
    """The comment names the parameters that go with the finding."""

    MISSING = "missing"
    BAD_VALUE = "bad_value"  # found, expected
    WEIGHTS_NOT_100 = "weights_not_100"  # found: the sum
    NEGATIVE_WEIGHT = "negative_weight"  # found
    DUPLICATE_ID = "duplicate_id"  # found
    UNKNOWN_POOL = "unknown_pool"  # found, expected
    POOL_UNPROTECTED = "pool_unprotected"  # found: the group, whose raters are known anyway
    GROUP_MINIMUM = "group_minimum"  # found, expected: the lowest number of raters allowed
    UNKNOWN_METHOD = "unknown_method"  # found, expected
    UNKNOWN_COMPETENCY = "unknown_competency"  # found
    KPI_OR_COMPETENCY = "kpi_or_competency"  # an element needs exactly one of the two
    CAP_FLOOR = "cap_floor"  # cap, floor: 100 must lie between them
    GRADES_ORDER = "grades_order"  # lower bounds must fall from the first grade to the last
    GRADES_HOLE = "grades_hole"  # expected: the lowest final score, where the last grade begins
    ANCHORS = "anchors"  # expected: every level once, points never falling
    MEDIAN_PROTECTED = "median_protected"  # the median of three raters is one rater's own figure
    TRIM_TOO_WIDE = "trim_too_wide"  # found: the share, expected: how many raters must be kept
    SURVEY_GROUP = "survey_group"  # found, expected: the groups that weigh something
    SURVEY_WITHOUT_ANSWERS = "survey_without_answers"  # no competency gives the KPI any points
    SURVEY_BESIDE_OVERALL = "survey_beside_overall"  # their difference may tell of too few


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemeFinding:
    problem: SchemeProblem
    path: str  # JSON pointer into the definition
    params: Mapping[str, str] = field(default_factory=dict)


Table = Mapping[str, object]
Findings = Iterable[SchemeFinding]


def finding(problem: SchemeProblem, path: str, **params: object) -> SchemeFinding:
    texts = {name: str(value) for name, value in params.items()}
    return SchemeFinding(problem=problem, path=path, params=texts)


def tables_in(parent: Table, key: str) -> Sequence[Table]:
    value = parent.get(key)
    rows = value if isinstance(value, list | tuple) else ()
    return [row if isinstance(row, Mapping) else {} for row in rows]


def number_in(value: object) -> Decimal | None:
    """Read decimal text or a whole number; None for all else, binary floats included."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    return Decimal(text) if DECIMAL_TEXT.fullmatch(text) else None
