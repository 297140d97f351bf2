import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.questionnaires.rules import (
    ItemFinding,
    ItemProblem,
    ItemText,
    Language,
    check_item,
    check_items,
    length_en,
    length_zh,
)

GOOD_ZH = "把目标拆成可以检查的步骤"
GOOD_EN = "Breaks goals into steps that can be checked"


def item(*, zh: str = GOOD_ZH, en: str = GOOD_EN, code: str = "kam-c1-01") -> ItemText:
    return ItemText(code=code, text_zh=zh, text_en=en)


def problems(found: tuple[ItemFinding, ...]) -> list[ItemProblem]:
    return [finding.problem for finding in found]


def test_a_short_statement_of_one_behaviour_passes() -> None:
    assert check_item(item()) == ()


def test_a_finding_names_the_item_the_language_and_the_figures() -> None:
    (finding,) = check_item(item(zh="按" * 25))

    assert finding.problem is ItemProblem.TOO_LONG
    assert finding.language is Language.ZH
    assert finding.code == "kam-c1-01"
    assert finding.params == {"found": "25", "limit": "24"}


def test_twenty_four_characters_are_not_too_long() -> None:
    assert check_item(item(zh="按" * 24)) == ()


def test_fourteen_words_are_allowed_and_fifteen_are_not() -> None:
    assert check_item(item(en="Keeps " + "on " * 13)) == ()
    assert problems(check_item(item(en="Keeps " + "on " * 14))) == [ItemProblem.TOO_LONG]


def test_an_abbreviation_counts_as_one_character_and_punctuation_as_none() -> None:
    assert length_zh("把记录录入CRM系统，当天完成") == 12
    assert length_en("Enters  visit notes") == 3


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("制定计划并跟踪进度", "并"),
        ("整理客户和竞品的资料", "和"),
        ("更新商机及报价", "及"),
        ("记录拜访；回复邮件", "；"),
        ("汇报进度、问题", "、"),
        ("倾听客户以及同事", "以及"),
    ],
)
def test_a_chinese_text_that_joins_two_behaviours_is_found(text: str, word: str) -> None:
    (finding,) = check_item(item(zh=text))

    assert finding.problem is ItemProblem.JOINS_TWO
    assert finding.params == {"found": word}


@pytest.mark.parametrize(
    "text", ["及时答复客户", "在会上提及客户的顾虑", "按期合并报表", "态度温和地提出异议"]
)
def test_a_word_that_merely_contains_a_joining_character_is_harmless(text: str) -> None:
    assert check_item(item(zh=text)) == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Plans visits and follows up", "and"),
        ("Plans visits as well as calls", "as well as"),
        ("Plans visits; calls customers", ";"),
        ("Plans visits & calls", "&"),
    ],
)
def test_an_english_text_that_joins_two_behaviours_is_found(text: str, word: str) -> None:
    (finding,) = check_item(item(en=text))

    assert finding.problem is ItemProblem.JOINS_TWO
    assert finding.params == {"found": word}


def test_a_word_that_merely_contains_and_is_harmless() -> None:
    assert check_item(item(en="Hands over the standard brand file")) == ()


@pytest.mark.parametrize("text", ["从不拒绝同事的求助", "不会没有准备就拜访"])
def test_a_chinese_double_negative_is_found(text: str) -> None:
    assert ItemProblem.DOUBLE_NEGATIVE in problems(check_item(item(zh=text)))


def test_an_english_double_negative_is_found_with_its_words() -> None:
    (finding,) = check_item(item(en="Does not visit customers without a plan"))

    assert finding.problem is ItemProblem.DOUBLE_NEGATIVE
    assert finding.params == {"found": "not … without"}


def test_one_negation_is_found_because_never_doubles_it() -> None:
    found = check_item(item(zh="不泄露客户资料", en="Passes no customer files on"))

    assert problems(found) == [ItemProblem.NEGATED, ItemProblem.NEGATED]


@pytest.mark.parametrize("text", ["不断改进自己的方法", "无论多忙都当天答复"])
def test_a_word_that_merely_contains_a_negating_character_is_harmless(text: str) -> None:
    assert check_item(item(zh=text)) == ()


def test_a_word_that_the_scale_already_says_is_found() -> None:
    found = check_item(item(zh="经常拜访客户", en="Often visits customers"))

    assert problems(found) == [
        ItemProblem.FREQUENCY_WORD,
        ItemProblem.FREQUENCY_WORD,
        ItemProblem.VERB_FORM,
    ]


def test_a_text_that_speaks_of_its_author_is_found() -> None:
    found = check_item(item(zh="把消息告诉我们", en="Tells us the news"))

    assert problems(found) == [ItemProblem.FIRST_PERSON, ItemProblem.FIRST_PERSON]


def test_an_english_text_starts_with_a_verb_in_the_third_person() -> None:
    (finding,) = check_item(item(en="Break goals into steps"))

    assert finding.problem is ItemProblem.VERB_FORM
    assert finding.params == {"found": "Break"}


def test_closing_and_half_width_punctuation_are_found() -> None:
    found = check_item(item(zh="客户有异议时,先复述对方的意思。", en="Breaks goals into steps."))

    assert problems(found) == [
        ItemProblem.HALF_WIDTH_PUNCTUATION,
        ItemProblem.CLOSING_PUNCTUATION,
        ItemProblem.CLOSING_PUNCTUATION,
    ]


@pytest.mark.parametrize("blank", ["", "   "])
def test_a_missing_language_is_the_only_finding_of_that_language(blank: str) -> None:
    (finding,) = check_item(item(en=blank))

    assert finding.problem is ItemProblem.MISSING_TEXT
    assert finding.language is Language.EN


def test_two_items_with_the_same_text_are_found_at_the_second() -> None:
    second = item(code="kam-c1-02", en=GOOD_EN.upper().replace("BREAKS", "breaks"))

    found = check_items([item(), second])

    assert [(one.code, one.problem, one.params) for one in found] == [
        ("kam-c1-02", ItemProblem.DUPLICATE, {"first": "kam-c1-01"}),
        ("kam-c1-02", ItemProblem.DUPLICATE, {"first": "kam-c1-01"}),
    ]


def test_two_empty_texts_are_missing_and_not_duplicates() -> None:
    found = check_items([item(zh=""), item(zh="", en="Asks for advice", code="kam-c1-02")])

    assert problems(found) == [ItemProblem.MISSING_TEXT, ItemProblem.MISSING_TEXT]


@given(st.text(), st.text())
def test_any_text_gets_an_answer(zh: str, en: str) -> None:
    for finding in check_item(item(zh=zh, en=en)):
        assert all(finding.params.values())
