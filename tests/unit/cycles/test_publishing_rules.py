"""What keeps a draft from being published."""

from collections.abc import Sequence
from typing import Any

from app.cycles.publishing.rules import PublishFinding, PublishProblem, check_publishing
from app.questionnaires.rules import Audience

BOTH = (Audience.INTERNAL, Audience.CUSTOMER)


def group(name: str, audience: str = "internal", weight: str = "50") -> dict[str, Any]:
    return {
        "id": name,
        "audience": audience,
        "weight": weight,
        "name_zh": f"{name} 组",
        "name_en": f"{name} group",
    }


def element(name: str, **values: Any) -> dict[str, Any]:
    return {"id": name, "name_zh": f"{name} 项", "name_en": f"{name} element", **values}


def scheme(groups: Sequence[dict[str, Any]], *elements: dict[str, Any]) -> dict[str, Any]:
    return {"groups": list(groups), "dimensions": [{"elements": list(elements)}]}


GROUPS = (group("peer"), group("customer", "customer"), group("self", weight="0"))
C1 = element("E1", competency="C1")
C2 = element("E2", competency="C2")


def problems(found: Sequence[PublishFinding]) -> list[tuple[PublishProblem, str]]:
    return [(row.problem, row.name_en) for row in found]


def test_a_draft_that_asks_everybody_about_everything_can_be_published() -> None:
    asked = {"C1": BOTH, "C2": BOTH}

    assert check_publishing(asked, [scheme(GROUPS, C1, C2)]) == ()
    assert check_publishing(asked, []) == ()


def test_a_draft_without_items_cannot() -> None:
    assert problems(check_publishing({"C1": ()}, [scheme(GROUPS, C1)])) == [
        (PublishProblem.NO_ITEMS, "")
    ]


def test_a_group_that_weighs_must_be_asked_something() -> None:
    found = check_publishing({"C1": (Audience.INTERNAL,)}, [{}, scheme(GROUPS, C1)])

    assert problems(found) == [(PublishProblem.GROUP_WITHOUT_ITEMS, "customer group")]
    assert (found[0].scheme, found[0].name_zh) == (1, "customer 组")


def test_a_group_without_weight_may_be_asked_nothing() -> None:
    groups = (group("peer"), group("customer", "customer", weight="0"))

    assert check_publishing({"C1": (Audience.INTERNAL,)}, [scheme(groups, C1)]) == ()


def test_a_scored_competency_must_be_asked_of_somebody_who_weighs() -> None:
    gone = check_publishing({"C1": BOTH}, [scheme(GROUPS, C1, C2)])
    customers_only = check_publishing(
        {"C1": BOTH, "C2": (Audience.CUSTOMER,)}, [scheme([group("peer")], C1, C2)]
    )

    expected = [(PublishProblem.COMPETENCY_WITHOUT_ITEMS, "E2 element")]
    assert problems(gone) == expected
    assert problems(customers_only) == expected


def test_a_kpi_read_from_answers_needs_items_for_its_group() -> None:
    asked = {"C1": BOTH, "C2": (Audience.INTERNAL,)}
    of_customers = element("K1", kpi={"method": "from_feedback", "group": "customer"})
    of_one = element(
        "K2", kpi={"method": "from_feedback", "group": "customer", "competencies": ["C2"]}
    )
    of_none = element("K3", kpi={"method": "from_feedback", "group": "self"})
    plain = element("K4", kpi={"method": "ratio"})

    found = check_publishing(asked, [scheme(GROUPS, C1, C2, of_customers, of_one, of_none, plain)])

    assert problems(found) == [
        (PublishProblem.KPI_WITHOUT_ITEMS, "K2 element"),
        (PublishProblem.KPI_WITHOUT_ITEMS, "K3 element"),
    ]
