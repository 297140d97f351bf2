"""Every reason to refuse an input, with an input that gives it: its place, its two sentences.

Whoever adds a Complaint adds a line to the table here.
"""

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import app.scoring.__main__ as scoring_main
from app.scoring.annual import annual_document
from app.scoring.disclosure.blanking import CellShape, items_to_blank
from app.scoring.distribution import Guideline, Mode, distribute
from app.scoring.document import read_example
from app.scoring.errors import Code, Complaint, ScoringError
from app.scoring.kpi import KpiStatus
from app.scoring.kpi_merging import KpiPeriod, MergedKpi, merge_kpi
from app.scoring.periods import NamedSpan, PeriodScore, roll_up
from app.scoring.pro_rata import Nature
from app.scoring.rating import require_grade
from app.scoring.seating import Share
from app.scoring.time_spans import Span
from app.scoring.worked import ScoreOutcome, score_bytes, score_text
from tests.unit.scoring.rounds import competency, each, groups, round_of
from tests.unit.scoring.worked import KEY_ACCOUNT, changed, rating_of, worked_input

Act = Callable[[], object]

KPI = "/dimensions/0/elements/0/kpi"
KNOTS = "/dimensions/0/elements/2/kpi/knots"
BANDS = "/dimensions/2/elements/0/kpi/bands"
YEAR = Span(first=date(2025, 1, 1), after=date(2026, 1, 1))
QUARTER = Span(first=date(2025, 1, 1), after=date(2025, 4, 1))
REASON = "agreed after a long talk"


def reading(pointer: str, value: object) -> Act:
    """Read and rate the first worked example with one value set."""
    return lambda: rating_of(changed(KEY_ACCOUNT, pointer, value))


def kpi(**members: object) -> Act:
    return reading(KPI, members)


def text(content: str) -> Act:
    return lambda: _raised(score_text(content))


def row(**members: object) -> Act:
    """A calibration of this one row."""
    return reading("/calibration", [{"by": "board", "reason": REASON, **members}])


def rows(*listed: dict[str, object]) -> Act:
    return reading("/calibration", [{"by": "board", "reason": REASON, **one} for one in listed])


def graded(document: dict[str, Any]) -> Act:
    return lambda: require_grade(read_example(document), rating_of(document))


def goal(**members: object) -> Act:
    return lambda: rating_of(
        round_of({}, {"id": "E", "weight": 100, "goals": [{"id": "G", "weight": 100, **members}]})
    )


def surveyed(**members: object) -> Act:
    kpi_read = {"method": "from_feedback", "group": "customer", **members}
    return lambda: rating_of(
        round_of({}, competency("C", 60), {"id": "K", "weight": 40, "kpi": kpi_read})
    )


def distributing(*percents: int, mode: Mode = Mode.ADVISORY, hard: int = -1) -> Act:
    shares = tuple(
        Share(grade=name, percent=Fraction(percent), hard=place == hard)
        for place, (name, percent) in enumerate(zip("ABC", percents, strict=False))
    )
    return lambda: distribute([], Guideline(shares=shares, mode=mode))


def _raised(outcome: ScoreOutcome) -> None:
    """What the command reports, as the error that it came from."""
    report = json.loads(outcome.output)
    [found] = [
        one
        for one in Complaint
        if one.value.code == report["error"] and _fits(one.value.en, report["message"])
    ]
    raise Reported(found, report)


class Reported(Exception):  # noqa: N818 - it stands for a refusal
    def __init__(self, complaint: Complaint, report: dict[str, str]) -> None:
        super().__init__(complaint.name)
        self.complaint, self.where = complaint, report["where"]
        self.message_en, self.message_zh = report["message"], report["message_zh"]


def _fits(template: str, message: str) -> bool:
    pattern = re.sub(r"\\{\w+\\}", ".*", re.escape(template))
    return re.fullmatch(pattern, message) is not None


def _insufficient() -> dict[str, Any]:
    return round_of({"self": each("c", 5)})


def _incomplete() -> dict[str, Any]:
    document = worked_input(KEY_ACCOUNT)
    for element in document["dimensions"][0]["elements"]:
        element["kpi"]["status"] = "not_applicable"
    return document


def _exposed() -> object:
    """The mean of a cell of two is told where three must answer: no blank mends that."""
    return items_to_blank(
        CellShape(
            patterns=(((("a",), Fraction(1)), 2),),
            weights=(("a", Fraction(1)),),
            wanted=frozenset({"a"}),
            least=3,
        )
    )


