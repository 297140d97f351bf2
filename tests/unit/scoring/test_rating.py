from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from app.scoring.document import read_example
from app.scoring.output import as_json
from app.scoring.results import ElementStatus, Rating, Status
from app.scoring.snapshot import base_hash
from app.scoring.trace import explain_element, explain_note, explain_total, percent_text
from tests.unit.scoring.generated import GRADES, SCALE
from tests.unit.scoring.worked import KEY_ACCOUNT, SALES_REP, changed, rating_of, worked_input


def document(*scores: object, weights: tuple[int, ...] = (100,), **changes: Any) -> dict[str, Any]:
    """Dimensions D0, D1 … with one KPI each that scores what is given; None is not applicable."""
    return {
        "id": "X",
        "scale": SCALE,
        "grades": GRADES,
        "groups": [{"id": "supervisor", "weight": 100}],
        "dimensions": [
            {
                "id": f"D{place}",
                "weight": weight,
                "elements": [
                    {
                        "id": f"K{place}",
                        "weight": 100,
                        "kpi": {
                            "method": "ratio",
                            "target": 100,
                            "actual": score,
                            "status": "not_applicable" if score is None else "scored",
                        },
                    }
                ],
            }
            for place, (score, weight) in enumerate(zip(scores, weights, strict=True))
        ],
        "raters": [],
        **changes,
    }


def rated(*scores: object, weights: tuple[int, ...] = (100,), **changes: Any) -> Rating:
    return rating_of(document(*scores, weights=weights, **changes))


def _totals(rating: Rating) -> dict[str, Fraction]:
    return {term.name: term.exact for term in rating.totals}


def _veto(rating_input: dict[str, Any], **gate: Any) -> dict[str, Any]:
    """With one more element that only vetoes."""
    rating_input["dimensions"][0]["elements"].append({"id": "G", "name": "安全事故", **gate})
    return rating_input


def test_a_coefficient_is_a_term_of_its_own_and_comes_before_the_bonus() -> None:
    rating = rated(80, coefficient="0.9", adjustments=[{"points": 2}])

    assert _totals(rating) == {"D0": 80, "COEF": -8, "ADJ": 2}
    assert rating.computed == 74


def test_adjustments_stay_within_their_cap_on_both_sides() -> None:
    assert rated(80, adjustments=[{"points": 4}, {"points": 3}]).adjustment == 5
    assert rated(80, adjustments=[{"points": "-9.5"}]).adjustment == -5
    assert rated(80, adjustments=[{"points": 9}], adjust_cap=8).computed == 88


def test_the_ends_of_the_scale_show_as_a_signed_term() -> None:
    capped = rated(118, adjustments=[{"points": 5}])
    floored = rated(2, adjustments=[{"points": -5}])

    assert _totals(capped) == {"D0": 118, "ADJ": 5, "CLAMP": -3}
    assert _totals(floored) == {"D0": 2, "ADJ": -5, "CLAMP": 3}
    assert capped.computed == 120
    assert floored.computed == 0
    assert sum(capped.dimension_shown) == 120


@pytest.mark.parametrize(
    "gate",
    [
        {"gate": {"max_score": "75"}},
        {"weight": 0, "kpi": {"method": "gate", "max_score": 75}},
        {"weight": 0, "kpi": {"method": "gate", "gate": {"max_score": 75}}},
        {"kpi": {"method": "gate", "max_score": 75, "target": 1, "actual": 0}},
        {"kpi": {"method": "gate", "max_score": 75, "status": "zero"}},
    ],
)
def test_a_veto_caps_the_score_last_and_is_a_term_of_its_own(gate: dict[str, Any]) -> None:
    rating = rating_of(_veto(document(118, adjustments=[{"points": 5}]), **gate))

    assert _totals(rating) == {"D0": 118, "ADJ": 5, "CLAMP": -3, "GATE": -45}
    assert rating.computed == 75
    assert rating.grade == "C"
    assert rating.dimensions[0].elements[1].status is ElementStatus.GATE


@pytest.mark.parametrize(
    "gate",
    [
        {"gate": {"max_score": 75, "triggered": False}},
        {"kpi": {"method": "gate", "max_score": 75, "target": 1, "actual": 1}},
        {"kpi": {"method": "gate", "max_score": 75, "status": "not_applicable"}},
    ],
)
def test_a_veto_that_does_not_bite_changes_nothing(gate: dict[str, Any]) -> None:
    rating = rating_of(_veto(document(90), **gate))

    assert _totals(rating) == {"D0": 90, "ADJ": 0}
    assert rating.grade == "A"


