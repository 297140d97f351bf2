"""What keeps a draft from being published."""

from collections.abc import Sequence
from typing import Any

from app.cycles.publishing.rules import PublishFinding, PublishProblem, check_publishing
from app.people.groups import RaterGroup

BOTH = tuple(RaterGroup)
PEERS = (RaterGroup.PEER,)


def group(name: str, weight: str = "50") -> dict[str, Any]:
    return {
        "id": name,
        "weight": weight,
        "name_zh": f"{name} 组",
        "name_en": f"{name} group",
    }


def element(name: str, **values: Any) -> dict[str, Any]:
    return {"id": name, "name_zh": f"{name} 项", "name_en": f"{name} element", **values}


def scheme(groups: Sequence[dict[str, Any]], *elements: dict[str, Any]) -> dict[str, Any]:
    return {"groups": list(groups), "dimensions": [{"elements": list(elements)}]}


GROUPS = (group("peer"), group("customer"), group("self", weight="0"))
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
    found = check_publishing({"C1": PEERS}, [{}, scheme(GROUPS, C1)])

    assert problems(found) == [(PublishProblem.GROUP_WITHOUT_ITEMS, "customer group")]
    assert (found[0].scheme, found[0].name_zh) == (1, "customer 组")


def test_one_relation_among_colleagues_is_a_group_of_its_own() -> None:
    groups = (group("peer"), group("subordinate"))

    found = check_publishing({"C1": PEERS}, [scheme(groups, C1)])

    assert problems(found) == [(PublishProblem.GROUP_WITHOUT_ITEMS, "subordinate group")]


def test_a_group_without_weight_may_be_asked_nothing() -> None:
    groups = (group("peer"), group("customer", weight="0"))

    assert check_publishing({"C1": PEERS}, [scheme(groups, C1)]) == ()


def test_a_scored_competency_must_be_asked_of_somebody_who_weighs() -> None:
    gone = check_publishing({"C1": BOTH}, [scheme(GROUPS, C1, C2)])
    customers_only = check_publishing(
        {"C1": BOTH, "C2": (RaterGroup.CUSTOMER,)}, [scheme([group("peer")], C1, C2)]
    )

    expected = [(PublishProblem.COMPETENCY_WITHOUT_ITEMS, "E2 element")]
    assert problems(gone) == expected
    assert problems(customers_only) == expected


def test_those_who_are_asked_about_a_competency_must_weigh_enough_for_a_score() -> None:
    groups = (group("supervisor", "49.50"), group("peer", "0.5"), group("subordinate"))
    boss = (RaterGroup.SUPERVISOR, RaterGroup.SELF)
    asked = {"C1": BOTH, "C2": boss, "C3": (*boss, RaterGroup.PEER)}

    found = check_publishing(asked, [scheme(groups, C1, C2, element("E3", competency="C3"))])

    assert problems(found) == [(PublishProblem.COMPETENCY_TOO_LIGHT, "E2 element")]
    assert (found[0].weight, found[0].needed) == ("49.5", "50")


def test_a_kpi_read_from_answers_needs_items_for_its_group() -> None:
    asked = {"C1": BOTH, "C2": PEERS}
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
