"""However an answer is written, it is the same answer, or it is refused."""

from decimal import Decimal
from fractions import Fraction

import pytest

from app.scoring.document import read_example
from app.scoring.errors import ScoringError
from tests.unit.scoring.worked import KEY_ACCOUNT, changed, worked_input


def answer_read(value: object) -> Fraction | None:
    example = read_example(changed(KEY_ACCOUNT, "/raters/0/a/q1", value))
    return example.raters[0].answers["q1"]


@pytest.mark.parametrize("value", [4, "4", "4.0", Decimal(4), Decimal("4.00")])
def test_four_is_four_however_it_is_written(value: object) -> None:
    assert answer_read(value) == 4


def test_a_null_stays_a_null() -> None:
    assert answer_read(None) is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "bad_value"),
        (4.0, "float_input"),
        (6, "answer_out_of_scale"),
        ("4.5", "answer_out_of_scale"),
        ([4], "bad_value"),
    ],
)
def test_what_is_no_answer_is_refused_at_its_place(value: object, code: str) -> None:
    with pytest.raises(ScoringError) as refusal:
        answer_read(value)

    assert (refusal.value.code, refusal.value.where) == (code, "/raters/0/a/q1")


@pytest.mark.parametrize("value", [4, None])
def test_an_item_that_nobody_asked_is_refused_even_where_it_was_skipped(value: object) -> None:
    document = worked_input(KEY_ACCOUNT)
    document["raters"][0]["a"]["q/unknown"] = value

    with pytest.raises(ScoringError) as refusal:
        read_example(document)

    assert (refusal.value.code, refusal.value.where) == ("bad_value", "/raters/0/a/q~1unknown")
