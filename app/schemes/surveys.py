"""What must hold of KPIs that a scheme reads from the feedback itself. Pure."""

from collections.abc import Collection, Mapping, Sequence

from app.people.groups import RaterGroup
from app.schemes.findings import Findings, SchemeProblem, Table, finding, number_in, tables_in
from app.scoring.example import Order
from app.scoring.kpi_document import SURVEY_METHOD


def check_surveys(
    definition: Table, groups: Sequence[Table], dimensions: Sequence[Table]
) -> Findings:
    """Check that every KPI read from the feedback has answers to be read from.

    It is the mean over competencies of one group. Where each rater's overall view comes first, a
    line of the group is another sum over the same answers, and the two together may tell what fewer
    than the minimum answered.
    """
    places = [
        (f"/dimensions/{row}/elements/{place}", element)
        for row, dimension in enumerate(dimensions)
        for place, element in enumerate(tables_in(dimension, "elements"))
    ]
    asked = {element.get("id") for _, element in places if element.get("competency") is not None}
    weighing = [
        str(group.get("id"))
        for group in groups
        if (number_in(group.get("weight")) or 0) > 0 and group.get("id") != RaterGroup.SELF
    ]
    for path, element in places:
        kpi = element.get("kpi")
        if isinstance(kpi, Mapping) and kpi.get("method") == SURVEY_METHOD:
            yield from _survey(kpi, f"{path}/kpi", weighing, asked)
            if definition.get("order") == Order.RATER_OVERALL_FIRST:
                yield finding(SchemeProblem.SURVEY_BESIDE_OVERALL, f"{path}/kpi/method")


def _survey(kpi: Table, path: str, weighing: Sequence[str], asked: Collection[object]) -> Findings:
    group, named = kpi.get("group"), kpi.get("competencies")
    if group not in weighing:
        expected = ", ".join(weighing)
        place = f"{path}/group"
        yield finding(SchemeProblem.SURVEY_GROUP, place, found=group, expected=expected)
    if named is None and not asked:
        yield finding(SchemeProblem.SURVEY_WITHOUT_ANSWERS, path)
    if named is None:
        return
    codes = named if isinstance(named, list | tuple) else ()
    if not codes or len(set(map(str, codes))) < len(codes):
        yield finding(SchemeProblem.SURVEY_WITHOUT_ANSWERS, f"{path}/competencies")
    for index, code in enumerate(codes):
        if not isinstance(code, str) or code not in asked:
            place = f"{path}/competencies/{index}"
            yield finding(SchemeProblem.UNKNOWN_COMPETENCY, place, found=code)
