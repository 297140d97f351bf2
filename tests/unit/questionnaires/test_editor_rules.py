"""The rows of the editor: what is wrong with them, how they move, and two people's work joined."""

import pytest

from app.questionnaires.editing.rules import (
    Act,
    EntryProblem,
    Kind,
    Move,
    Row,
    act_of,
    arranged,
    differences,
    faults_of,
    fresh_code,
    join,
    tidy,
)

SOUND = {"zh": "按时回复", "en": "Replies on time", "groups": "peer", "weight": "1"}


def item(key: str = "1", **values: str) -> Row:
    return Row(kind=Kind.ITEM, key=key, values={**SOUND, "reverse": "", "critical": "", **values})


def level(number: int, zh: str, en: str) -> Row:
    return Row(kind=Kind.LEVEL, key=f"level{number}", values={"zh": zh, "en": en})


def problems(*rows: Row) -> dict[str, EntryProblem]:
    return {name: fault.problem for name, fault in faults_of(rows).items()}


def test_a_sound_row_has_no_faults() -> None:
    assert problems(item()) == {}


@pytest.mark.parametrize(
    ("values", "field", "problem"),
    [
        ({"zh": ""}, "zh-1", EntryProblem.MISSING),
        ({"en": ""}, "en-1", EntryProblem.MISSING),
        ({"en": "x" * 401}, "en-1", EntryProblem.TOO_LONG),
        ({"weight": "0"}, "weight-1", EntryProblem.WEIGHT),
        ({"weight": "101"}, "weight-1", EntryProblem.WEIGHT),
        ({"weight": "1.5"}, "weight-1", EntryProblem.WEIGHT),
        ({"weight": "01000"}, "weight-1", EntryProblem.WEIGHT),
        ({"weight": "２"}, "weight-1", EntryProblem.WEIGHT),
        ({"weight": ""}, "weight-1", EntryProblem.WEIGHT),
        ({"groups": ""}, "groups-1", EntryProblem.NOBODY),
    ],
)
def test_a_fault_is_found_in_its_field(
    values: dict[str, str], field: str, problem: EntryProblem
) -> None:
    assert problems(item(**values)) == {field: problem}


@pytest.mark.parametrize("weight", ["1", "100"])
def test_weights_reach_from_one_to_a_hundred(weight: str) -> None:
    assert problems(item(weight=weight)) == {}


@pytest.mark.parametrize("longest", [400])
def test_a_text_may_be_as_long_as_its_column(longest: int) -> None:
    assert problems(item(zh="字" * longest)) == {}


def test_a_row_offered_for_something_new_may_stay_blank() -> None:
    assert problems(item("new", zh="", en="", weight="")) == {}
    assert problems(item("new", zh="新", en="")) == {"en-new": EntryProblem.MISSING}
    assert problems(item("7", zh="", en="")) == dict.fromkeys(
        ("zh-7", "en-7"), EntryProblem.MISSING
    )


def test_a_question_of_a_box_is_written_in_both_languages_or_in_none() -> None:
    box = {"zh": "开始", "en": "Start", "audience": "internal", "prompt_zh": "", "prompt_en": ""}

    assert problems(Row(kind=Kind.BOX, key="b", values=box)) == {}
    assert problems(Row(kind=Kind.BOX, key="b", values={**box, "prompt_en": "What?"})) == {
        "prompt_zh-b": EntryProblem.ONE_LANGUAGE
    }


def test_two_answers_with_one_name_cannot_be_told_apart() -> None:
    rows = [level(1, "从不", "Never"), level(2, "很少", "never"), level(3, "", "")]

    assert problems(*rows) == {
        "en-level2": EntryProblem.SAME_LABEL,
        "zh-level3": EntryProblem.MISSING,
        "en-level3": EntryProblem.MISSING,
    }


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("up:12", Act(move=Move.UP, key="12")),
        ("remove:new", Act(move=Move.REMOVE, key="new")),
        ("save", None),
        ("", None),
        ("sideways:12", None),
    ],
)
def test_a_button_says_what_it_does_to_which_row(text: str, act: Act | None) -> None:
    assert act_of(text) == act


@pytest.mark.parametrize(
    ("act", "order"),
    [
        (None, "nabc"),
        (Act(move=Move.UP, key="b"), "nbac"),
        (Act(move=Move.DOWN, key="b"), "nacb"),
        (Act(move=Move.UP, key="a"), "nabc"),
        (Act(move=Move.DOWN, key="c"), "nabc"),
        (Act(move=Move.UP, key="n"), "nabc"),
        (Act(move=Move.REMOVE, key="b"), "nac"),
        (Act(move=Move.UP, key="nobody"), "nabc"),
    ],
    ids=str,
)
def test_rows_move_among_their_own_kind(act: Act | None, order: str) -> None:
    rows = [Row(kind=Kind.NAME, key="n", values={}), *(item(key) for key in "abc")]

    assert "".join(row.key for row in arranged(rows, act)) == order


def test_what_nobody_sees_is_taken_out_of_a_text() -> None:
    assert tidy("  按时\u200b回复\r\n客户\x00 ") == "按时回复 客户"


def test_a_code_is_never_given_twice() -> None:
    taken = {"kam-c1-01", "kam-c1-09", "kam-c1-x", "kam-c2-30"}

    assert fresh_code("kam-c1-", taken, digits=2) == "kam-c1-10"
    assert fresh_code("C", {"C1", "C4"}) == "C5"
    assert fresh_code("box", set()) == "box1"


def prints(*rows: Row) -> dict[str, str]:
    return {row.key: row.fingerprint for row in rows}


def test_what_each_of_two_people_changed_is_kept() -> None:
    first, second = item("1"), item("2")
    mine, theirs = item("1", zh="我的"), item("2", zh="他的")

    joined = join([mine, second], prints(first, second), [first, theirs])

    assert [row.values["zh"] for row in joined] == ["我的", "他的"]
    assert differences(joined, [first, theirs]) == {"zh-1": "按时回复"}


def test_where_both_changed_the_same_row_mine_is_shown_beside_what_is_stored() -> None:
    mine, theirs = item("1", weight="3"), item("1", weight="2")

    joined = join([mine], prints(item("1")), [theirs])

    assert joined == [mine]
    assert differences(joined, [theirs]) == {"weight-1": "2"}


def test_rows_come_in_the_stored_order_with_what_was_added_there() -> None:
    rows = [item("1"), item("2")]
    stored = [item("3"), item("2"), item("1")]

    assert join(rows, prints(*rows), stored) == stored


def test_what_i_wrote_into_a_row_that_was_removed_comes_back_as_a_new_one() -> None:
    untouched, mine = item("1"), item("2", zh="我的")
    new, blank = item("new", zh="新的"), item("new0", zh="", en="")

    joined = join([untouched, mine, new, blank], prints(item("1"), item("2")), [])

    assert [(row.key, row.values["zh"]) for row in joined] == [("new-2", "我的"), ("new", "新的")]