TABLE: dict[Complaint, tuple[Act, str]] = {
    Complaint.WEIGHTS_NOT_100: (reading("/dimensions/0/weight", 54), "/dimensions"),
    Complaint.NEGATIVE_WEIGHT: (reading("/groups/0/weight", -1), "/groups/0/weight"),
    Complaint.NO_WEIGHT: (
        reading("/dimensions/1/elements/4/items", [{"id": "q1", "w": 0}]),
        "/dimensions/1/elements/4/items",
    ),
    Complaint.TARGET_ZERO: (reading(f"{KPI}/target", 0), f"{KPI}/target"),
    Complaint.TARGET_NEGATIVE: (reading(f"{KPI}/target", -5), f"{KPI}/target"),
    Complaint.ACTUAL_NEGATIVE: (reading(f"{KPI}/actual", -5), f"{KPI}/actual"),
    Complaint.ACTUAL_NOT_POSITIVE: (kpi(method="inverse", target=2, actual=0), f"{KPI}/actual"),
    Complaint.BAND_GAP: (reading(f"{BANDS}/3/hi", 39), BANDS),
    Complaint.BAND_OVERLAP: (reading(f"{BANDS}/3/hi", 41), BANDS),
    Complaint.BAND_EMPTY: (reading(f"{BANDS}/1/hi", 40), BANDS),
    Complaint.KNOTS_TOO_FEW: (reading(KNOTS, [[15, 60]]), KNOTS),
    Complaint.KNOTS_UNORDERED: (reading(KNOTS, [[15, 60], [20, 120], [18, 100]]), KNOTS),
    Complaint.KNOTS_NOT_MONOTONE: (reading(KNOTS, [[15, 60], [18, 100], [20, 80]]), KNOTS),
    Complaint.CAP_FLOOR: (reading(f"{KPI}/cap", 90), f"{KPI}/cap"),
    Complaint.OUT_OF_ORDER: (reading("/scale/min", 5), "/scale"),
    Complaint.OUT_OF_RANGE: (reading("/final/dp", 7), "/final/dp"),
    Complaint.OFF_THE_GRID: (reading("/final/max", "119.999"), "/final/max"),
    Complaint.ANSWER_OUT_OF_SCALE: (reading("/raters/0/a/q1", 6), "/raters/0/a/q1"),
    Complaint.ANCHORS_INCOMPLETE: (
        reading("/scale/anchors", [[1, 20], [5, 100]]),
        "/scale/anchors",
    ),
    Complaint.ANCHORS_FALLING: (reading("/scale/anchors/1", [2, 10]), "/scale/anchors"),
    Complaint.FLOAT_INPUT: (reading("/raters/0/a/q1", 4.0), "/raters/0/a/q1"),
    Complaint.NOT_A_NUMBER: (reading("/adjust_cap", "1/3"), "/adjust_cap"),
    Complaint.NUMBER_TOO_LONG: (reading("/adjust_cap", 10**80), "/adjust_cap"),
    Complaint.NOT_WHOLE: (reading("/groups/1/k_min", Decimal("2.5")), "/groups/1/k_min"),
    Complaint.WRONG_KIND: (reading("/scale", []), "/scale"),
    Complaint.NOT_A_CHOICE: (reading("/missing_policy", "guess"), "/missing_policy"),
    Complaint.KPI_AND_ITEMS: (
        reading("/dimensions/0/elements/0/items", [{"id": "q"}]),
        "/dimensions/0/elements/0",
    ),
    Complaint.UNKNOWN_ITEM: (reading("/raters/0/a/q0", 3), "/raters/0/a/q0"),
    Complaint.TEXT_TOO_SHORT: (row(delta=1, reason="because"), "/calibration/0/reason"),
    Complaint.ADJUSTED_TOO_FAR: (row(delta="5.01"), "/calibration"),
    Complaint.PENDING_KPI: (reading(f"{KPI}/actual", None), KPI),
    Complaint.PENDING_GOAL: (goal(), "/dimensions/0/elements/0/goals/0"),
    Complaint.PROGRESS_AND_RATING: (
        goal(progress=1, rating=1),
        "/dimensions/0/elements/0/goals/0",
    ),
    Complaint.RATER_OF_ABSENT_GROUP: (
        lambda: rating_of(round_of({"peer": each("c", 3)}, groups=groups(peer={"absent": True}))),
        "/raters/0/group",
    ),
    Complaint.CONTACT_TOO_UNEQUAL: (
        lambda: rating_of(
            round_of({}, aggregate="contact_weighted", contact_weights={"often": 9, "seldom": 1})
        ),
        "/contact_weights",
    ),
    Complaint.UNKNOWN_COMPETENCY: (
        surveyed(competencies=["C9"]),
        "/dimensions/0/elements/1/kpi/competencies/0",
    ),
    Complaint.SURVEY_GROUP: (surveyed(group="self"), "/dimensions/0/elements/1/kpi/group"),
    Complaint.RESULT_HELD: (graded(round_of({}, missing_policy="hold")), ""),
    Complaint.INSUFFICIENT_RATERS: (graded(_insufficient()), ""),
    Complaint.INCOMPLETE_RESULT: (graded(_incomplete()), ""),
    Complaint.STALE_CALIBRATION: (row(delta=1, base_hash="0" * 64), "/calibration/0/base_hash"),
    Complaint.CHAIN_BROKEN: (
        rows({"delta": 1}, {"delta": 1, "prev_hash": "0" * 64}),
        "/calibration/1/prev_hash",
    ),
    Complaint.CALIBRATED_FROM: (row(delta=1, before="90"), "/calibration/0/before"),
    Complaint.CALIBRATED_TO: (row(delta=1, after="90"), "/calibration/0/after"),
    Complaint.UNKNOWN_STEP: (row(delta=1, refers_to="0" * 64), "/calibration/0/refers_to"),
    Complaint.GRADE_ABOVE_VETO: (
        lambda: rating_of(
            changed(KEY_ACCOUNT, "/dimensions/0/elements/0/gate", {"max_grade": "B"})
            | {"calibration": [{"kind": "grade", "grade": "A", "by": "board", "reason": REASON}]}
        ),
        "/calibration/0/grade",
    ),
    Complaint.QUOTA_SUM: (distributing(20, 70), "/shares"),
    Complaint.TOO_FEW_TO_ENFORCE: (distributing(20, 70, 10, mode=Mode.ENFORCED), "/people"),
    Complaint.CEILING_ON_LOWEST: (distributing(20, 70, 10, hard=2), "/shares/2/hard"),
    Complaint.SPANS_OVERLAP: (
        lambda: roll_up(
            [PeriodScore(id=name, span=QUARTER, total=Fraction(90)) for name in ("Q1", "Q2")],
            whole=NamedSpan(id="Y", span=YEAR),
        ),
        "/periods/1",
    ),
    Complaint.SPAN_OUTSIDE: (
        lambda: roll_up(
            [PeriodScore(id="Y", span=YEAR, total=Fraction(90))],
            whole=NamedSpan(id="Q1", span=QUARTER),
        ),
        "/periods/0/span",
    ),
    Complaint.ZERO_NOT_MERGED: (
        lambda: merge_kpi(
            [KpiPeriod(id="Q1", span=QUARTER, actual=None, status=KpiStatus.ZERO)],
            nature=Nature.SUM,
        ),
        "/periods/0/status",
    ),
    Complaint.METHOD_NOT_MERGED: (
        lambda: annual_document(
            changed(KEY_ACCOUNT, f"{KPI}/method", "manual"),
            {"K1": MergedKpi(nature=Nature.SUM, status=KpiStatus.SCORED)},
        ),
        f"{KPI}/method",
    ),
    Complaint.UNKNOWN_ELEMENT: (
        lambda: annual_document(
            worked_input(KEY_ACCOUNT),
            {"K99": MergedKpi(nature=Nature.SUM, status=KpiStatus.SCORED)},
        ),
        "/kpis/K99",
    ),
    Complaint.EXPOSED_RATERS: (_exposed, ""),
    Complaint.UNKNOWN_GROUP: (reading("/raters/1/group", "friend"), "/raters/1/group"),
    Complaint.DUPLICATE_RATER: (reading("/raters/1/id", "s1"), "/raters/1/id"),
    Complaint.DUPLICATE_ID: (reading("/dimensions/1/id", "D1"), "/dimensions/1/id"),
    Complaint.BAD_JSON: (text("{"), ""),
    Complaint.FILE_UNREADABLE: (lambda: _raised(scoring_main.main(["/no/such/file"])), ""),
    Complaint.NOT_UTF_8: (lambda: _raised(score_bytes(b'{"id": "\xe9"}')), ""),
    Complaint.NESTED_TOO_DEEP: (text("[" * 100_000), ""),
    Complaint.TOO_MANY_DIGITS: (text('{"id": ' + "9" * 5000 + "}"), ""),
    Complaint.HALF_A_CHARACTER: (text('{"id": "\\ud800"}'), ""),
    Complaint.MISSING_FIELD: (reading(KPI, {"method": "ratio", "target": 1}), f"{KPI}/actual"),
    Complaint.ANSWERS_DELETED: (
        reading("/answers_deleted_on", "2027-12-18"),
        "/answers_deleted_on",
    ),
    Complaint.UNKNOWN_METHOD: (reading(f"{KPI}/method", "magic"), f"{KPI}/method"),
}


def test_every_complaint_has_an_input_that_gives_it() -> None:
    assert set(TABLE) == set(Complaint)


def test_every_code_has_an_input_that_gives_it() -> None:
    assert {complaint.value.code for complaint in TABLE} == set(Code)


@pytest.mark.parametrize("complaint", list(TABLE), ids=lambda one: one.name)
def test_the_input_is_refused_for_that_reason_at_its_place(complaint: Complaint) -> None:
    act, where = TABLE[complaint]

    with pytest.raises((ScoringError, Reported)) as caught:
        act()

    refusal: Any = caught.value
    assert (refusal.complaint, refusal.where) == (complaint, where)
    for sentence in (refusal.message_en, refusal.message_zh):
        assert len(sentence) > 8
        assert not re.search(r"[{}]|None|Fraction\(|Decimal\(", sentence.replace("{…}", ""))
    assert refusal.message_en.endswith(".")
    assert refusal.message_zh.endswith("。")
