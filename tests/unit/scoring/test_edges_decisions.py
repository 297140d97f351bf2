"""The edges of what people decide: fingerprints, chains, vetoes and contact weights."""

import hashlib
from decimal import Decimal
from fractions import Fraction

import pytest

from app.scoring.calibration import Calibration, reconfirm, row_hash
from app.scoring.document import read_example
from app.scoring.errors import Complaint, ScoringError
from app.scoring.snapshot import base_hash
from tests.unit.scoring.generated import Document
from tests.unit.scoring.worked import KEY_ACCOUNT, changed, rating_of, worked_input

ROW = Calibration(by="校准会", reason="与同级对齐", delta=Fraction(-1, 2), at="2024-10-08")


def test_the_fingerprint_knows_the_value_of_a_decimal_and_not_its_zeros() -> None:
    assert base_hash({"a": Decimal("1.5")}) != base_hash({"a": Decimal("2.5")})
    assert base_hash({"a": Decimal("1.5")}) == base_hash({"a": Decimal("1.50")})


def test_a_rows_hash_is_that_of_its_members_as_plain_sorted_json() -> None:
    text = '{"at":"2024-10-08","by":"校准会","delta":"-0.5","kind":"delta","reason":"与同级对齐"}'

    assert row_hash(ROW) == hashlib.sha256(text.encode()).hexdigest()


def test_a_decision_that_is_confirmed_names_who_and_when_and_starts_without_figures() -> None:
    again = reconfirm(
        Calibration(by="HR", reason=ROW.reason, before="90", after="91", base_hash="0", at="then"),
        by="王芳",
        at="now",
    )

    assert (again.by, again.at, again.reason) == ("王芳", "now", ROW.reason)
    assert (again.before, again.after, again.base_hash, again.prev_hash) == (None,) * 4


def test_of_two_vetoes_the_worse_grade_is_the_best_that_is_left() -> None:
    document = worked_input(KEY_ACCOUNT)
    elements = document["dimensions"][0]["elements"]
    elements[0]["gate"], elements[1]["gate"] = {"max_grade": "A"}, {"max_grade": "C"}

    assert rating_of(document).grade == "C"
    elements[0]["gate"], elements[1]["gate"] = {"max_grade": "C"}, {"max_grade": "B"}
    assert rating_of(document).grade == "C"


def test_a_refusal_at_the_top_says_so() -> None:
    assert str(ScoringError(Complaint.NO_WEIGHT)).startswith("bad_value at the top: ")
    assert str(ScoringError(Complaint.NO_WEIGHT, "/a")).startswith("bad_value at /a: ")


def test_what_is_quoted_of_the_wrong_kind_is_its_first_forty_characters() -> None:
    with pytest.raises(ScoringError) as caught:
        read_example(changed(KEY_ACCOUNT, "/raters/0", "x" * 41))

    assert caught.value.facts["found"] == f"“{'x' * 40}”"


def _by_contact(weights: dict[str, object], contact: object) -> Document:
    document = changed(KEY_ACCOUNT, "/aggregate", "contact_weighted")
    document["raters"][0]["contact"] = contact
    return document | {"contact_weights": weights}


def test_the_closest_may_count_three_times_as_much_as_the_farthest_and_no_more() -> None:
    document = _by_contact({"often": "1.5", "rarely": "0.5"}, "often")
    assert read_example(document).raters[0].contact == Fraction(3, 2)
    wide = _by_contact({"often": 6, "rarely": 2}, "often")
    assert read_example(wide).raters[0].contact == 6

    with pytest.raises(ScoringError) as caught:
        read_example(_by_contact({"often": "1.51", "rarely": "0.5"}, "often"))
    assert caught.value.facts == {"lo": "0.5", "hi": "1.51", "expected": 3}


def test_a_contact_that_the_table_does_not_have_is_told() -> None:
    with pytest.raises(ScoringError) as caught:
        read_example(_by_contact({"often": 2, "rarely": 1}, "never"))

    assert caught.value.where == "/raters/0/contact"
    assert caught.value.facts == {"found": "never", "expected": "often, rarely"}


def test_without_a_table_every_rater_counts_as_one() -> None:
    document = worked_input(KEY_ACCOUNT)
    document["raters"][0]["contact"] = "often"

    assert {rater.contact for rater in read_example(document).raters} == {Fraction(1)}
