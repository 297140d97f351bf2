"""A KPI that the scheme reads from the feedback of its own round: customer satisfaction."""

from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from app.interviews.results import kpi_facts, lines_to_explain, results_section
from app.ratings.computing import compute
from app.ratings.reading import shown_result
from app.ratings.sheet import SheetLine, dimension_rows
from app.ratings.shown import AnswersBehind, ResultStatus, ShownElement, ShownResult
from app.ratings.wording import answers_sentence
from app.schemes.packs import load_scheme
from app.schemes.rules import check_definition
from tests.unit.ratings.test_rating_documents import FORM, KAM, SHEET, document, rater, raters
from tests.workbook_files import speaking

SATISFACTION = "客户满意度"
LINES = [line for line in SHEET if line.name != SATISFACTION]


def scheme(**kpi: Any) -> dict[str, Any]:
    """The ready scheme, its customer satisfaction read from the round."""
    definition = deepcopy(KAM)
    element = definition["dimensions"][1]["elements"][0]
    assert element["name_zh"] == SATISFACTION
    element["kpi"] = {"method": "from_feedback", "group": "customer", **kpi}
    return definition


def rated(
    *levels: int, lines: list[SheetLine] = LINES, definition: Any = None, **sizes: int
) -> dict[str, Any]:
    customers = [rater(f"customer{n}", "customer", level) for n, level in enumerate(levels)]
    answered = [*raters(False, customer=0, **sizes), *customers]
    return document(answered, definition=definition or scheme(), lines=lines)


def shown(*levels: int, language: str = "en", **changes: Any) -> ShownResult:
    return shown_result(compute(rated(*levels, **changes)).result, language)


def satisfaction(result: ShownResult) -> ShownElement:
    return next(one for one in result.dimensions[1].elements if one.id == "K5")


def test_the_scheme_passes_its_check() -> None:
    assert check_definition(scheme()) == ()
    assert check_definition(scheme(competencies=["C2"])) == ()


def test_without_a_line_in_the_sheet_it_is_the_mean_of_the_customers_own_answers() -> None:
    """C1 and C2 ask customers: 5, 4 and 3 are worth 100, 80 and 60 points."""
    result = shown(5, 4, 3)
    one = satisfaction(result)

    assert result.status is ResultStatus.RATED
    assert (str(one.score), str(one.weight)) == ("80.00", "35")
    assert one.explain == "6.16 = 22% × 35% × 80.00"
    assert one.answers == (AnswersBehind(label="Customers", raters="3–5"),)


def test_a_line_from_before_gives_its_weight_and_no_figure() -> None:
    """Of a sheet that was imported under the old scheme, no 95 from an outside survey is used."""
    old = [
        replace(line, weight={"K5": "30", "K6": "30"}.get(line_id(line), line.weight))
        for line in SHEET
    ]
    one = satisfaction(shown(5, 4, 3, lines=old))

    assert (str(one.score), str(one.weight), one.actual) == ("80.00", "30", "")


def line_id(line: SheetLine) -> str:
    rows = [element for row in KAM["dimensions"] for element in row["elements"]]
    return next(str(row["id"]) for row in rows if row["name_zh"] == line.name)


def test_a_dimension_without_any_line_keeps_it_and_does_not_wait_for_its_figure() -> None:
    rows = dimension_rows(scheme()["dimensions"], [], FORM.competencies)

    kpi = next(one["kpi"] for one in rows[1]["elements"] if one["id"] == "K5")
    assert kpi == {"method": "from_feedback", "group": "customer"}


@pytest.mark.parametrize("few", [(), (5, 5), (1, 1)])
def test_below_the_minimum_it_does_not_apply_and_the_others_share_its_weight(
    few: tuple[int, ...],
) -> None:
    result = shown(*few)
    one, other = satisfaction(result), result.dimensions[1].elements[0]

    assert (one.score, str(one.weight), one.answers) == (None, "0", ())
    assert one.explain.startswith("too few or none answered, so it does not apply")
    assert Fraction(other.weight) > Fraction(other.nominal_weight)
    assert result == shown()


