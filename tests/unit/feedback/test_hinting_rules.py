import re

import pytest

from app.feedback.hinting.rules import telling_spans, telling_words, words_of

NAMES = ("张三", "李华", "Anna Weber", "王")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("上次李华也在场。", "李华"),
        ("Ask anna weber about it", "anna weber"),
        ("我作为销售助理，常常等他回复", "我作为销售助理"),
        ("作为他的下属我觉得很好", "作为他的下属我觉得很好"),
        ("我是她的前任主管", "我是她的前任主管"),
        ("请常来我们组看看", "我们组"),
        ("我们部门都同意", "我们部门"),
        ("As her assistant I see this daily", "As her assistant"),
        ("I am his successor", "I am his successor"),
        ("He should visit our team more", "our team"),
        ("打 13800138000 找我", "13800138000"),
        ("call +86 138-0013-8000", "+86 138-0013-8000"),
        ("write to a.weber@example.com", "a.weber@example.com"),
        ("9月12日的会上他迟到了", "9月12日"),
        ("on 2026-03-12 he left", "2026-03-12"),
        ("late on 12th March", "12th March"),
        ("late on March 12", "March 12"),
        ("我们组的李华", "我们组"),
    ],
)
def test_words_that_could_identify_the_writer_are_found(text: str, words: str) -> None:
    assert telling_words(text, names=NAMES, about="王晓明") == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "会前先发议程，大家少争半小时。",
        "王晓明在会上先复述客户的话。",
        "我们组织活动时他很热心",
        "我们组成一个项目时很顺利",
        "作为一个整体，结果更好",
        "Joanna Webers style is fine",
        "He answered 30 questions in 2026",
        "he may 3 times a week call",
        "提高了 15% 的效率，2025 年和 2026 年都这样",
    ],
)
def test_ordinary_comments_are_left_alone(text: str) -> None:
    assert telling_words(text, names=NAMES, about="王晓明") is None


def test_who_the_comment_is_about_may_be_named_also_where_the_name_holds_another() -> None:
    assert telling_words("李华明很好", names=["李华"], about="李华明") is None
    assert telling_words("李华很好", names=["李华"], about="") == "李华"


def test_a_word_with_signs_at_its_end_is_found_and_not_inside_another() -> None:
    assert telling_words("He led C++ alone", names=["C++"], about="") == "C++"
    assert telling_words("He led Cascade alone", names=["Casca"], about="") is None


@pytest.mark.parametrize("letter", ["a", "我", "1 1 1 1 a ", "a@", "a@b"])
def test_a_comment_as_long_as_a_body_is_read_in_one_go(letter: str) -> None:
    text = letter * (250_000 // len(letter))

    assert telling_words(f"{text} ", names=NAMES, about="王晓明") is None


def test_an_address_is_found_behind_many_letters_and_shown_as_long_as_one_can_be() -> None:
    local = "a" * 64

    assert telling_words(f"{local}{local}@example.com", names=NAMES, about="") == (
        f"{local}@example.com"
    )


def test_the_longest_of_the_names_that_begin_at_a_letter_is_shown() -> None:
    names = ["Anna", "李华", "anna weber", "李华明", "Ann"]

    assert telling_words("ask Anna Weber, Ann", names=names, about="") == "Anna Weber"
    assert telling_words("ask Anna Webers and Ann", names=names, about="") == "Anna"
    assert telling_words("问李华明", names=names, about="") == "李华明"
    assert telling_words("ANN或李华", names=names, about="") == "李华"


def test_a_thousand_colleagues_cost_no_pattern_each(monkeypatch: pytest.MonkeyPatch) -> None:
    colleagues = [f"Colleague {number}" for number in range(1_000, 2_000)]
    compiled: list[str] = []
    compile_really = re.compile

    def note(pattern: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(pattern)
        return compile_really(pattern, flags)

    monkeypatch.setattr(re, "compile", note)

    assert telling_words("with Colleague 1234 there", names=colleagues, about="") == (
        "Colleague 1234"
    )
    assert len(compiled) == 1


def test_a_list_holds_no_control_characters() -> None:
    assert words_of("朱\0雀\n\0\n\x07项目\ud83d\n") == ["朱 雀", "项目"]


def test_a_list_holds_each_word_once_in_alphabetic_order() -> None:
    assert words_of(" b  c \n\nA\na\n") == ["a", "b c"]


def test_all_telling_words_are_found_with_their_places() -> None:
    text = "王晓明 met Ann; as her assistant I met ann."

    spans = telling_spans(text, names=["Ann", "李华", "A"], about="王晓明")

    assert sorted(text[start:end] for start, end in spans) == ["Ann", "ann", "as her assistant"]
    assert telling_spans("王晓明说", names=["王晓明"], about="") == [(0, 3)]
    assert telling_spans("好", names=NAMES, about="王晓明") == []
