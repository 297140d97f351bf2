"""Further blanks: enough of them, not more than that, and the same ones every time."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.disclosure.blanking import CellShape, further_blanks, items_to_blank
from app.scoring.disclosure.equations import Equation, Figure, FigureKind
from app.scoring.disclosure.terms import Covered, Unknown, item_terms, mean_terms
from app.scoring.errors import Complaint, ScoringError
from faults.plain import is_exposed_plainly

Pattern = tuple[str, ...]


def shape(
    *patterns: tuple[str, int], least: int = 3, weights: tuple[int, ...] = (1, 1, 1)
) -> CellShape:
    """Patterns as text: ``("ab", 4)`` are four raters who answered the items a and b."""
    named = tuple(((tuple(answered), Fraction(1)), count) for answered, count in patterns)
    counts = {item: sum(n for (given, _), n in named if item in given) for item in "abc"}
    return CellShape(
        least=least,
        weights=tuple(zip("abc", map(Fraction, weights), strict=True)),
        patterns=named,
        wanted=frozenset(item for item, count in counts.items() if count >= least),
    )


def equations_of(cell: CellShape) -> tuple[Equation, list[Equation], dict[str, int]]:
    covered = [
        Covered(rater=f"{items}{number}", items=items)
        for (items, _), count in cell.patterns
        for number in range(count)
    ]
    mean = Equation(
        figure=Figure(kind=FigureKind.CELL), terms=mean_terms(covered, dict(cell.weights))
    )
    items = [
        Equation(figure=Figure(kind=FigureKind.ITEM, item=item), terms=item_terms(covered, item))
        for item in sorted(cell.wanted)
    ]
    return mean, items, {one.rater: cell.least for one in covered}


def is_safe(cell: CellShape, blank: frozenset[str]) -> bool:
    mean, items, minimum = equations_of(cell)
    shown = [one for one in items if one.figure.item not in blank]
    return not is_exposed_plainly([mean, *shown], minimum)


def test_complete_answers_need_no_blank() -> None:
    assert items_to_blank(shape(("abc", 3))) == frozenset()


def test_one_who_skipped_an_item_costs_the_item_with_the_fewest_answers() -> None:
    assert items_to_blank(shape(("abc", 6), ("ab", 1))) == {"c"}


def test_of_equally_few_the_first_id_goes() -> None:
    assert items_to_blank(shape(("abc", 2), ("ab", 7))) == {"a"}


def test_a_skipped_item_without_weight_tells_nothing() -> None:
    assert items_to_blank(shape(("abc", 6), ("ab", 1), weights=(1, 1, 0))) == frozenset()


def test_the_order_of_items_and_raters_decides_nothing() -> None:
    one = shape(("abc", 5), ("ab", 1), ("bc", 2))
    turned = CellShape(
        least=one.least,
        weights=one.weights[::-1],
        patterns=tuple(
            ((items[::-1], counts), count) for (items, counts), count in reversed(one.patterns)
        ),
        wanted=one.wanted,
    )

    assert items_to_blank(turned) == items_to_blank(one)


def test_two_who_count_for_more_cost_an_item() -> None:
    usual = shape(("abc", 6))
    heavier = ((("a", "b", "c"), Fraction(2)), 2)

    assert items_to_blank(replace(usual, patterns=(*usual.patterns, heavier))) == {"a"}


def test_what_cannot_be_mended_by_a_blank_is_refused() -> None:
    mean, items, minimum = equations_of(shape(("ab", 2)))

    with pytest.raises(ScoringError) as refusal:
        further_blanks([mean, *items], minimum, {})

    assert refusal.value.complaint is Complaint.EXPOSED_RATERS
    assert "2 people" in refusal.value.message_en


def test_a_blank_that_a_later_one_makes_needless_comes_back() -> None:
    def over(name: str, *raters: int) -> Equation:
        return Equation(
            figure=Figure(kind=FigureKind.ITEM, item=name),
            terms={Unknown(rater=f"r{one}", subject="q"): Fraction(1) for one in raters},
        )

    # Without the two lists r6 shows; without the second one nobody does, r8 and r9 included.
    everything, first, second = over("f", *range(7)), over("a", 0, 1, 2), over("b", 3, 4, 5)
    rows = [everything, first, second, over("g", 3, 4, 5, 8, 9)]
    minimum = {f"r{one}": 3 for one in range(10)}

    assert further_blanks(rows, minimum, {first.figure: 1, second.figure: 2}) == {second.figure}


PATTERNS = st.lists(
    st.tuples(st.sampled_from(["abc", "ab", "ac", "bc", "a", "c"]), st.integers(1, 4)),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one[0],
).filter(lambda found: 3 <= sum(count for _, count in found) <= 8)


@settings(max_examples=60, deadline=None)
@given(PATTERNS, st.tuples(*[st.integers(1, 2)] * 3))
def test_the_blanks_are_enough_and_none_of_them_is_for_nothing(
    patterns: list[tuple[str, int]], weights: tuple[int, ...]
) -> None:
    cell = shape(*patterns, weights=weights)
    blank = items_to_blank(cell)

    assert is_safe(cell, blank)
    for fewer in combinations(sorted(blank), len(blank) - 1) if blank else ():
        assert not is_safe(cell, frozenset(fewer))
