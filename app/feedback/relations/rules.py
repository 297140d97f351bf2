"""What a reviewer may claim to be, and what HR may make of it. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from app.feedback.rules import promise_to
from app.people.groups import RaterGroup

INSIDE = (RaterGroup.SUPERVISOR, RaterGroup.PEER, RaterGroup.SUBORDINATE)


class Decision(StrEnum):
    """HR's word on a claim."""

    KEEP = "keep"  # the relation is right: the answer counts where it was asked for
    MOVE = "move"  # the reviewer is right: the answer counts in the other group
    LEAVE_OUT = "leave_out"  # the form is not asked for any more, and its answer is deleted


def claims_of(listed: RaterGroup) -> tuple[RaterGroup, ...]:
    """The relations that somebody listed so may choose instead."""
    return tuple(group for group in INSIDE if group is not listed) if listed in INSIDE else ()


def decisions_about(
    listed: RaterGroup,
    claimed: RaterGroup | None,
    definition: Mapping[str, Any],
    *,
    k_min: int,
    same_questions: bool,
) -> tuple[Decision, ...]:
    """What HR can decide under a scheme's definition in a round whose minimum is `k_min`.

    An answer is moved only where the other group was promised the very same: nobody who was to
    stay unnamed is named. It is moved only among answers to the same questions too: by its own
    ones it could be told from the others.
    """
    moves = (
        claimed is not None and same_questions and _same_promise(listed, claimed, definition, k_min)
    )
    return (Decision.KEEP, *([Decision.MOVE] if moves else []), Decision.LEAVE_OUT)


def _same_promise(
    listed: RaterGroup, claimed: RaterGroup, definition: Mapping[str, Any], k_min: int
) -> bool:
    if claimed not in {row["id"] for row in definition["groups"]}:
        return False
    one, other = (promise_to(group, definition, k_min=k_min) for group in (listed, claimed))
    return one.protected and other.protected and one.kind == other.kind
