import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from app.charts.bars import Attainment, BarRow, bar_chart, bar_chart_table

SVG = "{http://www.w3.org/2000/svg}"


def _attainment(*values: str | None) -> Attainment:
    return Attainment(
        summary="指标完成情况",
        row_heading="指标",
        value_heading="得分",
        rows=tuple(
            BarRow(
                label=f"指标 {number}",
                value=None if value is None else Decimal(value),
                shown="" if value is None else value,
            )
            for number, value in enumerate(values)
        ),
    )


def _bar_ends(svg: str) -> list[float]:
    paths = (path.attrib for path in ElementTree.fromstring(svg).iter(f"{SVG}path"))  # noqa: S314
    bars = (path["d"] for path in paths if path.get("fill"))
    return [float(re.search(r"H([\d.]+)", bar).group(1)) for bar in bars]  # type: ignore[union-attr]


def test_a_bar_is_as_long_as_its_value() -> None:
    half, whole = _bar_ends(bar_chart(_attainment("50", "100")))
    assert whole - 192 == pytest.approx(2 * (half - 192))


def test_a_value_above_the_scale_ends_at_its_edge_with_an_arrow_head() -> None:
    svg = bar_chart(_attainment("120", "180"))
    full, beyond = _bar_ends(svg)
    assert full == beyond
    assert svg.count("L578.0") == 1


@pytest.mark.parametrize("value", ["0", "-20", None])
def test_nothing_attained_draws_no_bar(value: str | None) -> None:
    assert _bar_ends(bar_chart(_attainment(value))) == []


def test_the_scale_marks_the_target() -> None:
    texts = ElementTree.fromstring(bar_chart(_attainment("80"))).iter(f"{SVG}text")  # noqa: S314
    assert {"0", "100", "120"} <= {line.text for line in texts}


def test_the_table_shows_each_figure_or_a_dash() -> None:
    table = bar_chart_table(_attainment("94.50", None))
    assert table.header == ("指标", "得分")
    assert table.rows == (("指标 0", "94.50"), ("指标 1", "–"))
