from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.schemes.findings import SchemeFinding, SchemeProblem
from app.schemes.packs import load_scheme
from app.schemes.rules import check_definition, with_minimum

Change = Callable[[dict[str, Any]], object]


def findings_after(change: Change) -> tuple[SchemeFinding, ...]:
    definition = load_scheme("kam").definition()
    change(definition)
    return check_definition(definition)


def first_element(definition: dict[str, Any]) -> dict[str, Any]:
    element: dict[str, Any] = definition["dimensions"][0]["elements"][0]
    return element


@pytest.mark.parametrize("policy", [None, "renormalise", "fixed_fallback"])
def test_a_scheme_may_say_who_carries_the_weight_of_a_lost_group(policy: str | None) -> None:
    assert findings_after(lambda d: d.update(missing_policy=policy)) == ()


def test_weights_that_miss_100_are_named_with_place_and_sum() -> None:
    (finding,) = findings_after(lambda d: first_element(d).update(weight="39.99"))

    assert finding.problem is SchemeProblem.WEIGHTS_NOT_100
    assert finding.path == "/dimensions/0/elements"
    assert finding.params == {"found": "99.99"}


CASES: list[tuple[Change, SchemeProblem, str]] = [
    (lambda d: d.pop("scale"), SchemeProblem.MISSING, "/scale"),
    (lambda d: d["scale"].update(min="1"), SchemeProblem.ANCHORS, "/scale/anchors"),
    (lambda d: d["scale"]["anchors"].pop(), SchemeProblem.ANCHORS, "/scale/anchors"),
    (lambda d: d["scale"]["anchors"].reverse(), SchemeProblem.ANCHORS, "/scale/anchors"),
    (
        lambda d: d["scale"].update(
            anchors=[[1, "40"], [2, "20"], [3, "60"], [4, "80"], [5, "90"]]
        ),
        SchemeProblem.ANCHORS,
        "/scale/anchors",
    ),
    (lambda d: d.update(kpi_cap=None), SchemeProblem.MISSING, "/kpi_cap"),
    (lambda d: d.update(kpi_cap="99"), SchemeProblem.CAP_FLOOR, "/kpi_cap"),
    (lambda d: d.update(kpi_floor="101"), SchemeProblem.CAP_FLOOR, "/kpi_cap"),
    (lambda d: d.update(final=None), SchemeProblem.MISSING, "/final"),
    (lambda d: d["final"].update(dp=7), SchemeProblem.BAD_VALUE, "/final/dp"),
    (lambda d: d["final"].update(max="0"), SchemeProblem.BAD_VALUE, "/final/max"),
    (lambda d: d.update(grades=[]), SchemeProblem.MISSING, "/grades"),
    (lambda d: d["grades"].reverse(), SchemeProblem.GRADES_ORDER, "/grades"),
    (lambda d: d["grades"].pop(), SchemeProblem.GRADES_HOLE, "/grades/3"),
    (lambda d: d["grades"][1].__setitem__(0, "S"), SchemeProblem.DUPLICATE_ID, "/grades/1/id"),
    (lambda d: d.update(groups=[]), SchemeProblem.MISSING, "/groups"),
    (lambda d: d["groups"][0].update(weight="41"), SchemeProblem.WEIGHTS_NOT_100, "/groups"),
    (lambda d: d["groups"][0].update(weight=40.0), SchemeProblem.BAD_VALUE, "/groups/0/weight"),
    (lambda d: d["groups"][0].update(id="boss"), SchemeProblem.BAD_VALUE, "/groups/0/id"),
    (lambda d: d["groups"][0].pop("name_en"), SchemeProblem.MISSING, "/groups/0/name_en"),
    (lambda d: d["groups"][1].update(k_min=2), SchemeProblem.GROUP_MINIMUM, "/groups/1/k_min"),
    (lambda d: d["groups"][0].update(k_min=0), SchemeProblem.GROUP_MINIMUM, "/groups/0/k_min"),
    (lambda d: d["groups"][1].update(pool="pond"), SchemeProblem.UNKNOWN_POOL, "/groups/1/pool"),
    (
        lambda d: d["groups"][0].update(pool="colleague"),
        SchemeProblem.POOL_UNPROTECTED,
        "/groups/0/pool",
    ),
    (lambda d: d["groups"][0].pop("protected"), SchemeProblem.MISSING, "/groups/0/protected"),
    (lambda d: d["groups"][0].update(audience=""), SchemeProblem.BAD_VALUE, "/groups/0/audience"),
    (lambda d: d.update(aggregate="mode"), SchemeProblem.BAD_VALUE, "/aggregate"),
    (lambda d: d.update(missing_policy="hold"), SchemeProblem.BAD_VALUE, "/missing_policy"),
    (lambda d: d.update(aggregate="trimmed"), SchemeProblem.BAD_VALUE, "/trim"),
    (lambda d: d.update(aggregate="median"), SchemeProblem.MEDIAN_PROTECTED, "/aggregate"),
    (
        lambda d: d.update(aggregate="trimmed", trim="0.4"),
        SchemeProblem.TRIM_TOO_WIDE,
        "/trim",
    ),
    (lambda d: d.update(min_coverage="1.1"), SchemeProblem.BAD_VALUE, "/min_coverage"),
    (lambda d: d.update(k_comment=2), SchemeProblem.BAD_VALUE, "/k_comment"),
    (lambda d: d.pop("adjust_cap"), SchemeProblem.MISSING, "/adjust_cap"),
    (lambda d: d.update(dimensions=[]), SchemeProblem.MISSING, "/dimensions"),
    (
        lambda d: d["dimensions"][1].update(id="D1"),
        SchemeProblem.DUPLICATE_ID,
        "/dimensions/1/id",
    ),
    (
        lambda d: first_element(d).update(competency="C1"),
        SchemeProblem.KPI_OR_COMPETENCY,
        "/dimensions/0/elements/0",
    ),
    (
        lambda d: first_element(d).pop("kpi"),
        SchemeProblem.KPI_OR_COMPETENCY,
        "/dimensions/0/elements/0",
    ),
    (
        lambda d: first_element(d).update(kpi={"method": "magic"}),
        SchemeProblem.UNKNOWN_METHOD,
        "/dimensions/0/elements/0/kpi/method",
    ),
    (
        lambda d: first_element(d).update(kpi="ratio"),
        SchemeProblem.UNKNOWN_METHOD,
        "/dimensions/0/elements/0/kpi/method",
    ),
    (
        lambda d: first_element(d).update(direction="up"),
        SchemeProblem.BAD_VALUE,
        "/dimensions/0/elements/0/direction",
    ),
]