def test_bands_and_never_numbers_of_customers_are_told() -> None:
    bands = {n: satisfaction(shown(*[4] * n)).answers[0].raters for n in (3, 5, 6, 9, 10, 23)}

    assert bands == {3: "3–5", 5: "3–5", 6: "6–9", 9: "6–9", 10: "10+", 23: "10+"}


def test_a_group_that_is_pooled_is_named_with_those_it_is_pooled_with() -> None:
    colleagues = scheme(group="peer")
    result = shown(definition=colleagues, peer=4, subordinate=2)

    assert satisfaction(result).answers == (
        AnswersBehind(label="Peers + Direct reports", raters="6–9"),
    )


def test_who_is_known_anyway_is_counted() -> None:
    result = shown(definition=scheme(group="supervisor"))

    assert satisfaction(result).answers == (AnswersBehind(label="Supervisor", raters="1"),)


def test_bands_that_differ_between_competencies_are_both_told() -> None:
    customers = [rater(f"c{n}", "customer", 4) for n in range(6)]
    partly = [
        replace(one, answers={**one.answers, "C2-4": None, "C2-5": None}) for one in customers[:2]
    ]
    made = document(
        [*raters(customer=0), *partly, *customers[2:]], definition=scheme(), lines=LINES
    )

    one = satisfaction(shown_result(compute(made).result, "en"))
    assert one.answers == (AnswersBehind(label="Customers", raters="3–5 / 6–9"),)


def test_competencies_that_the_sheet_leaves_out_are_not_read() -> None:
    weights = [replace(LINES[0], dimension="D4", name="能力C4", weight="100", method="360")]
    weights += [replace(weights[0], dimension="D2", name="能力C2", weight="15")]
    lines = [*LINES, *weights]

    rows = {
        named: dimension_rows(scheme(competencies=named)["dimensions"], lines, FORM.competencies)
        for named in (("C1", "C2"), ("C1",))
    }

    kpis = {
        named: next(one["kpi"] for one in row[1]["elements"] if one["id"] == "K5")
        for named, row in rows.items()
    }
    assert kpis["C1", "C2"]["competencies"] == ["C2"]
    assert kpis["C1",] == {
        "method": "from_feedback",
        "group": "customer",
        "status": "not_applicable",
    }


def test_the_record_names_the_answers_as_evidence_and_asks_for_none() -> None:
    result = shown(4, 4, 4)
    facts = {fact.id: fact for fact in kpi_facts(result)}

    with speaking("en"):
        section = results_section(result, {})
        plain = answers_sentence(result.dimensions[0].elements[0])
    lines = {line.name: line for dimension in section.dimensions for line in dimension.elements}
    assert facts["K5"].has_evidence
    assert not facts["K6"].has_evidence
    assert {fact.id for fact in lines_to_explain(result)} >= {"K6"}
    assert lines["Customer satisfaction"].evidence == "From the answers of Customers (3–5 people)"
    assert plain == ""


def test_the_sentence_is_chinese_for_chinese_readers() -> None:
    with speaking("zh"):
        sentence = answers_sentence(satisfaction(shown(4, 4, 4, language="zh")))

    assert sentence == "取自客户（3–5 人）的作答"


def test_results_from_before_there_were_such_kpis_are_read_as_before() -> None:
    result = compute(rated(4, 4, 4)).result
    for row in result["view"]["dimensions"]:
        for element in row["elements"]:
            del element["answers"]

    assert satisfaction(shown_result(result, "en")).answers == ()


def test_a_ready_scheme_reads_satisfaction_from_the_round() -> None:
    ready = load_scheme("csm")
    [element] = [one for one in ready.elements() if one.method == "from_feedback"]

    assert element.name_en == "Customer satisfaction"
    assert element.kpi == {"method": "from_feedback", "group": "customer"}
    assert ready.suits_job("客户成功经理")
