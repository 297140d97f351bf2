"""The mark of each rater group: its shape says which group, its colour says it again."""

from decimal import Decimal
from enum import StrEnum

from app.charts.svg import Number, coordinate, element


class RaterGroup(StrEnum):
    SELF = "self"
    MANAGER = "manager"
    PEERS = "peers"
    DIRECT_REPORTS = "direct_reports"
    CUSTOMERS = "customers"
    ALL_OTHERS = "all_others"


COLOURS = {
    RaterGroup.SELF: "#000000",
    RaterGroup.MANAGER: "#1F6FEB",
    RaterGroup.PEERS: "#B85000",
    RaterGroup.DIRECT_REPORTS: "#00563F",
    RaterGroup.CUSTOMERS: "#7B2D8B",
    RaterGroup.ALL_OTHERS: "#949494",
}

# Corners about the centre for a radius of one. All marks cover about the same area.
CORNERS = {
    RaterGroup.SELF: (("0", "-1.15"), ("1.15", "0"), ("0", "1.15"), ("-1.15", "0")),
    RaterGroup.MANAGER: (("-.9", "-.9"), (".9", "-.9"), (".9", ".9"), ("-.9", ".9")),
    RaterGroup.DIRECT_REPORTS: (("0", "-1.15"), ("1.15", ".9"), ("-1.15", ".9")),
    RaterGroup.CUSTOMERS: (
        ("0", "-1.12"),
        ("1.07", "-.35"),
        (".66", ".91"),
        ("-.66", ".91"),
        ("-1.07", "-.35"),
    ),
}
RADIUS = Decimal("5.5")


def draw_mark(group: RaterGroup, *, x: Number, y: Number, merged: bool = False) -> str:
    """Draw the group's mark around x, y; a small plus says that groups were merged in it."""
    centre = Decimal(x), Decimal(y)
    drawn = _shape(group, *centre)
    return drawn + _plus(group, *centre) if merged else drawn


def _shape(group: RaterGroup, x: Decimal, y: Decimal) -> str:
    colour = COLOURS[group]
    if group is RaterGroup.PEERS:
        return element("circle", cx=x, cy=y, r=RADIUS, fill=colour)
    if group is RaterGroup.ALL_OTHERS:
        ring = RADIUS - 1
        return element("circle", cx=x, cy=y, r=ring, fill="#fff", stroke=colour, stroke_width=2)
    corners = " ".join(
        f"{coordinate(x + RADIUS * Decimal(dx))},{coordinate(y + RADIUS * Decimal(dy))}"
        for dx, dy in CORNERS[group]
    )
    if group is RaterGroup.SELF:
        hollow = Decimal("1.6")
        return element("polygon", points=corners, fill="#fff", stroke=colour, stroke_width=hollow)
    return element("polygon", points=corners, fill=colour)


def _plus(group: RaterGroup, x: Decimal, y: Decimal) -> str:
    left, top = coordinate(x + RADIUS + 1), coordinate(y - RADIUS)
    middle = coordinate(x + RADIUS + Decimal("3.5"))
    above = coordinate(y - RADIUS - Decimal("2.5"))
    return element(
        "path",
        d=f"M{left} {top}h5M{middle} {above}v5",
        stroke=COLOURS[group],
        stroke_width=Decimal("1.4"),
    )