def test_a_veto_may_stand_beside_or_within_a_kpi_that_also_scores() -> None:
    beside, within = document(95), document(95)
    beside["dimensions"][0]["elements"][0]["gate"] = {"max_grade": "B"}
    within["dimensions"][0]["elements"][0]["kpi"]["gate"] = {"max_grade": "B"}

    for one in (beside, within):
        rating = rating_of(one)
        assert rating.computed == 95
        assert (rating.computed_grade, rating.grade) == ("B", "B")


def test_a_veto_on_the_grade_never_lifts_a_worse_one() -> None:
    rating = rating_of(_veto(document(50), gate={"max_grade": "B"}))

    assert rating.grade == "D"


def test_calibration_cannot_lift_a_veto_or_leave_the_scale() -> None:
    agreed = [{"by": "board", "delta": "3", "reason": "agreed in the meeting"}]
    vetoed = rating_of(_veto(document(118, calibration=agreed), gate={"max_score": 75}))
    topped = rated(119, calibration=agreed)

    assert vetoed.computed == vetoed.final == 75
    assert topped.computed == 119
    assert topped.calibration == 3
    assert topped.final == 120


def test_calibration_moves_the_grade_and_leaves_the_computed_one_visible() -> None:
    agreed = [{"by": "board", "delta": "0.50", "reason": "harder targets than others"}]
    rating = rated("89.6", calibration=agreed)

    assert (rating.computed_grade, rating.grade) == ("B", "A")
    assert (rating.computed, rating.final) == (Fraction("89.6"), Fraction("90.1"))


def test_calibration_that_names_unchanged_inputs_stands() -> None:
    inputs = worked_input(KEY_ACCOUNT)
    inputs["calibration"][0]["base_hash"] = base_hash(inputs)

    assert as_json(rating_of(inputs)) == as_json(rating_of(worked_input(KEY_ACCOUNT)))


def test_the_hash_of_the_inputs_knows_every_answer_but_no_order_and_no_calibration() -> None:
    plain = worked_input(KEY_ACCOUNT)
    turned = dict(reversed(plain.items()))
    answered = changed(KEY_ACCOUNT, "/raters/0/a/q1", 3)

    assert base_hash(plain) == base_hash(turned)
    assert base_hash(plain) == base_hash({**plain, "calibration": []})
    assert base_hash(plain) != base_hash(answered)
    assert base_hash({"a": Decimal("0.50")}) == base_hash({"a": Decimal("0.5")})
    assert base_hash({"a": Fraction(1, 2)}) == base_hash({"a": Fraction(1, 2)})


def test_the_grade_is_read_from_the_rounded_score() -> None:
    assert rated("89.995").grade == "A"
    assert rated("89.9949").grade == "B"


def test_rounding_follows_the_mode_of_the_scheme() -> None:
    even = {"mode": "half_even", "dp": 1}

    assert rated("80.25", final={"dp": 1}).computed == Fraction("80.3")
    assert rated("80.25", final=even).computed == Fraction("80.2")


def test_too_few_dimensions_leave_a_result_without_a_grade() -> None:
    rating = rated(90, None, weights=(59, 41))

    assert (rating.status, rating.grade, rating.computed_grade) == (Status.INCOMPLETE, None, None)
    assert rating.surviving_weight == 59


def test_just_enough_dimensions_are_rated_over_what_is_left() -> None:
    rating = rated(90, None, weights=(60, 40))

    assert (rating.status, rating.grade) == (Status.RATED, "A")
    assert rating.computed == 90
    assert rating.dimensions[0].effective_weight == 100
    assert rating.dimensions[1].contribution == 0


def test_nothing_to_score_gives_no_figure_at_all() -> None:
    rating = rated(None, min_dimension_weight=0)

    assert rating.status is Status.INCOMPLETE
    assert (rating.exact, rating.computed, rating.final, rating.grade) == (None,) * 4
    assert rating.terms == rating.totals == ()
    assert explain_total(rating).en.startswith("Nothing could be scored")
    assert as_json(rating)["exact"] is None


