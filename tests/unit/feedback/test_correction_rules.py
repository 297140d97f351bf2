"""Who gets a fresh link by mail, and how much of the address a page tells."""

import pytest

from app.feedback.correcting.rules import Outcome, masked, outcome_of


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({}, Outcome.SEND),
        ({"recent": 2}, Outcome.SEND),
        ({"recent": 3}, Outcome.TOO_MANY),
        ({"is_waiting": True, "recent": 3}, Outcome.ON_ITS_WAY),
        ({"has_address": False, "is_waiting": True}, Outcome.NO_ADDRESS),
    ],
)
def test_a_letter_goes_unless_one_waits_or_three_have_gone(
    facts: dict[str, int], outcome: Outcome
) -> None:
    known = {"has_address": True, "is_waiting": False, "recent": 0, **facts}

    assert (
        outcome_of(
            has_address=bool(known["has_address"]),
            is_waiting=bool(known["is_waiting"]),
            recent=known["recent"],
        )
        is outcome
    )


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("zhang.san@example.com", "z***@example.com"),
        ("z@example.com", "z***@example.com"),
        ('"a@b"@example.com', '"***@example.com'),
    ],
)
def test_an_address_is_shown_by_its_first_letter_and_its_domain(address: str, shown: str) -> None:
    assert masked(address) == shown
