from collections.abc import Mapping

import pytest

from app.feedback.answers import Body, FieldProblem, FormShape
from app.feedback.submitting.rules import (
    Change,
    Wait,
    Why,
    change_of_notice,
    examples_left,
    is_sendable,
    wait_of,
)

SHAPE = FormShape(
    items=("one", "two"), boxes=("start",), levels=frozenset("12"), examples=(("two", "1"),)
)
FULL = {"a-one": "1", "a-two": "na"}


def body(values: Mapping[str, str], **problems: FieldProblem) -> Body:
    return Body(
        values=values, problems={name.replace("_", "-"): what for name, what in problems.items()}
    )


@pytest.mark.parametrize(
    ("sent", "wait"),
    [
        (body(FULL), None),
        (body({**FULL, "c-start": ""}), None),
        (body({"a-two": "1"}), Wait(why=Why.QUESTIONS, field="a-one", number=1)),
        (body({"a-one": "", "a-two": ""}), Wait(why=Why.QUESTIONS, field="a-one", number=2)),
        (
            body({"c-start": "x"}, c_start=FieldProblem.TOO_LONG),
            Wait(why=Why.TOO_LONG, field="c-start"),
        ),
        (body(FULL, c_gone=FieldProblem.UNKNOWN_FIELD), None),
    ],
    ids=["full", "with an empty comment", "one left", "both left", "too long", "of another form"],
)
def test_what_keeps_a_begun_form_back(sent: Body, wait: Wait | None) -> None:
    assert wait_of(SHAPE, sent, is_begun=True) == wait


def test_a_form_that_was_not_begun_or_asks_nothing_waits_for_that() -> None:
    assert wait_of(SHAPE, body({}), is_begun=False) == Wait(why=Why.NOT_BEGUN)
    empty = FormShape(items=(), boxes=("start",), levels=frozenset("12"))
    assert wait_of(empty, body({}), is_begun=True) == Wait(why=Why.NO_QUESTIONS)
    assert not is_sendable(empty, body({}))


def test_a_telling_comment_is_named_once_nothing_else_is_missing() -> None:
    telling = {"c-start": "my team"}
    words = {"c-start": "As my team says"}

    assert wait_of(SHAPE, body({**FULL, **words}), is_begun=True, telling=telling) == Wait(
        why=Why.TELLING, field="c-start"
    )
    assert wait_of(SHAPE, body(words), is_begun=True, telling=telling) == Wait(
        why=Why.QUESTIONS, field="a-one", number=2
    )


@pytest.mark.parametrize(
    ("sent", "is_fine"),
    [
        (body(FULL), True),
        (body({"a-one": "1"}), False),
        (body(FULL, c_gone=FieldProblem.UNKNOWN_FIELD), False),
        (body(FULL, a_two=FieldProblem.UNKNOWN_LEVEL), False),
    ],
)
def test_a_body_is_sent_only_whole_and_with_nothing_foreign(sent: Body, is_fine: bool) -> None:
    assert is_sendable(SHAPE, sent) is is_fine


def test_an_example_is_left_only_beside_the_answer_that_asks_for_it() -> None:
    assert examples_left(SHAPE, {"a-two": "1"}) == ["c-example.two"]
    assert examples_left(SHAPE, {"a-two": "1", "c-example.two": "In May."}) == []
    assert examples_left(SHAPE, {"a-two": "2"}) == []


@pytest.mark.parametrize(
    ("shown", "change"),
    [
        ("7/named/peer/k3c3", None),
        ("7/named/subordinate/k3c3", Change.MOVED),
        ("6/named/subordinate/k3c3", Change.MOVED),
        ("6/named/peer/k3c3", Change.NOTICE),
        ("7/named/peer/k4c4", Change.NOTICE),
        ("", Change.NOTICE),
    ],
)
def test_only_another_group_is_called_a_move(shown: str, change: Change | None) -> None:
    assert change_of_notice(shown, "7/named/peer/k3c3") == change