def test_too_few_raters_and_nothing_else_is_insufficient() -> None:
    inputs = document(90)
    inputs["dimensions"][0]["elements"] = [{"id": "C", "weight": 100, "items": [{"id": "q"}]}]
    rating = rating_of(inputs)

    assert rating.status is Status.INSUFFICIENT
    assert as_json(rating)["status"] == "insufficient"
    assert rating.grade is None


def test_elements_explain_themselves() -> None:
    inputs = document(90)
    inputs["dimensions"][0]["elements"] += [
        {"id": "C", "weight": 0, "items": [{"id": "q"}]},
        {"id": "G", "gate": {"max_grade": "S"}},
        {"id": "N", "weight": 0, "kpi": {"method": "ratio", "status": "not_applicable"}},
    ]
    dimension = rating_of(inputs).dimensions[0]
    sentences = [explain_element(dimension, one) for one in dimension.elements]

    assert sentences[0].en == sentences[0].zh == "90.00 = 100% × 100% × 90.00"
    assert [one.en.split(" ")[0] for one in sentences[1:]] == ["too", "a", "not"]
    assert [one.zh[:2] for one in sentences[1:]] == ["作答", "一票", "不适"]


def test_the_total_explains_itself_with_signs_and_names() -> None:
    rating = rated(80, coefficient="0.9", adjustments=[{"points": 2}])

    assert explain_total(rating).zh == "74.00 = D0 80.00 − 系数 8.00 + 加减分 2.00"
    assert explain_total(rating).en == "74.00 = D0 80.00 − Coefficient 8.00 + Extra points 2.00"


@pytest.mark.parametrize(
    ("weight", "text"), [("22", "22%"), ("400/9", "44.44%"), ("12.5", "12.5%"), ("0", "0%")]
)
def test_percentages_show_no_needless_zeros(weight: str, text: str) -> None:
    assert percent_text(Fraction(weight)) == text


@pytest.mark.parametrize(
    ("weight", "shown"),
    [(Decimal("12.5"), 12.5), ("87.5", 87.5), (Decimal("0.1234567890123456789"), None)],
)
def test_configured_weights_come_out_as_they_went_in(weight: object, shown: object) -> None:
    rest = 100 - Decimal(str(weight))
    inputs = document(90, 80, weights=(50, 50))
    for dimension, own in zip(inputs["dimensions"], (weight, rest), strict=True):
        dimension["weight"] = own
    [first, _] = _members(as_json(rating_of(inputs))["dimensions"])

    assert first["weight"] == (str(Fraction(Decimal(str(weight)))) if shown is None else shown)


def _members(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value


def test_a_scheme_without_optional_parts_gets_the_usual_ones() -> None:
    example = read_example(document(90))

    assert example.adjust_cap == 5
    assert example.coefficient is None
    assert example.publication.places == 2
    assert example.publication.highest == 120
    assert example.policy.min_coverage == Fraction(1, 2)
    assert example.groups[0].k_min == 1


NAMES_ZH = {"peer": "同事", "subordinate": "下属", "customer": "客户"}


def _explained(which: int) -> set[tuple[str, str]]:
    notes = rating_of(worked_input(which)).notes
    said = [explain_note(note, names_zh=NAMES_ZH, names_en={}) for note in notes]
    return {(one.zh, one.en) for one in said}


def test_notes_for_pages_name_the_groups_and_tell_no_count() -> None:
    assert _explained(KEY_ACCOUNT) == {
        (
            "同事、下属：因人数不足而合并计算",
            "peer + subordinate: counted together, as one alone was too few",
        ),
        (
            "客户：作答人数不足或无人作答，不计入任何数值；其权重由其他类别按比例分担",
            "customer: too few or none answered, so it enters no figure; "
            "the others share its weight",
        ),
    }


def test_pages_do_not_tell_nobody_from_a_few() -> None:
    """In the first example no customer answered some competencies, in the second two did."""
    assert _explained(SALES_REP) < _explained(KEY_ACCOUNT)


def test_a_part_that_is_null_is_a_part_that_is_absent() -> None:
    inputs = worked_input(KEY_ACCOUNT)
    for element in (one for dimension in inputs["dimensions"] for one in dimension["elements"]):
        element.setdefault("items", None)
        element.setdefault("kpi", None)
        element.setdefault("gate", None)

    assert rating_of(inputs) == rating_of(worked_input(KEY_ACCOUNT))
