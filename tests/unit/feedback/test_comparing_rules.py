from collections.abc import Sequence

import pytest

from app.feedback.comparing.rules import (
    Waiting,
    fields_by_request,
    holds_all,
    revision_of,
    sets_to_compare,
)
from app.people.groups import RaterGroup


def waiting(*groups: RaterGroup, questionnaire: int = 1, first: int = 1) -> list[Waiting]:
    return [
        Waiting(request_id=place, group=group, questionnaire_id=questionnaire)
        for place, group in enumerate(groups, start=first)
    ]


@pytest.mark.parametrize(
    ("rows", "sets"),
    [
        (waiting(*[RaterGroup.PEER] * 2), [[1, 2]]),
        (waiting(*[RaterGroup.PEER] * 6), [[1, 2, 3, 4, 5, 6]]),
        (waiting(*[RaterGroup.PEER] * 7), []),
        (waiting(RaterGroup.PEER), []),
        (waiting(RaterGroup.PEER, RaterGroup.SUBORDINATE), []),
        (waiting(RaterGroup.SELF, RaterGroup.SELF), []),
        (waiting(RaterGroup.CUSTOMER, RaterGroup.CUSTOMER), []),
        (waiting(*[RaterGroup.PEER, RaterGroup.SUPERVISOR] * 2), [[1, 3], [2, 4]]),
        (waiting(RaterGroup.PEER) + waiting(RaterGroup.PEER, questionnaire=2, first=2), []),
    ],
)
def test_few_people_of_one_relation_with_the_same_questions_are_compared(
    rows: Sequence[Waiting], sets: list[list[int]]
) -> None:
    assert sets_to_compare(rows) == sets


def test_fields_are_taken_apart_by_request_and_foreign_ones_left_out() -> None:
    fields = [
        ("7.a-x", "3"),
        ("7.revision", "2"),
        ("12.a-x", "na"),
        ("csrf_token", "t"),
        ("x.a", ""),
    ]

    assert fields_by_request([*fields, ("²", ""), ("².a", "")]) == {
        7: {"a-x": "3", "revision": "2"},
        12: {"a-x": "na"},
    }


@pytest.mark.parametrize(("text", "revision"), [("3", 3), ("", 0), ("-1", 0), ("²", 0)])
def test_a_page_that_names_no_revision_knew_nothing(text: str, revision: int) -> None:
    assert revision_of({"revision": text}) == revision
    assert revision_of({}) == 0


@pytest.mark.parametrize(
    ("sent", "holds"),
    [
        ({7: {"revision": "2", "a-x": "3"}, 12: {"revision": "0"}}, True),
        ({7: {"a-x": "3"}}, False),
        ({7: {}, 12: {}, 13: {}}, False),
        ({7: {"a-x": "3"}, 12: {"a-z": "3"}}, False),
    ],
    ids=["all", "one person less", "one person more", "another question"],
)
def test_a_page_holds_what_was_sent_of_its_own_people_and_questions(
    sent: dict[int, dict[str, str]], *, holds: bool
) -> None:
    assert holds_all(sent, people=[12, 7], fields=["a-x", "a-y"]) is holds
