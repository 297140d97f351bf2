"""A KPI read from our own forms, such as customer satisfaction: points of answers already counted.

The KPI is the mean of the group's lines in the competencies named, each line as it was decided
there: pooled with others where the group is pooled, and absent where too few answered. It is made
of figures that stand on their own already, or that rest on at least k raters, so it adds nothing
by which a smaller number of raters could be solved for. Without any line it is not applicable.
"""

from fractions import Fraction

from app.scoring.averages import mean
from app.scoring.cells import Cell, cells_of
from app.scoring.example import Example, Survey
from app.scoring.feedback import averaging_of, means_by_group
from app.scoring.kpi import Kpi, KpiStatus
from app.scoring.numbers import fixed_text
from app.scoring.workings import Formula, Working, working


def surveyed(example: Example, kpi: Kpi, survey: Survey) -> Kpi:
    """The KPI with the points that the feedback gives it, unless its status settled it before."""
    if kpi.status is not KpiStatus.SCORED:
        return kpi
    points = _line_points(example, survey)
    if not points:
        return Kpi(method=kpi.method, status=KpiStatus.NOT_APPLICABLE, points=None)
    return Kpi(
        method=kpi.method,
        status=KpiStatus.SCORED,
        points=mean(points),
        limits=kpi.limits,
        working=_working(survey, points),
    )


def surveyed_lines(example: Example, survey: Survey) -> list[Cell]:
    """The group's line in each competency where it has one, in the order of their ids."""
    elements = [one for dimension in example.dimensions for one in dimension.elements]
    named = sorted((e for e in elements if e.id in survey.competencies), key=lambda e: e.id)
    return [
        cell
        for competency in named
        for cell in cells_of(example.groups, means_by_group(example, competency.items))
        if cell.survives and survey.group in cell.members
    ]


def _line_points(example: Example, survey: Survey) -> list[Fraction]:
    lines = surveyed_lines(example, survey)
    averages = [averaging_of(line.means, example.policy.averaging) for line in lines]
    return [average.points for average in averages if average is not None]


def _working(survey: Survey, points: list[Fraction]) -> Working:
    means = " + ".join(fixed_text(one) for one in points)
    return working(Formula.SURVEY, group=survey.group, means=means, count=Fraction(len(points)))
