"""Which letters may go once more."""

import pytest

from app.feedback.outbox.rules import NotAgain, why_not_again

FINE = {"is_stuck": True} | dict.fromkeys(
    ("is_unwanted", "has_expired", "is_code", "is_over", "is_replaced", "is_forgotten"), False
)


def test_a_letter_that_is_stuck_may_go() -> None:
    assert why_not_again(**FINE) is None


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ({"is_stuck": False}, NotAgain.UNDER_WAY),
        ({"is_unwanted": True}, NotAgain.NOT_WANTED),
        ({"has_expired": True}, NotAgain.EXPIRED),
        ({"is_code": True}, NotAgain.CODE),
        ({"is_over": True}, NotAgain.OVER),
        ({"is_replaced": True}, NotAgain.REPLACED),
        ({"is_forgotten": True}, NotAgain.FORGOTTEN),
    ],
)
def test_each_reason_keeps_it(fact: dict[str, bool], reason: NotAgain) -> None:
    assert why_not_again(**{**FINE, **fact}) is reason
