"""Raters weighed by how often they say they meet the person."""

from fractions import Fraction
from typing import Any

import pytest

from app.scoring.errors import ScoringError
from app.scoring.results import Rating
from tests.unit.scoring.rounds import each, round_of
from tests.unit.scoring.worked import rating_of

TABLE = {"often": 3, "sometimes": 2, "seldom": 1}
ANSWERS = {"supervisor": each("c", 4), "peer": each("c", 5, 3, 1), "customer": each("c", 5, 5)}


def _document(*declared: str | None, **changes: Any) -> dict[str, Any]:
    """The peers declare so much contact, in their order; None says nothing."""
    document = round_of(ANSWERS, aggregate="contact_weighted", contact_weights=TABLE, **changes)
    for rater, word in zip(document["raters"][1:4], declared, strict=True):
        rater["contact"] = word
    return document


def _peers(*declared: str | None) -> Fraction:
    return rating_of(_document(*declared)).dimensions[0].elements[0].groups[1].score


def test_who_meets_the_person_often_counts_for_more() -> None:
    assert _peers("often", "sometimes", "seldom") == Fraction(3 * 100 + 2 * 60 + 20, 6)


def test_equal_contact_is_the_plain_mean() -> None:
    assert _peers("often", "often", "often") == 60


def test_who_declares_nothing_counts_least() -> None:
    assert _peers("often", None, None) == Fraction(3 * 100 + 60 + 20, 5)


def test_a_group_is_counted_by_people_and_not_by_their_contact() -> None:
    """Two customers in close contact are two, and below three."""
    document = _document("often", "often", "often")
    for rater in document["raters"][4:]:
        rater["contact"] = "often"
    rating = rating_of(document)

    assert [one.group for one in rating.dimensions[0].elements[0].groups] == ["supervisor", "peer"]


def test_without_the_rule_in_the_scheme_contact_changes_nothing() -> None:
    document = _document("often", "seldom", "once in a blue moon")
    del document["aggregate"]

    assert rating_of(document) == rating_of(round_of(ANSWERS))


def test_overall_views_carry_their_raters_contact() -> None:
    orders = ("competency_first", "rater_overall_first")
    ratings: list[Rating] = [
        rating_of(_document("often", "sometimes", "seldom", order=order)) for order in orders
    ]

    assert ratings[0].exact == ratings[1].exact


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ({}, "/contact_weights"),
        ({"often": 2, "seldom": 0}, "/contact_weights"),
        ({"often": 1, "seldom": -1}, "/contact_weights"),
        ({"often": "3.1", "seldom": 1}, "/contact_weights"),
        ({"often": "much"}, "/contact_weights/often"),
    ],
)
def test_a_table_that_silences_somebody_or_lets_one_decide_is_refused(
    table: dict[str, Any], where: str
) -> None:
    with pytest.raises(ScoringError) as caught:
        rating_of(_document(None, None, None) | {"contact_weights": table})

    assert (caught.value.code, caught.value.where) == ("bad_value", where)


def test_a_word_that_the_table_does_not_have_is_refused() -> None:
    with pytest.raises(ScoringError) as caught:
        rating_of(_document("often", "daily", None))

    assert (caught.value.code, caught.value.where) == ("bad_value", "/raters/2/contact")
    assert "often, sometimes, seldom" in caught.value.message_en
