"""What a reviewer may claim to be, and what HR can make of it."""

from typing import Any

import pytest

from app.feedback.relations.rules import Decision, claims_of, decisions_about
from app.people.groups import RaterGroup

SELF, SUPERVISOR, PEER, SUBORDINATE, CUSTOMER = (
    RaterGroup.SELF,
    RaterGroup.SUPERVISOR,
    RaterGroup.PEER,
    RaterGroup.SUBORDINATE,
    RaterGroup.CUSTOMER,
)


def scheme(**peers: Any) -> dict[str, Any]:
    pooled = {"protected": True, "k_min": 3, "pool": "colleagues"}
    return {
        "groups": [
            {"id": "supervisor", "protected": False, "k_min": 1, "pool": None},
            {"id": "peer", **pooled, **peers},
            {"id": "subordinate", **pooled},
        ]
    }


@pytest.mark.parametrize(
    ("listed", "claims"),
    [
        (PEER, (SUPERVISOR, SUBORDINATE)),
        (SUPERVISOR, (PEER, SUBORDINATE)),
        (SUBORDINATE, (SUPERVISOR, PEER)),
        (CUSTOMER, ()),
        (SELF, ()),
    ],
)
def test_a_colleague_chooses_among_the_other_relations_inside(
    listed: RaterGroup, claims: tuple[RaterGroup, ...]
) -> None:
    assert claims_of(listed) == claims


@pytest.mark.parametrize(
    ("listed", "claimed", "definition", "moves"),
    [
        (PEER, SUBORDINATE, scheme(), True),
        (SUBORDINATE, PEER, scheme(), True),
        (PEER, SUPERVISOR, scheme(), False),
        (SUPERVISOR, PEER, scheme(), False),
        (PEER, None, scheme(), False),
        (PEER, SUBORDINATE, scheme(k_min=5), False),
        (PEER, SUBORDINATE, scheme(protected=False), False),
        (PEER, SUBORDINATE, {"groups": scheme()["groups"][:2]}, False),
    ],
)
def test_an_answer_is_moved_only_where_the_same_was_promised(
    listed: RaterGroup, claimed: RaterGroup | None, definition: dict[str, Any], moves: bool
) -> None:
    decisions = decisions_about(listed, claimed, definition, k_min=3, same_questions=True)

    assert (Decision.MOVE in decisions) == moves
    assert {Decision.KEEP, Decision.LEAVE_OUT} <= set(decisions)


def test_an_answer_is_not_moved_among_answers_to_other_questions() -> None:
    decisions = decisions_about(PEER, SUBORDINATE, scheme(), k_min=3, same_questions=False)

    assert decisions == (Decision.KEEP, Decision.LEAVE_OUT)
