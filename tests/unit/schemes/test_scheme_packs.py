import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.questionnaires.packs import PackError
from app.schemes.packs import PACKS, Scheme, find_scheme_for_job, list_schemes, load_scheme
from app.schemes.rules import Aggregate, Method, check_definition

WORKED = json.loads(
    (Path(__file__).parents[2] / "data" / "worked_input.json").read_text(encoding="utf-8"),
    parse_float=str,
)
EXAMPLES = [("kam", WORKED["examples"][0]), ("rep", WORKED["examples"][1])]
RESULTS_OF_ONE_PERSON = {"actual", "status"}

both = pytest.mark.parametrize(("code", "example"), EXAMPLES, ids=["kam", "rep"])


def plain(value: Any) -> Any:
    """The same document with every number as a Decimal, so that 20 equals "20"."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, bool) or value is None:
        return value
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return value


def default_parameters(kpi: dict[str, Any]) -> Any:
    """What of an example's KPI belongs to the scheme and not to the person rated."""
    kept = {key: value for key, value in kpi.items() if key not in RESULTS_OF_ONE_PERSON}
    if "events" in kept:
        kept["events"] = [[name, points, 0] for name, points, _ in kept["events"]]
    if "bands" in kept:
        kept["bands"] = sorted(kept["bands"], key=lambda band: Decimal(band.get("lo", "-1")))
    return plain(kept)


@both
def test_names_and_weights_are_those_of_the_example(code: str, example: dict[str, Any]) -> None:
    scheme = load_scheme(code)

    assert [(d.id, d.name_zh, d.weight) for d in scheme.dimensions] == [
        (d["id"], d["name"], d["weight"]) for d in example["dimensions"]
    ]
    assert [(e.id, e.name_zh, e.weight) for e in scheme.elements()] == [
        (e["id"], e["name"].partition("(")[0], e["weight"])
        for d in example["dimensions"]
        for e in d["elements"]
    ]


@both
def test_scoring_rules_are_those_of_the_example(code: str, example: dict[str, Any]) -> None:
    ours = {e.id: plain(e.kpi) for e in load_scheme(code).elements() if e.kpi is not None}
    theirs = {
        e["id"]: default_parameters(e["kpi"])
        for d in example["dimensions"]
        for e in d["elements"]
        if "kpi" in e
    }

    assert ours == theirs


@both
def test_the_policy_is_that_of_the_example(code: str, example: dict[str, Any]) -> None:
    definition = load_scheme(code).definition()

    for key in ("scale", "kpi_cap", "kpi_floor", "final", "grades", "aggregate", "adjust_cap"):
        assert plain(definition[key]) == plain(example[key]), key
    assert Decimal(definition["min_coverage"]) == Decimal(str(example["min_coverage"]))
    assert plain(definition["trim"]) == plain(example.get("trim"))


@both
def test_the_rater_groups_are_those_of_the_example(code: str, example: dict[str, Any]) -> None:
    ours = [(g.id, g.name_zh, g.weight, g.k_min, g.pool) for g in load_scheme(code).groups]

    assert ours == [
        (g["id"], g["name"], g["weight"], g["k_min"], g.get("pool")) for g in example["groups"]
    ]


@pytest.fixture(params=["kam", "rep"])
def scheme(request: pytest.FixtureRequest) -> Scheme:
    return load_scheme(request.param)


def test_a_pack_has_no_findings(scheme: Scheme) -> None:
    assert check_definition(scheme.definition()) == ()


def test_only_supervisor_and_self_are_unprotected(scheme: Scheme) -> None:
    assert {g.id for g in scheme.groups if not g.protected} == {"supervisor", "self"}


def test_the_definition_survives_json_and_belongs_to_the_caller(scheme: Scheme) -> None:
    definition = scheme.definition()
    assert json.loads(json.dumps(definition)) == definition

    definition["groups"].clear()
    assert scheme.definition()["groups"]


def test_every_name_in_a_pack_is_given_in_both_languages(scheme: Scheme) -> None:
    for element in scheme.elements():
        assert element.name_zh != element.name_en
        assert bool(element.unit_zh) == bool(element.unit_en)
        assert set(element.event_names_en) == {e[0] for e in (element.kpi or {}).get("events", [])}


def test_the_method_of_an_element_is_none_for_a_competency() -> None:
    methods = {element.id: element.method for element in load_scheme("rep").elements()}

    assert methods["K1"] is Method.STEP_DELTA
    assert methods["C1"] is None


def test_the_representatives_figures_are_trimmed() -> None:
    assert load_scheme("rep").aggregate is Aggregate.TRIMMED


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("大客户经理", "kam"),
        ("高级大客户经理", "kam"),
        ("senior  key account MANAGER", "kam"),
        ("区域销售代表", "rep"),
        ("Regional Sales Representative", "rep"),
        ("技术支持工程师", None),
    ],
)
def test_a_job_title_in_either_language_finds_its_scheme(title: str, code: str | None) -> None:
    found = find_scheme_for_job(title, list_schemes())

    assert (found.code if found else None) == code


def test_no_job_title_suits_two_schemes() -> None:
    titles = [job.casefold() for scheme in list_schemes() for job in scheme.jobs]

    assert len(titles) == len(set(titles))


def test_an_unknown_pack_is_refused_by_name() -> None:
    with pytest.raises(PackError, match=r"nobody\.toml: there is no such scheme"):
        load_scheme("nobody")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('weight = "55"', 'weight = "54"', r"/dimensions: weights_not_100 .*'99'"),
        ('weight = "30"', 'weight = "31"', r"/dimensions/0/elements: weights_not_100 .*'101'"),
        ('id = "K2"', 'id = "K1"', "/dimensions/0/elements/1/id: duplicate_id"),
        ('competency = "C1"', 'competency = "C7"', "unknown_competency .*'C7'"),
        ('pool = "colleague"', 'pool = "pond"', "/groups/1/pool: unknown_pool"),
        ('name_en = "Sales results"', 'name_en = ""', "/dimensions/0/name_en: missing"),
        ('name_en = "Key account manager appraisal"', 'name_en = " "', "name_en is empty"),
        ('unit_en = "accounts"', 'unit_en = ""', "K2: the unit is missing in one language"),
        ('note_en = "Scored by bands"', 'note_en = ""', "K9: the note is missing in one language"),
        ('kpi_cap = "120"', "", "the key 'kpi_cap' is missing"),
        ("version = 1", "version =", "Invalid value"),
    ],
)
def test_a_damaged_pack_is_refused_with_place_and_reason(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = (PACKS / "kam.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "kam.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(PackError, match=rf"kam\.toml: .*{message}"):
        load_scheme(path)
