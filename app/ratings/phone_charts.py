"""The charts of a result for a narrow screen: labels above their rows, nothing to scroll. Pure."""

from decimal import Decimal

from app.charts.bars import HIGHEST as MOST_POINTS
from app.charts.bars import TARGET, Attainment, BarRow
from app.charts.dots import HIGHEST, LOWEST, Mark, Profile, ProfileRow
from app.charts.marks import draw_mark
from app.charts.svg import (
    ACTION,
    GRID,
    INK,
    MUTED,
    RULE,
    element,
    fold,
    picture,
    text,
    width_in_ems,
)

WIDTH = 340
LEFT, RIGHT = 10, 330
LABEL = 18  # height of a label's line
LABEL_EMS = Decimal(24)
LANE = 15
NEAR = Decimal(17)
BAR, BAR_END, THICK = 26, 280, 12
FOOT = 22


def phone_dots(profile: Profile) -> str:
    """The dot plot: per competency its name and below it the marks on the scale."""
    parts, bottom = _legend(profile)
    top = bottom
    for row in profile.rows:
        drawn, height = _dots_row(row, y=bottom)
        parts.append(drawn)
        bottom += height
    parts = [_scale_of_answers(top, bottom), *parts]
    return picture(parts, width=WIDTH, height=bottom + FOOT, summary=profile.summary)


def phone_bars(attainment: Attainment) -> str:
    """The bars: per KPI its name, and below it the bar with its points."""
    parts: list[str] = []
    for number, row in enumerate(attainment.rows):
        parts.append(_bar(row, y=number * (LABEL + BAR)))
    bottom = len(attainment.rows) * (LABEL + BAR)
    target = f"M{_points(Decimal(TARGET)):.1f} 0V{bottom}"
    parts.append(element("path", d=target, stroke=INK, stroke_width=Decimal("1.5")))
    figure = text(str(TARGET), x=_points(Decimal(TARGET)), y=bottom + 16)
    parts.append(element("g", figure, text_anchor="middle", font_size=12, fill=MUTED))
    return picture(parts, width=WIDTH, height=bottom + FOOT, summary=attainment.summary)


def _legend(profile: Profile) -> tuple[list[str], int]:
    """Marks with their names, as many to a line as fit, and the height they take."""
    parts: list[str] = []
    x, y = Decimal(LEFT), 10
    for group in profile.groups:
        room = 18 if group.merged else 12
        width = room + width_in_ems(group.label) * 13
        if x > LEFT and x + width > WIDTH:
            x, y = Decimal(LEFT), y + LABEL + 4
        parts.append(draw_mark(group.group, x=x, y=y, merged=group.merged))
        parts.append(text(group.label, x=x + room, y=Decimal(y) + Decimal("4.5")))
        x += width + 22
    return parts, y + LABEL


def _dots_row(row: ProfileRow, *, y: int) -> tuple[str, int]:
    label = text(fold(row.label, ems=LABEL_EMS, lines=1)[0], x=0, y=y + 14)
    line = y + LABEL + 10
    placed, lanes = _in_lanes(row.marks)
    marks = "".join(
        draw_mark(mark.group, x=_across(mark.value), y=line + LANE * lane, merged=mark.merged)
        for mark, lane in placed
    )
    return label + _span(row.marks, y=line) + marks, LABEL + 22 + LANE * (lanes - 1)


def _in_lanes(marks: tuple[Mark, ...]) -> tuple[list[tuple[Mark, int]], int]:
    """Each mark in the first lane where it covers no other."""
    ends: list[Decimal] = []
    placed: list[tuple[Mark, int]] = []
    for mark in sorted(marks, key=lambda one: (one.value, one.group)):
        x = _across(mark.value)
        lane = next((n for n, end in enumerate(ends) if x - end >= NEAR), len(ends))
        ends[lane : lane + 1] = [x]
        placed.append((mark, lane))
    return placed, max(1, len(ends))


def _span(marks: tuple[Mark, ...], *, y: int) -> str:
    if not marks:
        return element("path", d=f"M{LEFT} {y}h8", stroke=RULE, stroke_width=2)
    values = [mark.value for mark in marks]
    start, end = _across(min(values)), _across(max(values))
    return element("path", d=f"M{start:.1f} {y}H{end:.1f}", stroke=RULE, stroke_width=2)


def _scale_of_answers(top: int, bottom: int) -> str:
    steps = range(LOWEST, HIGHEST + 1)
    lines = "".join(f"M{_across(Decimal(n)):.1f} {top}V{bottom}" for n in steps)
    numbers = "".join(text(str(n), x=_across(Decimal(n)), y=bottom + 16) for n in steps)
    return element("path", d=lines, stroke=GRID) + element(
        "g", numbers, text_anchor="middle", font_size=12, fill=MUTED
    )


def _bar(row: BarRow, *, y: int) -> str:
    label = text(fold(row.label, ems=LABEL_EMS, lines=1)[0], x=0, y=y + 14)
    value = min(max(row.value or Decimal(0), Decimal(0)), Decimal(MOST_POINTS))
    top = y + LABEL + 2
    shape = f"M0 {top}H{_points(value):.1f}v{THICK}H0z"
    bar = element("path", d=shape, fill=ACTION) if value else ""
    return label + bar + text(row.shown or "–", x=BAR_END + 8, y=top + 11)


def _across(value: Decimal) -> Decimal:
    return LEFT + (value - LOWEST) * (RIGHT - LEFT) / (HIGHEST - LOWEST)


def _points(value: Decimal) -> Decimal:
    return value * BAR_END / MOST_POINTS
