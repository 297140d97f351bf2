"""The radar: the same competencies as the dot plot, others against self. Never shown alone."""

from dataclasses import dataclass
from decimal import Decimal
from math import cos, pi, sin

from app.charts.dots import ABSENT, HIGHEST
from app.charts.marks import COLOURS, RaterGroup
from app.charts.svg import (
    ACTION,
    GRID,
    ChartTable,
    Number,
    coordinate,
    element,
    fold,
    picture,
    text,
)

WIDTH, HEIGHT = 440, 340
CENTRE_X, CENTRE_Y, RADIUS = 220, 166, 118
FEWEST, MOST = 3, 8
LABEL_EMS = Decimal(8)


@dataclass(frozen=True, kw_only=True, slots=True)
class RadarAxis:
    """One competency; a missing value leaves the line open there instead of falling to nought."""

    label: str
    others: Decimal | None
    own: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Radar:
    summary: str
    row_heading: str
    others_heading: str
    own_heading: str
    axes: tuple[RadarAxis, ...]

    def __post_init__(self) -> None:
        if not FEWEST <= len(self.axes) <= MOST:
            raise ValueError(f"a radar has {FEWEST} to {MOST} axes, not {len(self.axes)}")


def radar_chart(radar: Radar, *, font: str = "") -> str:
    count = len(radar.axes)
    others = [axis.others for axis in radar.axes]
    own = [axis.own for axis in radar.axes]
    parts = [
        _web(count),
        *(_label(axis.label, number, count) for number, axis in enumerate(radar.axes)),
        _line(others, stroke=ACTION, stroke_width=2),
        _line(own, stroke=COLOURS[RaterGroup.SELF], stroke_width=2, stroke_dasharray="5 4"),
        _legend(radar),
    ]
    return picture(parts, width=WIDTH, height=HEIGHT, summary=radar.summary, font=font)


def radar_table(radar: Radar) -> ChartTable:
    return ChartTable(
        header=(radar.row_heading, radar.others_heading, radar.own_heading),
        rows=tuple((a.label, _shown(a.others), _shown(a.own)) for a in radar.axes),
    )


def _shown(value: Decimal | None) -> str:
    return ABSENT if value is None else f"{value:.2f}"


def _point(number: int, count: int, distance: Decimal) -> tuple[Decimal, Decimal]:
    """Find the point `distance` radii out on an axis; the first axis points up, then clockwise."""
    angle = 2 * pi * number / count
    across, up = Decimal(str(round(sin(angle), 6))), Decimal(str(round(cos(angle), 6)))
    return CENTRE_X + RADIUS * distance * across, CENTRE_Y - RADIUS * distance * up


def _written(point: tuple[Decimal, Decimal]) -> str:
    return f"{coordinate(point[0])} {coordinate(point[1])}"


def _web(count: int) -> str:
    rings = "".join(
        "M"
        + "L".join(_written(_point(n, count, Decimal(level) / HIGHEST)) for n in range(count))
        + "z"
        for level in range(1, HIGHEST + 1)
    )
    spokes = "".join(
        f"M{CENTRE_X} {CENTRE_Y}L{_written(_point(n, count, Decimal(1)))}" for n in range(count)
    )
    return element("path", d=rings + spokes, fill="none", stroke=GRID)


def _line(values: list[Decimal | None], **style: str | Number) -> str:
    """Join the values around the web; only a complete round is closed."""
    count = len(values)
    path = ""
    for number, value in enumerate(values):
        if value is None:
            continue
        joined = number > 0 and values[number - 1] is not None
        path += ("L" if joined else "M") + _written(_point(number, count, value / HIGHEST))
    if None not in values:
        path += "z"
    elif values[0] is not None and values[-1] is not None:
        path += "L" + _written(_point(0, count, values[0] / HIGHEST))
    return element("path", d=path, fill="none", **style) if path else ""


def _label(words: str, number: int, count: int) -> str:
    x, y = _point(number, count, Decimal("1.1"))
    side = (x > CENTRE_X + 1) - (x < CENTRE_X - 1)
    anchor = ("middle", "start", "end")[side]
    lines = fold(words, ems=LABEL_EMS)
    above = len(lines) - 1 if y < CENTRE_Y else 0
    return "".join(
        text(line, x=x, y=y + 4 + 15 * (i - above), text_anchor=anchor, font_size=12)
        for i, line in enumerate(lines)
    )


def _legend(radar: Radar) -> str:
    y = HEIGHT - 12
    return (
        element("path", d=f"M60 {y}h28", stroke=ACTION, stroke_width=2)
        + text(radar.others_heading, x=94, y=y + 4)
        + element("path", d=f"M240 {y}h28", stroke="#000", stroke_width=2, stroke_dasharray="5 4")
        + text(radar.own_heading, x=274, y=y + 4)
    )
