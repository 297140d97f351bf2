from decimal import Decimal
from xml.etree import ElementTree

import pytest

from app.charts.radar import Radar, RadarAxis, radar_chart, radar_table

SVG = "{http://www.w3.org/2000/svg}"


def _radar(*pairs: tuple[str | None, str | None]) -> Radar:
    return Radar(
        summary="能力雷达图",
        row_heading="能力",
        others_heading="他评",
        own_heading="本人",
        axes=tuple(
            RadarAxis(label=f"能力 {number}", others=_value(others), own=_value(own))
            for number, (others, own) in enumerate(pairs)
        ),
    )


def _value(shown: str | None) -> Decimal | None:
    return None if shown is None else Decimal(shown)


def _lines(radar: Radar) -> list[str]:
    paths = ElementTree.fromstring(radar_chart(radar)).iter(f"{SVG}path")  # noqa: S314
    drawn = [path.attrib for path in paths if path.get("fill") == "none"]
    return [path["d"] for path in drawn if path.get("stroke-width") == "2"]


@pytest.mark.parametrize("count", [2, 9])
def test_a_radar_has_three_to_eight_axes(count: int) -> None:
    with pytest.raises(ValueError, match="3 to 8 axes"):
        _radar(*[("3", "4")] * count)


def test_others_and_self_are_two_closed_lines() -> None:
    lines = _lines(_radar(("3", "4"), ("4", "5"), ("2", "3")))
    assert len(lines) == 2
    assert all(line.endswith("z") for line in lines)


def test_the_first_axis_points_straight_up_and_five_reaches_its_end() -> None:
    others, _ = _lines(_radar(("5", "1"), ("1", "1"), ("1", "1")))
    assert others.startswith("M220 48L")


def test_a_missing_value_opens_the_line_instead_of_dropping_to_nought() -> None:
    others, own = _lines(_radar(("3", "4"), (None, "5"), ("2", "3"), ("4", "4")))
    assert "z" not in others
    assert others.count("M") == 2
    assert own.endswith("z")


def test_a_group_without_any_value_draws_no_line() -> None:
    assert len(_lines(_radar((None, "4"), (None, "5"), (None, "3")))) == 1


def test_the_table_shows_both_figures() -> None:
    table = radar_table(_radar(("3.25", "4"), (None, "5"), ("2", "3")))
    assert table.header == ("能力", "他评", "本人")
    assert table.rows[:2] == (("能力 0", "3.25", "4.00"), ("能力 1", "–", "5.00"))
