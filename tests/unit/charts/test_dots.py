import re
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charts.dots import GroupLabel, Mark, Profile, ProfileRow, dot_plot, dot_plot_table
from app.charts.marks import RaterGroup, draw_mark
from app.charts.svg import fold

SVG = "{http://www.w3.org/2000/svg}"
LARGEST_CHART = 6 * 1024
GROUPS = (
    GroupLabel(group=RaterGroup.SELF, label="本人"),
    GroupLabel(group=RaterGroup.MANAGER, label="上级"),
    GroupLabel(group=RaterGroup.PEERS, label="同级", merged=True),
    GroupLabel(group=RaterGroup.DIRECT_REPORTS, label="下级"),
    GroupLabel(group=RaterGroup.CUSTOMERS, label="客户"),
)
means = st.decimals(min_value=1, max_value=5, places=2)


def _mark(group: RaterGroup, value: str, *, merged: bool = False) -> Mark:
    return Mark(group=group, value=Decimal(value), shown=value, merged=merged)


def _profile(*rows: ProfileRow, summary: str = "能力概览") -> Profile:
    return Profile(summary=summary, row_heading="能力", groups=GROUPS, rows=rows)


def _row(label: str, *marks: Mark) -> ProfileRow:
    return ProfileRow(label=label, marks=marks)


def _parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 (our own text)


def _full_profile(rows: int) -> Profile:
    groups = [label.group for label in GROUPS]
    return _profile(
        *(
            _row(f"内部协作与知识共享能力 {n}", *(_mark(g, f"{3 + n % 3 / 2}") for g in groups))
            for n in range(rows)
        )
    )


def _outline(group: RaterGroup) -> tuple[str, int, bool]:
    """What is left of a mark without colour: its element, its corners, whether it is hollow."""
    mark = ElementTree.fromstring(draw_mark(group, x=0, y=0))  # noqa: S314 (our own text)
    return mark.tag, len(mark.get("points", "").split()), mark.get("fill") == "#fff"


def test_shape_alone_tells_the_groups_apart() -> None:
    outlines = {group: _outline(group) for group in RaterGroup}
    assert len(set(outlines.values())) == len(RaterGroup)


def test_a_mark_stands_where_its_value_is_on_the_scale() -> None:
    svg = _parsed(
        dot_plot(
            Profile(
                summary="s",
                row_heading="h",
                groups=(),
                rows=(
                    _row("low", _mark(RaterGroup.PEERS, "1")),
                    _row("middle", _mark(RaterGroup.PEERS, "3")),
                    _row("high", _mark(RaterGroup.PEERS, "5")),
                ),
            )
        )
    )
    low, middle, high = (float(circle.attrib["cx"]) for circle in svg.iter(f"{SVG}circle"))
    assert low < middle < high
    assert middle - low == pytest.approx(high - middle)


def test_the_scale_always_shows_one_to_five() -> None:
    svg = _parsed(dot_plot(_profile(_row("a", _mark(RaterGroup.PEERS, "4.90")))))
    assert {"1", "2", "3", "4", "5"} <= {line.text for line in svg.iter(f"{SVG}text")}


@pytest.mark.parametrize("value", ["0.99", "5.01"])
def test_a_mark_off_the_scale_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="off the scale"):
        _mark(RaterGroup.PEERS, value)


@given(st.lists(means, min_size=2, max_size=12))
def test_no_mark_covers_another(values: list[Decimal]) -> None:
    marks = tuple(Mark(group=RaterGroup.PEERS, value=v, shown=str(v)) for v in values)
    rows = (_row("a", *marks), _row("b", *marks))
    profile = Profile(summary="s", row_heading="h", groups=(), rows=rows)
    circles = [circle.attrib for circle in _parsed(dot_plot(profile)).iter(f"{SVG}circle")]
    assert len(circles) == 2 * len(values)
    for one, other in combinations(circles, 2):
        across = float(one["cx"]) - float(other["cx"])
        down = float(one["cy"]) - float(other["cy"])
        assert across**2 + down**2 >= (2 * float(one["r"])) ** 2


