"""The most letters in any minute."""

from datetime import UTC, datetime, timedelta

import pytest

from app.mail.rules import MINUTE, TOLERANCE, after_a_letter, wait_for_turn

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def test_the_first_letter_goes_at_once() -> None:
    assert wait_for_turn(None, NOW) == timedelta()


def test_the_next_letter_waits_for_its_moment() -> None:
    paced_until = after_a_letter(None, NOW, 2)

    assert paced_until == NOW + (MINUTE + TOLERANCE) / 2
    assert wait_for_turn(paced_until, NOW) == (MINUTE + TOLERANCE) / 2 - TOLERANCE


def test_a_quiet_hour_saves_up_nothing() -> None:
    long_ago = NOW - timedelta(hours=1)

    assert wait_for_turn(long_ago, NOW) == timedelta()
    assert after_a_letter(long_ago, NOW, 30) == after_a_letter(None, NOW, 30)


@pytest.mark.parametrize("per_minute", [1, 7, 30, 600])
@pytest.mark.parametrize("seconds", [0.01, 1.0, 3.7])
def test_no_minute_holds_one_too_many_and_most_are_nearly_full(
    per_minute: int, seconds: float
) -> None:
    """A worker that looks every few seconds sends whatever may go then."""
    sent: list[datetime] = []
    paced_until, present = None, NOW
    while present < NOW + 3 * MINUTE and len(sent) < 3 * per_minute:
        if wait_for_turn(paced_until, present):
            present += timedelta(seconds=seconds)
        else:
            paced_until = after_a_letter(paced_until, present, per_minute)
            sent.append(present)

    fullest = max(sum(one <= other < one + MINUTE for other in sent) for one in sent)
    assert fullest <= per_minute
    assert fullest > per_minute / 3
