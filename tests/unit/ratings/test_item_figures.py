"""What the item means of a protected group tell a reader who sees the competency's mean as well.

Views are enumerated with every answer that could lie behind them, as a patient reader would.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, permutations, product

import pytest

from app.ratings.item_figures import protected_item_texts
from app.scoring.averages import Aggregate, Averaging
from app.scoring.disclosure.terms import leaves_somebody_out
from app.scoring.disclosure.thresholds import Thresholds
from app.scoring.example import Item
from app.scoring.numbers import fixed_text

LEVELS = range(1, 6)
MEAN = Averaging()
Sums = tuple[int, ...]
View = tuple[str, tuple[str, ...]]


def texts(
    raters: Sequence[Sequence[int | None]], *, k: int = 3, counts: Sequence[int] = ()
) -> list[str]:
    answers = [[None if level is None else Fraction(level) for level in one] for one in raters]
    return protected_item_texts(
        answers,
        items=[Item(id=f"q{place}") for place in range(len(raters[0]))],
        ends=(Fraction(1), Fraction(5)),
        counts=[Fraction(one) for one in counts or [1] * len(raters)],
        thresholds=Thresholds(k=k),
    )


def answers_by_sum(n: int) -> dict[int, list[Sums]]:
    """All that n people can answer to one item, by the sum of their answers."""
    found: dict[int, list[Sums]] = defaultdict(list)
    for answers in combinations_with_replacement(LEVELS, n):
        found[sum(answers)].append(answers)
    return dict(found)


def every_view(n: int, items: int, k: int = 3) -> dict[View, set[Sums]]:
    """What is published of n raters who all answered every item → the items' sums behind it.

    Items weigh the same, so that the order of the items turns a view round and nothing else.
    """
    columns = answers_by_sum(n)
    views: dict[View, set[Sums]] = defaultdict(set)
    for sums in combinations_with_replacement(sorted(columns), items):
        raters = list(zip(*(columns[one][0] for one in sums), strict=True))
        average = fixed_text(Fraction(sum(sums), n * items))
        for turned in set(permutations(zip(sums, texts(raters, k=k), strict=True))):
            key = (average, tuple(text for _, text in turned))
            views[key].add(tuple(one for one, _ in turned))
    return views


def has_one_source(sources: set[Sums], columns: dict[int, list[Sums]]) -> bool:
    """Whether a single table of answers, whoever gave which row, lies behind a view."""
    if len(sources) > 1:
        return False
    candidates = [columns[one] for one in next(iter(sources))]
    several = sum(len(set(rows[0])) > 1 for rows in candidates)
    return all(len(rows) == 1 for rows in candidates) and several < 2


def shows_unanimity(sources: set[Sums], n: int) -> bool:
    """Whether some item was surely answered alike by all: only the ends leave no other answer."""
    return any(
        {sums[place] for sums in sources} <= {n, 5 * n} for place in range(len(min(sources)))
    )


@pytest.mark.no_cover  # every possible group; the tests below reach the same lines with one each
@pytest.mark.parametrize(
    ("n", "items", "k"),
    [*product((3, 4, 5), (2, 3, 4), (3,)), (6, 2, 4), (7, 2, 4), (6, 3, 5), (8, 2, 5)],
)
def test_no_view_of_a_small_group_can_be_solved(n: int, items: int, k: int) -> None:
    columns = answers_by_sum(n)
    solved = {
        average
        for (average, _), sources in every_view(n, items, k).items()
        if has_one_source(sources, columns) or shows_unanimity(sources, n)
    }

    # A mean at the very end says that everybody answered so, whatever is shown beside it.
    assert solved == {"1.00", "5.00"}


@pytest.mark.parametrize(("n", "k"), [(n, k) for k in (3, 4, 5) for n in range(k, 9) if n < 2 * k])
@pytest.mark.parametrize("level", [1, 5])
def test_items_of_a_unanimous_small_group_look_like_those_of_another_one(
    n: int, k: int, level: int
) -> None:
    neighbour = 2 if level == 1 else 4
    other = [[level, level]] * (n - 1) + [[neighbour, neighbour]]

    assert texts([[level, level]] * n, k=k) == texts(other, k=k)


@pytest.mark.parametrize("n", range(3, 9))
def test_the_mean_of_an_only_item_fixes_nobody_but_at_the_ends(n: int) -> None:
    # The only item of a competency is shown as the competency, with two decimals: a stated limit.
    sources: dict[str, list[Sums]] = defaultdict(list)
    for answers in combinations_with_replacement(LEVELS, n):
        sources[fixed_text(Fraction(sum(answers), n))].append(answers)

    fixed = {
        mean
        for mean, found in sources.items()
        if any(len(set(one)) == 1 for one in found) and len(found) == 1
    }

    assert fixed == {"1.00", "5.00"}


@pytest.mark.parametrize("n", [3, 4, 5])
def test_items_in_the_middle_of_the_scale_are_still_shown(n: int) -> None:
    assert texts([[2, 3]] * (n - 1) + [[4, 4]])[0]


@pytest.mark.parametrize("hidden", [[5, 3], [1, 3], [3, None]])
def test_one_hidden_item_of_a_small_group_hides_all(hidden: list[int | None]) -> None:
    assert texts([hidden, hidden, hidden, hidden]) == ["", ""]


def test_a_single_skipped_answer_of_a_small_group_hides_all_items() -> None:
    # n·mean = (all answers to both items + that one rater's answer) / 2 would give it away.
    assert texts([[2, 3], [3, 4], [4, 3], [4, 2], [3, None]]) == ["", ""]


def test_a_few_who_skipped_cannot_be_told_from_the_many() -> None:
    full, partial = [3, 4, 2], [4, 3, None]

    # Of the items that tell the two apart, the one with the fewest answers goes; one is enough.
    assert texts([*[full] * 7, *[partial] * 2]) == ["3.2", "3.8", ""]
    assert texts([*[full] * 7, *[partial] * 3]) == ["3.3", "3.7", "2.0"]
    # Here the third item has too few answers anyhow, and the first must go to cover it.
    assert texts([*[full] * 2, *[partial] * 7]) == ["", "3.2", ""]


def test_who_answered_more_than_all_others_costs_them_one_item() -> None:
    mixed = [[3, 4, None], [3, None, 2], [None, 4, 2]] * 3

    assert texts(mixed) == ["3.0", "4.0", "2.0"]
    assert texts([*mixed, [3, 4, 2]]) == ["", "4.0", "2.0"]


@pytest.mark.parametrize("level", range(1, 6))
def test_the_only_item_of_a_small_group_is_the_competency_and_stands_nowhere_else(
    level: int,
) -> None:
    assert texts([[level]] * 5) == [""]
    assert texts([[level]] * 6) == [f"{level}.0"]


TRIMMED = Averaging(kind=Aggregate.TRIMMED, trim=Fraction("0.15"))


@pytest.mark.parametrize(
    ("averaging", "n", "somebody"),
    [
        (MEAN, 9, False),
        (TRIMMED, 6, False),
        (TRIMMED, 7, True),
        (Averaging(kind=Aggregate.TRIMMED, trim=Fraction("0.4")), 4, False),
        (Averaging(kind=Aggregate.CONTACT_WEIGHTED), 9, False),
        (Averaging(kind=Aggregate.MEDIAN), 3, True),
        (Averaging(kind=Aggregate.DROP_K_EACH_SIDE), 4, False),
        (Averaging(kind=Aggregate.DROP_K_EACH_SIDE), 5, True),
    ],
)
def test_an_average_leaves_somebody_out_exactly_where_it_is_not_the_mean(
    averaging: Averaging, n: int, *, somebody: bool
) -> None:
    figures = [Fraction(2) ** place for place in range(n)]

    assert leaves_somebody_out(averaging, n) == somebody
    assert (averaging.of(figures) != MEAN.of(figures)) == somebody


def test_who_counts_for_more_than_others_is_told_from_them_by_no_item() -> None:
    raters = [[2, 3], [3, 4], [4, 3], [4, 2], [3, 4], [3, 3]]

    assert texts(raters[:5], counts=[2, 2, 2, 2, 2]) == ["3.2", "3.2"]
    assert texts(raters[:5], counts=[1, 1, 1, 1, 2]) == ["", ""]
    assert texts(raters, counts=[1, 1, 1, 2, 2, 2]) == ["3.2", "3.2"]
    assert texts(raters, counts=[1, 1, 1, 1, 2, 2]) == ["", "3.2"]


def test_larger_groups_show_their_ends() -> None:
    assert texts([[5, 1]] * 6) == ["5.0", "1.0"]
    assert Counter(texts([[5, 3, 3]] * 6 + [[None, 3, 3]] * 3)) == Counter(["5.0", "3.0", "3.0"])
