import re
from decimal import Decimal

import pytest

from app.charts.bars import Attainment, BarRow
from app.charts.dots import GroupLabel, Mark, Profile, ProfileRow
from app.charts.marks import RaterGroup
from app.ratings.phone_charts import phone_bars, phone_dots


def profile(*values: str, label: str = "Listening") -> Profile:
    groups = [RaterGroup.MANAGER, RaterGroup.PEERS, RaterGroup.SELF][: len(values)]
    return Profile(
        summary="A profile",
        row_heading="Competency",
        groups=tuple(GroupLabel(group=group, label=f"Group {group}") for group in groups),
        rows=(
            ProfileRow(
                label=label,
                marks=tuple(
                    Mark(group=group, value=Decimal(value), shown=value)
                    for group, value in zip(groups, values, strict=True)
                ),
            ),
        ),
    )


def height_of(svg: str) -> int:
    found = re.search(r'viewBox="0 0 340 (\d+)"', svg)
    assert found is not None
    return int(found[1])


def test_a_row_grows_when_marks_would_cover_one_another() -> None:
    apart, near = phone_dots(profile("2", "3", "4")), phone_dots(profile("3.9", "4", "4.1"))

    assert height_of(near) == height_of(apart) + 30


def test_a_competency_without_marks_keeps_its_row() -> None:
    assert "Listening" in phone_dots(profile())


def test_labels_are_text_and_never_markup() -> None:
    assert "&lt;b&gt;" in phone_dots(profile("3", label="<b>"))


@pytest.mark.parametrize(("value", "end"), [("60", "140.0"), ("120", "280.0"), ("150", "280.0")])
def test_a_bar_is_as_long_as_its_points_up_to_the_cap(value: str, end: str) -> None:
    row = BarRow(label="Sales", value=Decimal(value), shown=value)
    chart = Attainment(summary="s", row_heading="KPI", value_heading="Score", rows=(row,))

    assert f"H{end}v12" in phone_bars(chart)


def test_a_kpi_without_a_score_shows_a_dash_and_no_bar() -> None:
    row = BarRow(label="Sales", value=None, shown="")
    chart = Attainment(summary="s", row_heading="KPI", value_heading="Score", rows=(row,))

    svg = phone_bars(chart)

    assert ">–<" in svg
    assert "v12" not in svg
