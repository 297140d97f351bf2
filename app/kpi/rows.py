"""The sheet 指标 as typed rows, checked against the people and the schemes of their jobs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.kpi.messages import ParameterSentence
from app.kpi.models import KpiStatus
from app.kpi.problems import ParameterError, ParameterProblem
from app.kpi.rules import method_of, read_parameters
from app.people.groups import PersonKind
from app.people.likeness import Suggestions
from app.people.rows import Directory
from app.people.rules import check_employee
from app.schemes.rules import Method
from app.workbooks.problems import RowError, RowProblem
from app.workbooks.tables import Row, Table

HUNDRED = Decimal(100)
COMPETENCY_METHOD = "360"
TARGET_PROBLEMS = frozenset(
    {
        ParameterProblem.TARGET_MISSING,
        ParameterProblem.TARGET_ZERO,
        ParameterProblem.TARGET_NEGATIVE,
    }
)
ACTUAL_PROBLEMS = frozenset(
    {
        ParameterProblem.ACTUAL_NEGATIVE,
        ParameterProblem.ACTUAL_NOT_POSITIVE,
        ParameterProblem.STATUS_CONFLICT,
        ParameterProblem.BAD_COUNT,
        ParameterProblem.COUNT_CONFLICT,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemeOutline:
    """What the check of a KPI sheet needs to know of the scheme for one job."""

    dimension_names: Mapping[str, str]
    """Every accepted name of a dimension, Chinese or English, and the one that is kept."""
    competencies: Mapping[str, Mapping[str, Decimal]]
    """Per dimension its competencies with their weights in percent."""
    kpis: Mapping[tuple[str, str], Mapping[str, Any]]
    """Per dimension and KPI name what a row may leave out: the scheme's own KPI object."""
    from_feedback: Mapping[str, Mapping[tuple[str, str], Decimal]] = field(default_factory=dict)
    """Per dimension the KPIs read from the feedback: their names in zh and en, and their weight.

    A row for one of them is refused.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class KpiRow:
    """One line of somebody's KPI sheet, or a competency's weight (method `360`)."""

    source: Row
    staff_number: str
    dimension: str
    name: str
    target: str
    actual: str
    weight: Decimal | None
    method: str
    """Empty where the cell has an error."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    status: KpiStatus = KpiStatus.SCORED
    evidence_source: str = ""
    evidence: str = ""


def outline_scheme(definition: Mapping[str, Any]) -> SchemeOutline:
    """Draw the outline from a scheme's plain document."""
    names: dict[str, str] = {}
    competencies: dict[str, dict[str, Decimal]] = {}
    kpis: dict[tuple[str, str], Mapping[str, Any]] = {}
    surveys: dict[str, dict[tuple[str, str], Decimal]] = {}
    for dimension in definition["dimensions"]:
        kept = dimension["name_zh"]
        names |= {kept: kept, dimension["name_en"].casefold(): kept}
        competencies[kept], surveys[kept] = {}, {}
        for element in dimension["elements"]:
            weight = Decimal(element["weight"])
            if element.get("competency"):
                competencies[kept][element["name_zh"]] = weight
            elif element["kpi"]["method"] == Method.FROM_FEEDBACK:
                surveys[kept][element["name_zh"], element["name_en"]] = weight
            else:
                kpis[kept, element["name_zh"]] = element["kpi"]
    return SchemeOutline(
        dimension_names=names, competencies=competencies, kpis=kpis, from_feedback=surveys
    )


def check_kpis(
    table: Table,
    *,
    directory: Directory,
    jobs: Mapping[str, str],
    schemes: Mapping[str, SchemeOutline],
) -> tuple[list[KpiRow], list[RowError]]:
    """The rows of the sheet and everything wrong with them, in the order of the sheet.

    `jobs` gives each staff number's job after the import, `schemes` the outline for each job in
    lower case. Without a scheme for the job the rows alone must make 100 per dimension.
    """
    outlines = {number: schemes.get(job.casefold()) for number, job in jobs.items()}
    findings: list[RowError] = []
    rows = [
        _read_row(table, row, outlines.get(row.good("staff_number")), findings)
        for row in table.rows
    ]
    numbers = Suggestions(directory.numbers())
    for row in rows:
        findings += _check_person(table, row.source, directory, numbers)
    findings += _repeated(table, rows)
    findings += _sums(table, rows, outlines, directory)
    return rows, sorted(findings, key=lambda finding: finding.row)


def _read_row(
    table: Table, row: Row, scheme: SchemeOutline | None, findings: list[RowError]
) -> KpiRow:
    dimension = _dimension(table, row, scheme, findings)
    method, parameters = _method(table, row, scheme, dimension, findings)
    weight = Decimal(row.good("weight")) if row.good("weight") else None
    if weight is not None and not 0 < weight <= HUNDRED:
        findings.append(table.error(row, "weight", RowProblem.BAD_WEIGHT))
        weight = None
    return KpiRow(
        source=row,
        staff_number=row.good("staff_number"),
        dimension=dimension,
        name=row.good("name"),
        target=row.good("target"),
        actual=row.good("actual"),
        weight=weight,
        method=method,
        parameters=parameters,
        status=KpiStatus(parameters.get("status", KpiStatus.SCORED)),
        evidence_source=row.good("source"),
        evidence=row.good("evidence"),
    )


