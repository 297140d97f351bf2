"""The equations say what the engine computes: tried by changing answers and comparing figures."""

from collections.abc import Iterator
from copy import deepcopy
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.averages import Aggregate
from app.scoring.disclosure.audit import find_exposed
from app.scoring.disclosure.equations import Equation, Figure, FigureKind, equations_of
from app.scoring.disclosure.terms import Measure, Unknown, goes_with_items, slope_of
from app.scoring.document import read_example
from app.scoring.example import SELF, Example
from app.scoring.feedback import item_means
from app.scoring.rating import rate
from app.scoring.results import Rating
from app.scoring.scales import Scale
from tests.unit.scoring.generated import GROUPS, examples

BENT = {"min": 1, "max": 5, "anchors": [[1, 0], [2, 25], [3, 60], [4, 85], [5, 100]]}
STRAIGHT = {"min": 1, "max": 5, "anchors": [[step, 20 * step] for step in range(1, 6)]}
CONTACT = {"aggregate": "contact_weighted", "contact_weights": {"daily": 2, "seldom": 1}}


@st.composite
def adding_up(draw: st.DrawFn) -> dict[str, Any]:
    """An example all of whose figures are sums of answers, with a KPI read from the feedback."""
    document: dict[str, Any] = draw(examples())
    document |= draw(st.sampled_from([{"aggregate": "mean"}, CONTACT]))
    document |= draw(st.sampled_from([{}, {"scale": BENT}]))
    document |= draw(st.sampled_from([{}, {}, {"order": "rater_overall_first"}]))
    for rater in document["raters"]:
        rater["contact"] = draw(st.sampled_from(["daily", "seldom"]))
    elements = [one for dimension in document["dimensions"] for one in dimension["elements"]]
    kpis = [one for one in elements if "kpi" in one]
    if kpis and any("items" in one for one in elements):
        kpis[0]["kpi"] = {"method": "from_feedback", "group": draw(st.sampled_from(GROUPS[1:4]))}
    return document


def figures_of(example: Example, rating: Rating) -> Iterator[tuple[Figure, Fraction]]:
    """Every figure with its exact value, as the engine has it."""
    elements = {one.id: one for dimension in example.dimensions for one in dimension.elements}
    total = Fraction()
    for dimension in rating.dimensions:
        total += dimension.contribution
        yield Figure(kind=FigureKind.DIMENSION, of=dimension.id), dimension.score or Fraction()
        for one in dimension.elements:
            if elements[one.id].survey is not None and one.score is not None:
                yield Figure(kind=FigureKind.SURVEY, of=one.id), one.score
            if not one.groups:
                continue
            assert one.others_raw is not None
            assert one.score is not None
            yield Figure(kind=FigureKind.OTHERS, of=one.id), one.others_raw
            yield Figure(kind=FigureKind.COMPETENCY, of=one.id), one.score
            for cell in one.groups:
                yield (
                    Figure(kind=FigureKind.CELL, of=one.id, members=cell.members),
                    cell.mean,
                )
                means = item_means(example, elements[one.id], cell.members)
                for item, found in means.items():
                    figure = Figure(
                        kind=FigureKind.ITEM, of=one.id, members=cell.members, item=item
                    )
                    if found.mean is not None:
                        yield figure, found.mean
    yield Figure(kind=FigureKind.TOTAL), total


def value_of(example: Example, unknown: Unknown) -> Fraction:
    rater = next(one for one in example.raters if one.id == unknown.rater)
    answer = rater.answers[unknown.subject]
    assert answer is not None
    items = (one for d in example.dimensions for e in d.elements for one in e.items)
    if next(one for one in items if one.id == unknown.subject).reverse:
        answer = example.scale.reversed_answer(answer)
    return example.scale.points(answer) if unknown.measure is Measure.POINTS else answer


def answered_otherwise(document: dict[str, Any], seed: int) -> dict[str, Any]:
    """The same items answered by the same people, with other answers."""
    random, other = Random(seed), deepcopy(document)  # noqa: S311
    for rater in other["raters"]:
        rater["a"] = {
            item: None if answer is None else random.randint(1, 5)
            for item, answer in rater["a"].items()
        }
    return other


@settings(max_examples=40, deadline=None)
@given(adding_up(), st.integers(0, 9))
def test_every_figure_changes_by_what_its_equation_says(
    document: dict[str, Any], seed: int
) -> None:
    one = read_example(document)
    other = read_example(answered_otherwise(document, seed))
    equations = {row.figure: row.terms for row in equations_of(one, rate(one))}
    before, after = dict(figures_of(one, rate(one))), dict(figures_of(other, rate(other)))

    assert equations.keys() == before.keys() == after.keys()
    for figure, terms in equations.items():
        change = sum(
            (
                factor * (value_of(other, unknown) - value_of(one, unknown))
                for unknown, factor in terms.items()
            ),
            start=Fraction(),
        )
        assert after[figure] - before[figure] == change


@settings(max_examples=40, deadline=None)
@given(adding_up())
def test_cells_and_items_tell_as_much_as_all_figures_together(document: dict[str, Any]) -> None:
    # What else is shown are sums over whole cells: the blanks can be decided cell by cell.
    example = read_example(document | {"order": "competency_first"})
    everything = equations_of(example, rate(example))
    minimum = {one.id: 3 for one in example.raters if one.group not in {"supervisor", SELF}}
    cells = [row for row in everything if row.figure.kind in {FigureKind.CELL, FigureKind.ITEM}]

    found, found_by_cell = (find_exposed(rows, minimum) for rows in (everything, cells))

    assert (found is None) == (found_by_cell is None)