SURVEY = "/dimensions/0/elements/0/kpi"


def survey(*, order: str | None = None, **kpi: object) -> Change:
    """The first KPI is read from what customers answer, unless `kpi` says otherwise."""

    def change(definition: dict[str, Any]) -> None:
        read = {"method": "from_feedback", "group": "customer", **kpi}
        first_element(definition)["kpi"] = read
        if order:
            definition["order"] = order

    return change


def without_competencies(definition: dict[str, Any]) -> None:
    survey()(definition)
    for dimension in definition["dimensions"]:
        for element in dimension["elements"]:
            if element.pop("competency", None):
                element["kpi"] = {"method": "ratio"}


CASES += [
    (survey(group="self"), SchemeProblem.SURVEY_GROUP, f"{SURVEY}/group"),
    (survey(group=["customer"]), SchemeProblem.SURVEY_GROUP, f"{SURVEY}/group"),
    (survey(competencies=[]), SchemeProblem.SURVEY_WITHOUT_ANSWERS, f"{SURVEY}/competencies"),
    (survey(competencies="C1"), SchemeProblem.SURVEY_WITHOUT_ANSWERS, f"{SURVEY}/competencies"),
    (
        survey(competencies=["C1", "C1"]),
        SchemeProblem.SURVEY_WITHOUT_ANSWERS,
        f"{SURVEY}/competencies",
    ),
    (survey(competencies=["C9"]), SchemeProblem.UNKNOWN_COMPETENCY, f"{SURVEY}/competencies/0"),
    (survey(competencies=[{}]), SchemeProblem.UNKNOWN_COMPETENCY, f"{SURVEY}/competencies/0"),
    (without_competencies, SchemeProblem.SURVEY_WITHOUT_ANSWERS, SURVEY),
    (
        survey(order="rater_overall_first"),
        SchemeProblem.SURVEY_BESIDE_OVERALL,
        f"{SURVEY}/method",
    ),
]


