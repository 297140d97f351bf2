"""Horizontal bars: how far each KPI was attained, on a scale of 0 to 120 with a line at 100."""

from dataclasses import dataclass
from decimal import Decimal

from app.charts.svg import ACTION, GRID, INK, MUTED, ChartTable, element, fold, picture, text

HIGHEST = 120
TARGET = 100
WIDTH = 640
LABEL_EMS = Decimal(15)
LEFT, RIGHT = 192, 570
TOP, ROW, THICK = 8, 30, 14
LINE = 13
TICKS = (0, 25, 50, 75, TARGET, HIGHEST)
ABSENT = "–"


@dataclass(frozen=True, kw_only=True, slots=True)
class BarRow:
    """One KPI's attainment in points of 100; None where there is no figure."""

    label: str
    value: Decimal | None
    shown: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Attainment:
    summary: str
    row_heading: str
    value_heading: str
    rows: tuple[BarRow, ...]


def bar_chart(attainment: Attainment, *, font: str = "") -> str:
    bottom = TOP + ROW * len(attainment.rows)
    rows = [_row(row, y=TOP + ROW * i + ROW // 2) for i, row in enumerate(attainment.rows)]
    parts = [_grid(bottom), *rows, _target(bottom)]
    return picture(parts, width=WIDTH, height=bottom + 22, summary=attainment.summary, font=font)


def bar_chart_table(attainment: Attainment) -> ChartTable:
    return ChartTable(
        header=(attainment.row_heading, attainment.value_heading),
        rows=tuple((row.label, _shown(row)) for row in attainment.rows),
    )


def _shown(row: BarRow) -> str:
    return ABSENT if row.value is None else row.shown


def _row(row: BarRow, *, y: int) -> str:
    lines = fold(row.label, ems=LABEL_EMS)
    first = Decimal(y) + Decimal("4.5") - Decimal(LINE * (len(lines) - 1)) / 2
    label = "".join(
        text(line, x=0, y=first + LINE * i, font_size=12) for i, line in enumerate(lines)
    )
    # The scale ends at 120, the usual cap; a higher figure shows by its number and an arrow head.
    length = min(max(row.value or Decimal(0), Decimal(0)), Decimal(HIGHEST))
    end = _across(length)
    bar = element("path", d=_outline(row, y=y, end=end), fill=ACTION) if length else ""
    return label + bar + text(_shown(row), x=RIGHT + 14, y=Decimal(y) + Decimal("4.5"))


def _outline(row: BarRow, *, y: int, end: Decimal) -> str:
    half = THICK // 2
    beyond = row.value is not None and row.value > HIGHEST
    tip = f"L{end + 8:.1f} {y}L{end:.1f} {y + half}" if beyond else f"V{y + half}"
    return f"M{LEFT} {y - half}H{end:.1f}{tip}H{LEFT}z"


def _grid(bottom: int) -> str:
    lines = "".join(f"M{_across(Decimal(tick)):.1f} {TOP}V{bottom}" for tick in TICKS)
    numbers = "".join(text(str(n), x=_across(Decimal(n)), y=bottom + 16) for n in TICKS)
    return element("path", d=lines, stroke=GRID) + element(
        "g", numbers, text_anchor="middle", font_size=12, fill=MUTED
    )


def _target(bottom: int) -> str:
    line = f"M{_across(Decimal(TARGET)):.1f} {TOP}V{bottom}"
    return element("path", d=line, stroke=INK, stroke_width=Decimal("1.5"))


def _across(value: Decimal) -> Decimal:
    return LEFT + value * (RIGHT - LEFT) / HIGHEST