def five_peers_example(**policy: Any) -> Example:
    """The third peer has a view of the second competency only."""
    elements = [{"id": f"C{n}", "weight": 50, "items": [{"id": f"q{n}"}]} for n in (1, 2)]
    document = {
        "id": "X",
        "scale": BENT,
        "grades": [["A", 60], ["D", 0]],
        "groups": [{"id": "peer", "weight": 100}],
        "dimensions": [{"id": "D", "weight": 100, "elements": elements}],
        "raters": [
            {"id": f"r{n}", "group": "peer", "a": {"q1": None if n == 2 else 3, "q2": 4}}
            for n in range(5)
        ],
    }
    return read_example(document | policy)


def rated(example: Example) -> tuple[Example, Rating]:
    return example, rate(example)


def five_peers(**policy: Any) -> dict[FigureKind, Equation]:
    """The last equation of each kind."""
    example = five_peers_example(**policy)
    return {row.figure.kind: row for row in equations_of(example, rate(example))}


@pytest.mark.parametrize(
    ("scale", "worth", "measure"),
    [
        (STRAIGHT, Fraction(20), Measure.RAW),
        (BENT, Fraction(1), Measure.POINTS),
    ],
)
def test_a_key_figure_read_from_the_feedback_is_the_mean_over_the_competencies(
    scale: dict[str, Any], worth: Fraction, measure: Measure
) -> None:
    kpis: list[dict[str, Any]] = [
        {"id": "K", "weight": 50, "kpi": {"method": "from_feedback", "group": "peer"}},
        {"id": "M", "weight": 50, "kpi": {"method": "manual", "actual": 4, "reason": "agreed"}},
    ]
    competencies = [{"id": f"C{n}", "weight": 50, "items": [{"id": f"q{n}"}]} for n in (1, 2)]
    dimensions = [
        {"id": "D", "weight": 60, "elements": competencies},
        {"id": "E", "weight": 40, "elements": kpis},
    ]
    [read] = [
        row
        for row in equations_of(*rated(five_peers_example(scale=scale, dimensions=dimensions)))
        if row.figure.kind is FigureKind.SURVEY
    ]

    assert read.figure.of == "K"
    assert {(one.rater, one.subject): factor for one, factor in read.terms.items()} == {
        (f"r{rater}", f"q{item}"): worth / 2 / (4 if item == 1 else 5)
        for rater in range(5)
        for item in (1, 2)
        if (rater, item) != (2, 1)
    }
    assert {one.measure for one in read.terms} == {measure}


def test_overall_views_count_everybody_who_has_one() -> None:
    plain = five_peers(order="rater_overall_first")[FigureKind.CELL].terms
    cut = five_peers(order="rater_overall_first", aggregate="drop_k_each_side")

    assert {(one.rater, one.subject): factor for one, factor in plain.items()} == {
        (f"r{rater}", f"q{item}"): Fraction(1, 5) if rater == 2 else Fraction(1, 10)
        for rater in range(5)
        for item in (1, 2)
        if (rater, item) != (2, 1)
    }
    assert {(one.subject, one.measure) for one in cut[FigureKind.CELL].terms} == {
        ("D", Measure.RAW_AVERAGE)
    }
    assert len(cut[FigureKind.CELL].terms) == 5


@pytest.mark.parametrize("aggregate", list(Aggregate))
def test_an_average_without_extremes_is_a_sum_of_its_own(aggregate: Aggregate) -> None:
    rows = five_peers(aggregate=aggregate, trim="0.2", contact_weights={"daily": 1})

    measures = {unknown.measure for unknown in rows[FigureKind.CELL].terms}
    points = {unknown.measure for unknown in rows[FigureKind.COMPETENCY].terms}
    if aggregate in {Aggregate.MEAN, Aggregate.CONTACT_WEIGHTED}:
        assert (measures, points) == ({Measure.RAW}, {Measure.POINTS})
    else:
        assert (measures, points) == ({Measure.RAW_AVERAGE}, {Measure.POINTS_AVERAGE})
    assert len({unknown.rater for unknown in rows[FigureKind.CELL].terms}) == 5


@given(st.integers(-20, 60), st.integers(0, 30), st.integers(1, 20))
def test_anchors_on_a_line_have_a_slope_and_bent_ones_have_none(
    lowest: int, slope: int, bend: int
) -> None:
    def scale(middle: int) -> Scale:
        points = [lowest, lowest + slope, middle, lowest + 3 * slope, lowest + 4 * slope]
        anchors = {Fraction(step + 1): Fraction(worth) for step, worth in enumerate(points)}
        return Scale(lowest=Fraction(1), highest=Fraction(5), anchors=anchors)

    straight = lowest + 2 * slope
    assert slope_of(scale(straight)) == slope
    assert slope_of(scale(straight + bend)) is None


@pytest.mark.parametrize(
    ("policy", "n", "together"),
    [
        ({}, 5, True),
        ({"order": "rater_overall_first"}, 5, False),
        ({"aggregate": "drop_k_each_side"}, 4, True),
        ({"aggregate": "drop_k_each_side"}, 5, False),
    ],
)
def test_items_go_with_a_plain_mean_of_the_very_competency(
    policy: dict[str, Any], n: int, *, together: bool
) -> None:
    assert goes_with_items(five_peers_example(**policy), n) == together


def test_overall_views_beside_item_means_tell_of_who_skipped_a_competency() -> None:
    # Why no item may stand beside them.
    example = five_peers_example(order="rater_overall_first")

    finding = find_exposed(equations_of(example, rate(example)), {f"r{n}": 3 for n in range(5)})

    assert finding is not None
    assert finding.raters == ("r2",)
    assert {figure.kind for figure in finding.figures} == {FigureKind.CELL, FigureKind.ITEM}
