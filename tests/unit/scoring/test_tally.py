"""Counting in whole numbers gives the very figures that the definition gives with fractions."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.errors import ScoringError
from app.scoring.example import Item
from app.scoring.scales import Scale
from app.scoring.tally import RaterMean, tally_of
from app.scoring.weights import Weighted, surviving_weight, weighted_mean

STEPS = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(2, 3)])
WEIGHTS = st.sampled_from([Fraction(0), Fraction(1), Fraction(3), Fraction(1, 2), Fraction(5, 7)])
COVERAGES = st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(2, 3), Fraction(1)])
FIVE = Scale(
    lowest=Fraction(1),
    highest=Fraction(5),
    anchors={Fraction(answer): Fraction(20 * answer) for answer in range(1, 6)},
)


def by_definition(
    answers: Mapping[str, Fraction | None], items: Sequence[Item], scale: Scale, coverage: Fraction
) -> RaterMean | None:
    """scoring.md 4.1 and 4.2, word for word and with fractions only."""
    asked = [item for item in items if item.id in answers]
    raw = [Weighted(value=turned(answers[one.id], one, scale), weight=one.weight) for one in asked]
    points = [
        Weighted(value=None if one.value is None else scale.points(one.value), weight=one.weight)
        for one in raw
    ]
    raw_mean, points_mean = weighted_mean(raw), weighted_mean(points)
    if raw_mean is None or points_mean is None:
        return None
    on_form = sum((item.weight for item in asked), start=Fraction())
    enough = surviving_weight(raw) >= coverage * on_form
    return RaterMean(raw=raw_mean, points=points_mean) if enough else None


def turned(answer: Fraction | None, item: Item, scale: Scale) -> Fraction | None:
    return scale.reversed_answer(answer) if item.reverse and answer is not None else answer


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    """Scales of odd steps and odd points, from any lowest answer."""
    lowest, step = Fraction(draw(st.integers(-2, 2))), draw(STEPS)
    points = sorted(draw(st.lists(st.fractions(0, 120, max_denominator=9), min_size=2, max_size=7)))
    anchors = {lowest + step * place: worth for place, worth in enumerate(points)}
    return Scale(lowest=lowest, highest=max(anchors), anchors=anchors)


@settings(deadline=None, max_examples=300)
@given(scales(), st.lists(st.tuples(WEIGHTS, st.booleans()), min_size=1, max_size=8), st.data())
def test_counting_gives_what_the_definition_gives(
    scale: Scale, kinds: list[tuple[Fraction, bool]], data: st.DataObject
) -> None:
    items = [
        Item(id=f"q{place}", weight=weight, reverse=reverse)
        for place, (weight, reverse) in enumerate(kinds)
    ]
    asked = data.draw(st.sets(st.sampled_from([item.id for item in items])))
    given_answers = st.sampled_from([None, *scale.anchors])
    answers = {item: data.draw(given_answers) for item in sorted(asked)}
    coverage = data.draw(COVERAGES)

    counted = tally_of(items, scale).mean(answers, min_coverage=coverage)

    assert counted == by_definition(answers, items, scale, coverage)


@pytest.mark.parametrize(("reverse", "found"), [(False, "9"), (True, "-3")])
def test_an_answer_that_the_scale_does_not_have_is_refused(reverse: bool, found: str) -> None:
    tally = tally_of([Item(id="q1", reverse=reverse)], FIVE)

    with pytest.raises(ScoringError) as refusal:
        tally.mean({"q1": Fraction(9)}, min_coverage=Fraction(1, 2))

    assert refusal.value.facts == {"found": found}


def test_what_is_asked_is_made_ready_once_for_the_very_same_items() -> None:
    items, equal = [Item(id="q1")], [Item(id="q1")]

    assert tally_of(items, FIVE) is tally_of(items, FIVE)
    assert tally_of(items, FIVE) is not tally_of(equal, FIVE)
    assert tally_of(items, FIVE) == tally_of(equal, FIVE)
