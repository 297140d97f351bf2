"""The dot plot: one row per competency, one mark per rater group, on the whole scale of 1 to 5."""

from dataclasses import dataclass
from decimal import Decimal

from app.charts.marks import RaterGroup, draw_mark
from app.charts.svg import (
    GRID,
    MUTED,
    RULE,
    ChartTable,
    element,
    fold,
    picture,
    text,
    width_in_ems,
)

LOWEST, HIGHEST = 1, 5
WIDTH = 640
LABEL_EMS = Decimal(15)
LEFT, RIGHT = 192, 616
TOP, ROW = 32, 30
LINE = 13
LANE = 12
NEAR = Decimal(17)
ABSENT = "–"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """One group's mean in one competency, from 1 to 5; `shown` is how the page writes it."""

    group: RaterGroup
    value: Decimal
    shown: str
    merged: bool = False

    def __post_init__(self) -> None:
        if not LOWEST <= self.value <= HIGHEST:
            raise ValueError(f"a mark off the scale of 1 to 5: {self.value}")


Crowd = list[list[Mark]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileRow:
    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupLabel:
    """A group's name in the legend and in the head of the table."""

    group: RaterGroup
    label: str
    merged: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """A person's competencies as their rater groups see them, in the reader's language."""

    summary: str
    row_heading: str
    groups: tuple[GroupLabel, ...]
    rows: tuple[ProfileRow, ...]


def dot_plot(profile: Profile, *, font: str = "") -> str:
    drawn, bottom = [], TOP
    for row in profile.rows:
        crowds = _crowds(row.marks)
        height = max([ROW, *(LANE * len(crowd) + LANE for crowd in crowds)])
        drawn.append(_row(row, crowds, y=bottom + height // 2))
        bottom += height
    parts = [_legend(profile.groups), _axis(bottom), *drawn]
    return picture(parts, width=WIDTH, height=bottom + 22, summary=profile.summary, font=font)


def dot_plot_table(profile: Profile) -> ChartTable:
    """Give the chart's figures as rows; a group without a mark shows a dash."""
    return ChartTable(
        header=(profile.row_heading, *(_heading(group) for group in profile.groups)),
        rows=tuple(_table_row(row, profile.groups) for row in profile.rows),
    )


def _heading(group: GroupLabel) -> str:
    return f"{group.label}+" if group.merged else group.label


def _table_row(row: ProfileRow, groups: tuple[GroupLabel, ...]) -> tuple[str, ...]:
    shown = {(mark.group, mark.merged): mark.shown for mark in row.marks}
    return (row.label, *(shown.get((group.group, group.merged), ABSENT) for group in groups))


def _legend(groups: tuple[GroupLabel, ...]) -> str:
    parts = []
    x = Decimal(8)
    for group in groups:
        parts.append(draw_mark(group.group, x=x, y=10, merged=group.merged))
        x += 18 if group.merged else 12
        parts.append(text(group.label, x=x, y=Decimal("14.5")))
        x += width_in_ems(group.label) * 13 + 26
    return "".join(parts)


def _axis(bottom: int) -> str:
    lines = "".join(f"M{_across(Decimal(n))} {TOP}V{bottom}" for n in range(LOWEST, HIGHEST + 1))
    numbers = "".join(
        text(str(n), x=_across(Decimal(n)), y=bottom + 16) for n in range(LOWEST, HIGHEST + 1)
    )
    return element("path", d=lines, stroke=GRID) + element(
        "g", numbers, text_anchor="middle", font_size=12, fill=MUTED
    )


def _row(row: ProfileRow, crowds: list[Crowd], *, y: int) -> str:
    lines = fold(row.label, ems=LABEL_EMS)
    first = Decimal(y) + Decimal("4.5") - Decimal(LINE * (len(lines) - 1)) / 2
    label = "".join(
        text(line, x=0, y=first + LINE * number, font_size=12) for number, line in enumerate(lines)
    )
    marks = "".join(
        draw_mark(m.group, x=_across(m.value), y=at, merged=m.merged)
        for crowd in crowds
        for m, at in _stacked(crowd, y=Decimal(y))
    )
    return label + _span(row.marks, y=y) + marks


def _span(marks: tuple[Mark, ...], *, y: int) -> str:
    if not marks:
        return element("path", d=f"M{LEFT + 2} {y}h8", stroke=RULE, stroke_width=2)
    values = [mark.value for mark in marks]
    start, end = _across(min(values)), _across(max(values))
    return element("path", d=f"M{start:.1f} {y}H{end:.1f}", stroke=RULE, stroke_width=2)


def _crowds(marks: tuple[Mark, ...]) -> list[Crowd]:
    """Put marks that would cover one another into lanes; far marks share a lane.

    A crowd is a chain of neighbours that are too near; every lane in it has room for each of its
    marks.
    """
    crowds: list[Crowd] = []
    newest: Mark | None = None
    for mark in sorted(marks, key=lambda mark: (mark.value, list(RaterGroup).index(mark.group))):
        if newest is None or not _is_near(newest, mark):
            crowds.append([])
        _take_in(crowds[-1], mark)
        newest = mark
    return crowds


def _take_in(crowd: Crowd, mark: Mark) -> None:
    for lane in crowd:
        if not _is_near(lane[-1], mark):
            lane.append(mark)
            return
    crowd.append([mark])


def _is_near(left: Mark, right: Mark) -> bool:
    return _across(right.value) - _across(left.value) < NEAR


def _stacked(crowd: Crowd, *, y: Decimal) -> list[tuple[Mark, Decimal]]:
    top = y - Decimal(LANE * (len(crowd) - 1)) / 2
    return [(mark, top + LANE * number) for number, lane in enumerate(crowd) for mark in lane]


def _across(value: Decimal) -> Decimal:
    return LEFT + (value - LOWEST) * (RIGHT - LEFT) / (HIGHEST - LOWEST)
