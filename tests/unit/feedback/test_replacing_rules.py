"""Whether somebody may be asked during collection, and how they learn of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.feedback.replacing.rules import (
    Case,
    Refusal,
    Telling,
    refusal_of,
    telling_of,
)
from app.people.groups import RaterGroup

SOUND = Case(
    group=RaterGroup.PEER,
    asked_groups=frozenset({RaterGroup.SUPERVISOR, RaterGroup.PEER}),
    is_collecting=True,
)
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_colleague_with_an_address_may_be_asked() -> None:
    assert refusal_of(SOUND) is None


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"is_collecting": False}, Refusal.CLOSED),
        ({"is_submitted": True}, Refusal.SUBMITTED),
        ({"group": RaterGroup.SELF}, Refusal.OWN_FORM),
        ({"is_participant": True}, Refusal.THE_PARTICIPANT),
        ({"is_asked": True}, Refusal.ALREADY_ASKED),
        ({"group": RaterGroup.CUSTOMER}, Refusal.GROUP_NOT_ASKED),
        ({"is_manager": True}, Refusal.MANAGER),
        ({"has_opted_out": True}, Refusal.OPTED_OUT),
        ({"has_email": False}, Refusal.NO_EMAIL),
        ({"is_cut_off": True}, Refusal.LINK_PAUSED),
        ({"has_letter": False}, Refusal.NO_LETTER_IN_TIME),
        ({"is_overloaded": True}, Refusal.OVERLOADED),
        ({"is_collecting": False, "is_submitted": True}, Refusal.CLOSED),
    ],
)
def test_each_obstacle_is_named(changes: dict[str, object], refusal: Refusal) -> None:
    assert refusal_of(replace(SOUND, **changes)) is refusal  # type: ignore[arg-type]


def test_a_manager_may_be_asked_as_the_supervisor() -> None:
    assert refusal_of(replace(SOUND, is_manager=True, group=RaterGroup.SUPERVISOR)) is None


def test_whoever_has_a_link_already_needs_no_letter() -> None:
    assert refusal_of(replace(SOUND, needs_letter=False, has_letter=False)) is None


@pytest.mark.parametrize(
    ("is_new", "in_invitation", "has_letter", "telling"),
    [
        (True, False, True, Telling.INVITATION),
        (False, True, True, Telling.IN_INVITATION),
        (False, False, True, Telling.OF_ONE_MORE),
        (False, False, False, Telling.NONE),
    ],
)
def test_how_somebody_learns_of_a_form(
    is_new: bool, in_invitation: bool, has_letter: bool, telling: Telling
) -> None:
    found = telling_of(is_new=is_new, in_invitation=in_invitation, has_letter=has_letter)

    assert found is telling
