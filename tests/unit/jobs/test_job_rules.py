"""Work that failed is tried again, ever later, and not for ever."""

from datetime import timedelta

import pytest

from app.jobs.rules import ORDINARY, WITH_THE_POST, is_exhausted, pause_before_retry


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 5), (1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (99, 3600)]
)
def test_the_pause_doubles_with_every_failure_up_to_an_hour(attempts: int, seconds: int) -> None:
    assert pause_before_retry(attempts) == timedelta(seconds=seconds)


def test_work_is_given_up_after_the_last_attempt_and_not_before() -> None:
    assert not is_exhausted(ORDINARY.most_tries - 1)
    assert is_exhausted(ORDINARY.most_tries)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (9, 1280), (10, 1800), (200, 1800)])
def test_a_letter_is_tried_soon_at_first_and_then_each_half_hour(
    attempts: int, seconds: int
) -> None:
    assert pause_before_retry(attempts, WITH_THE_POST) == timedelta(seconds=seconds)


def test_a_letter_is_given_up_after_four_days_and_before_five() -> None:
    tries = WITH_THE_POST.most_tries
    pauses = (pause_before_retry(number, WITH_THE_POST) for number in range(1, tries))
    waited = sum(pauses, timedelta())

    assert timedelta(days=4) <= waited < timedelta(days=5)
    assert not is_exhausted(tries - 1, WITH_THE_POST)
    assert is_exhausted(tries, WITH_THE_POST)