def test_a_kpi_may_be_read_from_the_feedback_of_a_group_that_weighs_something() -> None:
    assert findings_after(survey()) == ()
    assert findings_after(survey(competencies=["C1", "C2"])) == ()
    assert findings_after(survey(order="competency_first")) == ()
    assert findings_after(lambda d: d.update(order="rater_overall_first")) == ()
    found = findings_after(survey(group="self"))[0]
    assert found.params == {"found": "self", "expected": "supervisor, peer, subordinate, customer"}


@pytest.mark.parametrize(("change", "problem", "path"), CASES)
def test_a_broken_rule_is_the_only_finding(
    change: Change, problem: SchemeProblem, path: str
) -> None:
    found = [(finding.problem, finding.path) for finding in findings_after(change)]

    assert found == [(problem, path)]


def test_a_negative_weight_is_found_even_where_the_sum_is_right() -> None:
    def change(definition: dict[str, Any]) -> None:
        definition["groups"][0]["weight"] = "75"
        definition["groups"][2]["weight"] = "-25"

    (finding,) = findings_after(change)

    assert finding.problem is SchemeProblem.NEGATIVE_WEIGHT
    assert finding.params == {"found": "-25"}


def test_a_competency_is_looked_for_only_where_the_codes_are_known() -> None:
    definition = load_scheme("kam").definition()

    assert check_definition(definition) == ()
    found = check_definition(definition, competencies=["C1", "C2", "C3"])
    assert [(one.problem, one.params) for one in found] == [
        (SchemeProblem.UNKNOWN_COMPETENCY, {"found": "C4"})
    ]


def test_trimming_that_leaves_three_is_too_wide_for_a_round_that_asks_for_more() -> None:
    definition = load_scheme("rep").definition()
    assert definition["aggregate"] == "trimmed"

    found = {
        k_min: [one.problem for one in check_definition(with_minimum(definition, k_min))]
        for k_min in (3, 5, 6)
    }

    assert found == {3: [], 5: [], 6: [SchemeProblem.TRIM_TOO_WIDE]}
    raised: Any = with_minimum(definition, 5)["groups"]
    assert [(one["protected"], one["k_min"]) for one in raised][:2] == [(False, 1), (True, 5)]


@given(st.lists(st.integers(0, 100), min_size=5, max_size=5))
def test_group_weights_pass_exactly_when_they_sum_to_100(weights: list[int]) -> None:
    definition = load_scheme("kam").definition()
    for group, weight in zip(definition["groups"], weights, strict=True):
        group["weight"] = str(weight)

    assert (check_definition(definition) == ()) == (sum(weights) == 100)


def test_a_median_may_stand_where_nobody_was_promised_protection() -> None:
    def change(definition: dict[str, Any]) -> None:
        definition["aggregate"] = "median"
        for group in definition["groups"]:
            group.update(protected=False, pool=None)

    assert findings_after(change) == ()


@pytest.mark.parametrize("k", range(3, 13))
def test_trimming_passes_exactly_where_it_always_keeps_the_minimum(k: int) -> None:
    def kept(share: Decimal, n: int) -> int:
        return n if n < 5 else n - 2 * int(share * n)

    for share in (Decimal(hundredths) / 100 for hundredths in range(50)):

        def change(definition: dict[str, Any], share: Decimal = share) -> None:
            definition.update(aggregate="trimmed", trim=str(share))
            for group in definition["groups"]:
                group["k_min"] = k if group["protected"] else 1

        is_kept = all(kept(share, n) >= k for n in range(k, 700))
        assert (findings_after(change) == ()) == is_kept, share


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(load_scheme("rep").definition())), json_values)
def test_any_nonsense_in_a_definition_gets_an_answer(key: str, nonsense: Any) -> None:
    definition = {**load_scheme("rep").definition(), key: nonsense}

    assert all(finding.path.startswith("/") for finding in check_definition(definition))