def _dimension(
    table: Table, row: Row, scheme: SchemeOutline | None, findings: list[RowError]
) -> str:
    found = row.good("dimension")
    if scheme is None or not found:
        return found
    kept = scheme.dimension_names.get(found) or scheme.dimension_names.get(found.casefold())
    if kept is None:
        known = "、".join(dict.fromkeys(scheme.dimension_names.values()))
        findings.append(table.error(row, "dimension", RowProblem.UNKNOWN_DIMENSION, known=known))
    return kept or ""


def _method(
    table: Table,
    row: Row,
    scheme: SchemeOutline | None,
    dimension: str,
    findings: list[RowError],
) -> tuple[str, dict[str, Any]]:
    """The method's code and, for a KPI, its whole KPI object; empty where they have an error."""
    if _is_from_feedback(scheme, dimension, row):
        findings.append(table.error(row, "name", RowProblem.FROM_FEEDBACK))
        return "", {}
    if not row.good("method"):
        return "", {}
    try:
        if method_of(row.good("method")) is None:
            findings += _unknown_competency(table, row, scheme, dimension)
            return COMPETENCY_METHOD, {}
        if row.bad & {"target", "actual", "parameters"}:
            return "", {}
        parameters = read_parameters(
            row.good("method"),
            row.good("parameters"),
            target=row.good("target"),
            actual=row.good("actual"),
            defaults=scheme.kpis.get((dimension, row.good("name"))) if scheme else None,
        )
    except ParameterError as error:
        findings.append(_refusal(table, row, error))
        return "", {}
    return str(parameters["method"]), parameters


def _is_from_feedback(scheme: SchemeOutline | None, dimension: str, row: Row) -> bool:
    kpis = scheme.from_feedback.get(dimension, {}) if scheme else {}
    found = row.good("name").casefold()
    return any(found == name.casefold() for names in kpis for name in names)


def _refusal(table: Table, row: Row, error: ParameterError) -> RowError:
    if error.problem is ParameterProblem.UNKNOWN_METHOD:
        return table.error(row, "method", RowProblem.BAD_METHOD)
    column = "parameters"
    if error.problem in TARGET_PROBLEMS:
        column = "target"
    elif error.problem in ACTUAL_PROBLEMS:
        column = "actual"
    return table.error(row, column, RowProblem.BAD_PARAMETERS, reason=ParameterSentence(error))


def _unknown_competency(
    table: Table, row: Row, scheme: SchemeOutline | None, dimension: str
) -> Iterator[RowError]:
    if scheme is None or not dimension or row.good("name") in scheme.competencies[dimension]:
        return
    known = "、".join(scheme.competencies[dimension]) or "–"
    yield table.error(row, "name", RowProblem.UNKNOWN_COMPETENCY, known=known)


def _check_person(
    table: Table, source: Row, directory: Directory, numbers: Suggestions
) -> Iterator[RowError]:
    person = directory.by_key.get(source.good("staff_number"))
    if person is not None and person.kind is not PersonKind.EMPLOYEE:
        yield table.error(source, "staff_number", RowProblem.NOT_AN_EMPLOYEE)
    else:
        yield from check_employee(
            table, source, "staff_number", directory=directory, numbers=numbers
        )


def _repeated(table: Table, rows: Iterable[KpiRow]) -> Iterator[RowError]:
    first: dict[tuple[str, str, str], int] = {}
    for row in rows:
        key = row.staff_number, row.dimension, row.name
        earlier = first.setdefault(key, row.source.number) if all(key) else row.source.number
        if earlier != row.source.number:
            yield table.error(row.source, "name", RowProblem.DUPLICATE_KPI, first=str(earlier))


def _sums(
    table: Table,
    rows: Iterable[KpiRow],
    outlines: Mapping[str, SchemeOutline | None],
    directory: Directory,
) -> Iterator[RowError]:
    """Each person's dimensions whose weights, competencies included, do not make exactly 100."""
    dimensions: dict[tuple[str, str], list[KpiRow]] = defaultdict(list)
    for row in rows:
        scheme = outlines.get(row.staff_number)
        refused = _is_from_feedback(scheme, row.dimension, row.source)
        if row.staff_number in directory.by_key and row.dimension and not refused:
            dimensions[row.staff_number, row.dimension].append(row)
    for (number, dimension), members in dimensions.items():
        weights = [row.weight for row in members if row.weight is not None]
        competencies = feedback_weight(members, dimension, outlines.get(number))
        total = sum(weights, competencies)
        if len(weights) == len(members) and total != HUNDRED:
            yield table.error(
                members[0].source,
                "weight",
                RowProblem.WEIGHTS_NOT_100,
                person=directory.by_key[number].name,
                dimension=dimension,
                total=format(total.normalize(), "f"),
                competencies=format(competencies.normalize(), "f"),
            )


def feedback_weight(
    rows: Sequence[KpiRow], dimension: str, scheme: SchemeOutline | None
) -> Decimal:
    """What the feedback adds to the rows: KPIs read from it, and the scheme's competencies.

    The competencies add nothing if the rows name them (360).
    """
    if scheme is None:
        return Decimal()
    surveys = sum(scheme.from_feedback.get(dimension, {}).values(), Decimal())
    if any(row.method == COMPETENCY_METHOD for row in rows):
        return surveys
    return surveys + sum(scheme.competencies.get(dimension, {}).values(), Decimal())
