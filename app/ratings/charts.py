"""A shown result as charts: the profile of competencies and the attainment of KPIs."""

from decimal import Decimal

from flask_babel import gettext as _

from app.charts.bars import TARGET, Attainment, BarRow
from app.charts.dots import GroupLabel, Mark, Profile, ProfileRow
from app.charts.marks import RaterGroup as ChartGroup
from app.people.groups import RaterGroup
from app.ratings.shown import ElementKind, ShownCell, ShownCompetency, ShownResult

CHART_GROUPS: dict[str, ChartGroup] = {
    RaterGroup.SELF: ChartGroup.SELF,
    RaterGroup.SUPERVISOR: ChartGroup.MANAGER,
    RaterGroup.PEER: ChartGroup.PEERS,
    RaterGroup.SUBORDINATE: ChartGroup.DIRECT_REPORTS,
    RaterGroup.CUSTOMER: ChartGroup.CUSTOMERS,
}


def profile_of(shown: ShownResult) -> Profile:
    """The dot plot: competencies by what others say, highest first; the person's own view last."""
    ranked = sorted(shown.competencies, key=lambda one: -(one.others or Decimal(0)))
    return Profile(
        summary=_summary(shown),
        row_heading=_("Competency"),
        groups=tuple(_groups(shown)),
        rows=tuple(ProfileRow(label=one.name, marks=tuple(_marks(one))) for one in ranked),
    )


def attainment_of(shown: ShownResult) -> Attainment:
    """The bars: how many points each KPI scored, 100 for one that is on target."""
    rows = [
        BarRow(label=one.name, value=one.score, shown="" if one.score is None else str(one.score))
        for dimension in shown.dimensions
        for one in dimension.elements
        if one.kind is ElementKind.KPI
    ]
    scored = [row for row in rows if row.value is not None]
    reached = [row for row in scored if row.value is not None and row.value >= TARGET]
    summary: str = _(
        "Points of each KPI; %(reached)s of %(all)s reached the target of 100.",
        reached=len(reached),
        all=len(scored),
    )
    return Attainment(
        summary=summary,
        row_heading=_("KPI"),
        value_heading=_("Score"),
        rows=tuple(rows),
    )


def chart_group(cell: ShownCell) -> ChartGroup:
    """The mark of a cell: that of its first group, which a plus then marks as merged."""
    return CHART_GROUPS.get(cell.groups[0], ChartGroup.ALL_OTHERS)


def _groups(shown: ShownResult) -> list[GroupLabel]:
    """Every cell that occurs, in the order of the scheme; competencies may differ in theirs."""
    labels: dict[tuple[str, ...], GroupLabel] = {}
    for competency in shown.competencies:
        for cell in competency.cells:
            labels.setdefault(
                cell.groups,
                GroupLabel(group=chart_group(cell), label=cell.label, merged=cell.is_merged),
            )
    if any(one.own is not None for one in shown.competencies):
        labels[(RaterGroup.SELF,)] = GroupLabel(group=ChartGroup.SELF, label=_("Self"))
    return list(labels.values())


def _marks(competency: ShownCompetency) -> list[Mark]:
    marks = [
        Mark(
            group=chart_group(cell),
            value=cell.mean,
            shown=str(cell.mean),
            merged=cell.is_merged,
        )
        for cell in competency.cells
    ]
    if competency.own is not None:
        own = competency.own
        marks.append(Mark(group=ChartGroup.SELF, value=own, shown=str(own)))
    return marks


def _summary(shown: ShownResult) -> str:
    parts = [f"{one.name} {one.others}" for one in shown.competencies if one.others is not None]
    summary: str = _(
        "Competencies on the scale of 1 to 5 as others see them: %(figures)s.",
        figures=_(", ").join(parts),
    )
    return summary
