from pathlib import Path

import pytest

from app.questionnaires.packs import (
    PACKS,
    PackError,
    Questionnaire,
    list_questionnaires,
    load_questionnaire,
)
from app.questionnaires.rules import BOXES, Audience, ItemText, check_items, minutes_for_form

CODES = ["kam", "rep"]


@pytest.fixture(params=CODES)
def pack(request: pytest.FixtureRequest) -> Questionnaire:
    return load_questionnaire(request.param)


def changed(tmp_path: Path, old: str, new: str, *, count: int = 1) -> Path:
    text = (PACKS / "kam.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "kam.toml"
    path.write_text(text.replace(old, new, count), encoding="utf-8")
    return path


def test_both_packs_are_listed() -> None:
    assert [pack.code for pack in list_questionnaires()] == CODES


def test_colleagues_get_thirty_items_and_customers_six_to_eight(pack: Questionnaire) -> None:
    assert len(pack.items_for(Audience.INTERNAL)) == 30
    assert 6 <= len(pack.items_for(Audience.CUSTOMER)) <= 8


def test_the_linter_finds_nothing_in_a_pack(pack: Questionnaire) -> None:
    texts = [ItemText(code=i.code, text_zh=i.text_zh, text_en=i.text_en) for i in pack.items]

    assert check_items(texts) == ()


def test_no_item_is_longer_than_the_line_even_with_punctuation(pack: Questionnaire) -> None:
    assert max(len(item.text_zh) for item in pack.items) <= 24


def test_one_or_two_items_are_reversed_and_none_of_a_customers(pack: Questionnaire) -> None:
    reversed_items = [item.audience for item in pack.items if item.reverse]

    assert reversed_items in ([Audience.INTERNAL], [Audience.INTERNAL] * 2)


def test_every_competency_has_enough_items_for_colleagues(pack: Questionnaire) -> None:
    asked = [item.competency for item in pack.items_for(Audience.INTERNAL)]

    assert set(asked) == {competency.code for competency in pack.competencies}
    assert min(asked.count(code) for code in asked) >= 6


def test_a_customer_is_asked_at_least_two_items_on_what_a_customer_can_see(
    pack: Questionnaire,
) -> None:
    asked = [item.competency for item in pack.items_for(Audience.CUSTOMER)]

    assert min(asked.count(code) for code in asked) >= 2


def test_the_scale_runs_from_never_to_always(pack: Questionnaire) -> None:
    assert [level["zh"] for level in pack.scale_rows()] == ["从不", "很少", "有时", "经常", "总是"]
    assert [level["en"] for level in pack.scale_rows()] == [
        "Never",
        "Rarely",
        "Sometimes",
        "Often",
        "Always",
    ]
    assert (pack.scale.not_observed_zh, pack.scale.not_observed_en) == ("不了解", "Not observed")


def test_colleagues_get_three_comment_boxes_and_customers_one(pack: Questionnaire) -> None:
    assert [box.code for box in pack.boxes_for(Audience.INTERNAL)] == ["start", "stop", "continue"]
    assert len(pack.boxes_for(Audience.CUSTOMER)) == 1
    hints = {row["code"]: bool(row["hint_zh"] and row["hint_en"]) for row in pack.comment_rows()}
    assert hints == {"start": True, "stop": True, "continue": True, "customer": False}


def test_the_time_that_is_promised_counts_the_boxes_of_the_ready_forms(pack: Questionnaire) -> None:
    for audience in Audience:
        assert len(pack.boxes_for(audience)) == BOXES[audience]
    colleagues, customers = (len(pack.items_for(audience)) for audience in Audience)
    assert minutes_for_form(Audience.INTERNAL, colleagues) == 5
    assert minutes_for_form(Audience.CUSTOMER, customers) == 2


def test_a_competency_is_found_by_its_code(pack: Questionnaire) -> None:
    assert pack.competency("C2").code == "C2"
    with pytest.raises(KeyError):
        pack.competency("C9")


def test_an_unknown_pack_is_refused_by_name() -> None:
    with pytest.raises(PackError, match=r"nobody\.toml: there is no such questionnaire"):
        load_questionnaire("nobody")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name_en = "360', 'name_fr = "360', "the key 'name_en' is missing"),
        ('zh = "从不"', 'zh = ""', "zh must be a text that is not empty, not ''"),
        ("value = 2", "value = 3", "the levels must be 1 to 5, lowest first"),
        ("kam-c1-02", "kam-c1-01", "item: the code kam-c1-01 occurs more than once"),
        ('competency = "C4"', 'competency = "C9"', "kam-c4-01: the competency C9 does not exist"),
        ('competency = "C1"', 'competency = "C4"', "not grouped by competency"),
        ('audience = "internal"', 'audience = "pets"', "'pets' is not a valid Audience"),
        ("weight = 1", "weight = 0", "kam-c1-01: weight must be a whole number above 0, not 0"),
        ("reverse = false", "reverse = 0", "kam-c1-01: reverse must be true or false, not 0"),
        ("每次拜访之前先明确目的", "明确目的并执行", "kam-c1-02 .zh.: joins_two"),
        ("version = 1", "version =", "Invalid value"),
    ],
)
def test_a_damaged_pack_is_refused_with_place_and_reason(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(PackError, match=rf"kam\.toml: .*{message}"):
        load_questionnaire(changed(tmp_path, old, new))


def test_a_pack_without_items_for_customers_is_refused(tmp_path: Path) -> None:
    path = changed(tmp_path, 'audience = "customer"', 'audience = "internal"', count=7)
    text = path.read_text(encoding="utf-8")
    before, after = text.split("# Items for outside customers.")
    path.write_text(before + after[after.index("[comments]") :], encoding="utf-8")

    with pytest.raises(PackError, match="there is none for the audience customer"):
        load_questionnaire(path)
