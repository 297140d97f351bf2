"""Calibration by points and by grade, in files and as a chain that grows."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from app.scoring.calibration import (
    FIRST,
    Calibration,
    find_break,
    let_lapse,
    link_after,
    members_of,
    reconfirm,
    row_hash,
    stale_rows,
)
from app.scoring.calibration_replay import Bounds, append, extend, replay
from app.scoring.document import read_example
from app.scoring.errors import Code, ScoringError
from app.scoring.output import as_json
from app.scoring.rating import rate
from app.scoring.snapshot import base_hash
from app.scoring.worked import score_text
from tests.unit.scoring.calibrated import BOUNDS, LADDER, REASON, grade, grown, points
from tests.unit.scoring.test_rating import document
from tests.unit.scoring.worked import rating_of

SET_TO_B = {"kind": "grade", "by": "校准会", "grade": "B", "reason": REASON}
HALF_MORE = {"by": "校准会", "delta": "0.50", "reason": REASON}


def _refusal(*rows: dict[str, Any], score: object = 92, **changes: Any) -> tuple[str, str]:
    with pytest.raises(ScoringError) as caught:
        rate(read_example(document(score, calibration=list(rows), **changes)))
    return caught.value.code.value, caught.value.where


def _written(*rows: Calibration) -> list[dict[str, str]]:
    return [members_of(row) for row in rows]


def test_a_grade_that_people_set_keeps_the_figure_and_shows_beside_the_computed_one() -> None:
    rating = rating_of(document(92, calibration=[SET_TO_B]))

    assert rating.computed == rating.final == 92
    assert rating.calibration == 0
    assert (rating.computed_grade, rating.grade) == ("A", "B")


def test_the_last_grade_set_stands_whatever_points_come_after_it() -> None:
    rows = [SET_TO_B, SET_TO_B | {"grade": "C"}, HALF_MORE]

    assert rating_of(document(92, calibration=rows)).grade == "C"
    assert rating_of(document(92, calibration=rows)).final == Fraction("92.5")


def test_every_step_is_printed_with_what_stood_around_it_in_words() -> None:
    text = json.dumps(document(92, calibration=[HALF_MORE, SET_TO_B]))

    points_step, grade_step = json.loads(score_text(text).output)["calibration_steps"]

    assert (points_step["before"], points_step["after"]) == ("92", "92.5")
    assert points_step["explain"] == {
        "zh": f"校准 +0.50 分（92.00 → 92.50）：{REASON}",
        "en": f"Calibration +0.50 points (92.00 → 92.50): {REASON}",
    }
    assert (grade_step["kind"], grade_step["grade"], grade_step["stands"]) == ("grade", "B", True)
    assert grade_step["explain"] == {
        "zh": f"等级由 A 定为 B，分数不变：{REASON}",
        "en": f"Grade set from A to B, the score stays: {REASON}",
    }


def test_steps_that_a_later_row_took_over_say_so_in_words() -> None:
    old = grown(points("-1.25"), grade("B"), base="before")
    base = base_hash(document(92))
    settled = [let_lapse(old[0], by="会", at="", reason=REASON), reconfirm(old[1], by="会", at="")]
    chain = extend(old, settled, computed=Fraction(92), base_hash=base, bounds=BOUNDS)

    result = as_json(rating_of(document(92, calibration=_written(*chain))))

    steps: Any = result["calibration_steps"]
    assert [step["explain"]["en"].partition(":")[0] for step in steps] == [
        "Calibration −1.25 points, which a later row took over",
        "Grade set to B, which a later row took over",
        "An earlier calibration was not confirmed again and lapsed",
        "Grade set from A to B, the score stays",
    ]
    assert [(step["before"], step["after"]) for step in steps] == [
        ("92.16", "90.91"),
        ("A", "B"),
        ("92", "92"),
        ("A", "B"),
    ]
    assert "base_hash" not in steps[0]


def test_without_any_score_there_is_nothing_to_calibrate() -> None:
    rating = rating_of(document(None, calibration=[HALF_MORE]))

    assert (rating.final, rating.grade, rating.steps) == (None, None, ())
    assert rating.calibration == Fraction(1, 2)


@pytest.mark.parametrize(
    ("row", "code", "where"),
    [
        (SET_TO_B | {"grade": "Z"}, "bad_value", "/calibration/0/grade"),
        (SET_TO_B | {"grade": None}, "missing_field", "/calibration/0/grade"),
        (HALF_MORE | {"kind": "stars"}, "bad_value", "/calibration/0/kind"),
        (HALF_MORE | {"before": "91"}, "stale_calibration", "/calibration/0/before"),
        (HALF_MORE | {"before": "many"}, "bad_value", "/calibration/0/before"),
        (HALF_MORE | {"after": "92"}, "bad_value", "/calibration/0/after"),
        (SET_TO_B | {"before": "C"}, "stale_calibration", "/calibration/0/before"),
        (HALF_MORE | {"prev_hash": "0" * 63 + "1"}, "bad_value", "/calibration/0/prev_hash"),
        (HALF_MORE | {"refers_to": FIRST}, "bad_value", "/calibration/0/refers_to"),
        (HALF_MORE | {"kind": "lapse"}, "missing_field", "/calibration/0/refers_to"),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused_at_its_place(
    row: dict[str, Any], code: str, where: str
) -> None:
    assert _refusal({name: value for name, value in row.items() if value}) == (code, where)


def test_a_row_that_does_not_replay_is_found_inside_a_file_of_many() -> None:
    wrong = document(92, calibration=[HALF_MORE | {"after": "99"}])
    text = json.dumps({"examples": [document(92) | {"id": "other"}, wrong]})

    assert json.loads(score_text(text).output)["where"] == "/examples/1/calibration/0/after"


def test_a_figure_may_be_written_with_or_without_its_zeros() -> None:
    row = HALF_MORE | {"before": "92.00", "after": "92.50", "prev_hash": FIRST}

    assert rating_of(document(92, calibration=[row])).final == Fraction("92.5")


def test_rows_from_before_the_chain_may_stand_in_front_of_it_only() -> None:
    old = Calibration(by="会", delta=Fraction(1), reason=REASON)
    linked = replace(points("0.50"), prev_hash=row_hash(old))

    assert find_break([old, linked]) is None
    assert find_break([old, linked, old]) == 2
    assert find_break([replace(old, delta=Fraction(2)), linked]) == 1
    assert find_break([replace(points("0.50"), prev_hash=FIRST)]) is None
    assert find_break([]) is None


def test_rows_that_are_missing_at_the_end_are_found_by_the_last_hash() -> None:
    chain = grown(points("1"), points("0.50"))

    assert find_break(chain[:1]) is None
    assert find_break(chain[:1], head=link_after(chain)) == 1


def test_a_stale_row_is_refused_until_a_later_row_repeats_or_ends_it() -> None:
    old = grown(points("1"), base="before")
    base = base_hash(document(92))
    again = reconfirm(old[0], by="会", at="2026-02-01")
    ended = let_lapse(old[0], by="会", at="2026-02-01", reason=REASON)

    assert _refusal(*_written(*old)) == ("stale_calibration", "/calibration/0/base_hash")
    for decision, final in ((again, 93), (ended, 92)):
        row = append(old, decision, computed=Fraction(92), base_hash=base, bounds=BOUNDS)
        assert rating_of(document(92, calibration=_written(*old, row))).final == final


def test_nothing_is_appended_while_an_earlier_row_is_stale() -> None:
    old = grown(points("1"), base="before")

    with pytest.raises(ScoringError) as caught:
        append(old, points("1"), computed=Fraction(92), base_hash="now", bounds=BOUNDS)

    assert (caught.value.code, caught.value.where) == (
        Code.STALE_CALIBRATION,
        "/calibration/0/base_hash",
    )
    assert stale_rows(old, "now") == old


def test_a_row_that_names_no_inputs_is_never_stale() -> None:
    assert stale_rows([Calibration(by="会", delta=Fraction(1), reason=REASON)], "now") == ()


def test_a_decision_is_repeated_once_and_as_it_was() -> None:
    old = grown(points("1"), base="before")
    again = reconfirm(old[0], by="会", at="")
    more = replace(again, delta=Fraction(2))

    for decisions in ([again, again], [more]):
        with pytest.raises(ScoringError, match="still open"):
            extend(old, decisions, computed=Fraction(92), base_hash="now", bounds=BOUNDS)


def test_of_two_rows_that_are_the_same_a_later_row_ends_one() -> None:
    twice = [Calibration(by="会", delta=Fraction(1), reason=REASON, base_hash="now")] * 2
    ended = let_lapse(twice[0], by="会", at="", reason=REASON)

    chain = extend(twice, [ended], computed=Fraction(92), base_hash="now", bounds=BOUNDS)

    assert replay(chain, Fraction(92), BOUNDS).final == 93


def test_nothing_is_appended_to_a_chain_that_is_broken() -> None:
    chain = grown(points("1"), points("0.50"))

    with pytest.raises(ScoringError, match="altered, removed, inserted"):
        append(chain[1:], points("1"), computed=Fraction(92), base_hash="inputs", bounds=BOUNDS)


def test_points_may_go_to_the_limit_and_not_beyond() -> None:
    assert replay(grown(points("3"), points("2")), Fraction(92), BOUNDS).points == 5
    with pytest.raises(ScoringError, match=r"sum to 5\.01"):
        grown(points("3"), points("2.01"))


def test_the_limit_of_a_file_is_its_own() -> None:
    rows = [HALF_MORE | {"delta": "7"}]

    assert rating_of(document(92, calibration=rows, calibration_limit=8)).final == 99
    assert _refusal(*rows) == ("bad_value", "/calibration")


def test_a_veto_outlasts_every_decision() -> None:
    vetoed = replace(BOUNDS, max_grade="B", max_score=Fraction(85))

    outcome = replay(grown(points("3")), Fraction(84), vetoed)

    assert outcome.final == 85
    assert outcome.grade == "B"
    assert replay((), Fraction(84), replace(vetoed, max_grade="C")).grade == "C"
    with pytest.raises(ScoringError, match="veto allows the grade B at best"):
        grown(grade("A"), bounds=vetoed)
    assert grown(grade("C"), bounds=vetoed)[-1].after == "C"


def test_a_veto_of_the_example_keeps_a_grade_from_being_set() -> None:
    inputs = document(92, calibration=[SET_TO_B | {"grade": "S"}])
    inputs["dimensions"][0]["elements"].append(
        {"id": "G", "name": "安全", "gate": {"max_grade": "B"}}
    )

    with pytest.raises(ScoringError) as caught:
        read_example(inputs)

    assert caught.value.where == "/calibration/0/grade"


def test_bounds_stand_for_a_scale_of_their_own() -> None:
    short = Bounds(grades=LADDER, lowest=Fraction(0), highest=Fraction(100), places=1)

    assert replay(grown(points("3"), bounds=short), Fraction(99), short).final == 100
    with pytest.raises(ScoringError, match="decimal places"):
        grown(points("0.25"), bounds=short)
