"""Which competency a scheme scores in place of which."""

from typing import Any

from app.cycles.adopting.rules import (
    ChoiceProblem,
    Offered,
    adopted,
    problems_of,
    proposed,
    scored_elements,
)

CARE = Offered(code="C7", name_zh="客户关系", name_en="Customer care")
SKILL = Offered(code="C1", name_zh="专业能力", name_en="Skill")


def element(name: str, code: str | None = None, zh: str = "", en: str = "") -> dict[str, Any]:
    row = {"id": name, "name_zh": zh, "name_en": en, "weight": "40"}
    return row | ({"kpi": {"method": "ratio"}} if code is None else {"competency": code})


def definition(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"jobs": ["销售"], "dimensions": [{"id": "D1", "elements": list(elements)}]}


SCHEME = definition(
    element("K1"),
    element("E1", "C1", zh="客户 关系", en="Customer relationship"),
    element("E2", "C2", zh="学习", en="skill"),
)


def test_only_elements_that_are_scored_from_answers_can_be_replaced() -> None:
    assert [row["id"] for row in scored_elements(SCHEME)] == ["E1", "E2"]


def test_competencies_are_proposed_by_name_and_never_by_number() -> None:
    named = definition(element("E1", "C1", zh="客户关系"), element("E2", "C1", en="SKILL "))

    assert proposed(named, [CARE, SKILL]) == {"E1": "C7", "E2": "C1"}
    assert proposed(SCHEME, [CARE]) == {"E1": "", "E2": ""}


def test_a_competency_is_proposed_once() -> None:
    twice = definition(element("E1", "C1", zh="专业能力"), element("E2", "C2", en="Skill"))

    assert proposed(twice, [SKILL]) == {"E1": "C1", "E2": ""}


def test_every_line_needs_a_competency_of_its_own() -> None:
    codes = ["C1", "C7"]

    assert problems_of(SCHEME, {"E1": "C7", "E2": "C1"}, codes) == {}
    assert problems_of(SCHEME, {"E1": "C7", "E2": "C7"}, codes) == {"E2": ChoiceProblem.TWICE}
    assert problems_of(SCHEME, {"E1": "C9"}, codes) == {
        "E1": ChoiceProblem.NOT_CHOSEN,
        "E2": ChoiceProblem.NOT_CHOSEN,
    }


def test_an_element_takes_the_new_name_and_keeps_its_id_and_weight() -> None:
    made = adopted(SCHEME, {"E1": "C7", "E2": "C1"}, [CARE, SKILL])

    assert made["dimensions"][0]["elements"][1] == {
        "id": "E1",
        "name_zh": "客户关系",
        "name_en": "Customer care",
        "weight": "40",
        "competency": "C7",
    }
    assert made["dimensions"][0]["elements"][0] == SCHEME["dimensions"][0]["elements"][0]
    assert SCHEME["dimensions"][0]["elements"][1]["competency"] == "C1"


def test_an_element_that_has_the_competency_already_stays_as_it_is() -> None:
    before = definition(element("E1", "C1", zh="专业能力", en="How skilled"))

    assert adopted(before, {"E1": "C1"}, [SKILL]) == before


def test_another_competency_under_the_old_code_brings_its_name() -> None:
    before = definition(element("E1", "C1", zh="学习", en="Learning"))

    made = adopted(before, {"E1": "C1"}, [SKILL])

    assert made["dimensions"][0]["elements"][0]["name_en"] == "Skill"
