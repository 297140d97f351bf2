"""The engine beside a plain model of its description: they agree to the last bit.

This is the strongest of the properties: it covers 4.1 to 4.7, every method of a KPI, and with them
most of what the others say one by one.
"""

import copy
from fractions import Fraction

import pytest
from hypothesis import given

from app.scoring.results import Rating
from tests.unit.scoring.generated import Document, examples, rich_examples
from tests.unit.scoring.naive import plainly_rated
from tests.unit.scoring.properties import many
from tests.unit.scoring.worked import KEY_ACCOUNT, SALES_REP, rating_of, worked_input


def _shown(rating: Rating) -> dict[str, Fraction]:
    """Every shown term of every level by its name; none where there is no total."""
    if rating.computed is None:
        return {}
    shown = {term.name: term.shown for term in rating.totals}
    for dimension in rating.dimensions:
        for element in dimension.elements:
            name = f"{dimension.id}/{element.id}"
            shown[name] = element.shown
            shown |= {f"{name}/{group.group}": group.shown for group in element.groups}
    return shown


def _agree(document: Document) -> None:
    rating, model = rating_of(document), plainly_rated(copy.deepcopy(document))

    assert rating.exact == model.exact
    assert rating.computed == model.published
    assert rating.computed_grade == model.grade
    assert _shown(rating) == model.shown


@many
@given(rich_examples())
def test_engine_and_model_agree_under_every_rule(document: Document) -> None:
    _agree(document)


@many
@given(examples())
def test_engine_and_model_agree_under_the_usual_rules(document: Document) -> None:
    _agree(document)


@pytest.mark.parametrize("which", [KEY_ACCOUNT, SALES_REP])
def test_the_model_gives_the_published_figures_of_the_worked_examples(which: int) -> None:
    """Without this the model itself would rest on nothing."""
    model = plainly_rated(worked_input(which))

    assert (model.exact, model.published, model.grade) == (
        (Fraction(63591629, 690000), Fraction("92.16"), "A"),
        (Fraction(396103, 4200), Fraction("94.31"), "A"),
    )[which]