def test_a_merged_group_carries_a_plus_in_chart_and_table() -> None:
    row = _row("a", _mark(RaterGroup.PEERS, "4.00", merged=True))
    plain = _row("a", _mark(RaterGroup.PEERS, "4.00"))
    assert len(dot_plot(_profile(row))) > len(dot_plot(_profile(plain)))
    assert dot_plot_table(_profile(row)).header == ("能力", "本人", "上级", "同级+", "下级", "客户")


def test_the_table_has_the_shown_figures_and_a_dash_for_a_missing_group() -> None:
    row = _row("沟通", _mark(RaterGroup.SELF, "4.20"), _mark(RaterGroup.CUSTOMERS, "3.40"))
    assert dot_plot_table(_profile(row)).rows == (("沟通", "4.20", "–", "–", "–", "3.40"),)


def test_a_row_without_any_mark_still_has_its_name() -> None:
    assert "沟通" in dot_plot(_profile(_row("沟通")))


def test_a_chart_says_in_words_what_it_shows() -> None:
    svg = _parsed(dot_plot(_profile(_row("a"), summary='最高："客户" & <沟通>')))
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-label"] == '最高："客户" & <沟通>'


def test_names_that_look_like_markup_stay_text() -> None:
    hostile = "<script>alert(1)</script>&\"'"
    svg = dot_plot(_profile(_row(hostile)))
    assert "<script" not in svg
    assert _parsed(svg) is not None


def test_a_strict_content_policy_finds_nothing_to_block() -> None:
    svg = dot_plot(_full_profile(4))
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|href", svg)


@pytest.mark.parametrize("rows", [1, 4, 8])
def test_a_chart_of_all_groups_stays_small(rows: int) -> None:
    assert len(dot_plot(_full_profile(rows)).encode()) <= LARGEST_CHART


def test_a_long_name_takes_two_lines_and_then_an_ellipsis() -> None:
    svg = _parsed(dot_plot(_profile(_row("协" * 60))))
    lines = [line.text or "" for line in svg.iter(f"{SVG}text") if "协" in (line.text or "")]
    assert len(lines) == 2
    assert lines[1].endswith("…")


def test_paper_names_its_font_and_a_page_does_not() -> None:
    assert 'font-family="Noto Sans SC"' in dot_plot(_full_profile(1), font="Noto Sans SC")
    assert "font-family" not in dot_plot(_full_profile(1))


@given(st.lists(means, min_size=1, max_size=6))
def test_any_means_give_a_well_formed_chart_inside_its_frame(values: list[Decimal]) -> None:
    marks = tuple(
        Mark(group=group, value=value, shown=str(value))
        for group, value in zip(RaterGroup, values, strict=False)
    )
    svg = _parsed(dot_plot(_profile(_row("a", *marks))))
    height = float(svg.attrib["height"])
    for circle in svg.iter(f"{SVG}circle"):
        assert 0 <= float(circle.attrib["cx"]) <= 640
        assert 0 <= float(circle.attrib["cy"]) <= height


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("沟通", ("沟通",)),
        ("产品知识与行业理解", ("产品知识与", "行业理解")),
        ("Working together and sharing", ("Working together", "and sharing")),
        ("协" * 40, ("协" * 8, "协" * 7 + "…")),
        ("", ("",)),
    ],
)
def test_a_name_is_broken_evenly_and_at_its_spaces(words: str, lines: tuple[str, ...]) -> None:
    assert fold(words, ems=Decimal(8) if words.startswith(("产", "协")) else Decimal(10)) == lines


def test_a_group_that_is_merged_in_one_competency_only_has_a_column_for_each() -> None:
    alone = _row("a", _mark(RaterGroup.PEERS, "4.00"))
    merged = _row("b", _mark(RaterGroup.PEERS, "3.00", merged=True))
    groups = tuple(
        GroupLabel(group=RaterGroup.PEERS, label="同级", merged=is_merged)
        for is_merged in (False, True)
    )
    profile = replace(_profile(alone, merged), groups=groups)

    assert dot_plot_table(profile).rows == (("a", "4.00", "–"), ("b", "–", "3.00"))
