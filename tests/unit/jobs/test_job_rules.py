"""Work that failed is tried again, ever later, and not for ever."""

from datetime import timedelta

import pytest

from app.jobs.rules import MAX_ATTEMPTS, is_exhausted, pause_before_retry


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 5), (1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (99, 3600)]
)
def test_the_pause_doubles_with_every_failure_up_to_an_hour(attempts: int, seconds: int) -> None:
    assert pause_before_retry(attempts) == timedelta(seconds=seconds)


def test_work_is_given_up_after_the_last_attempt_and_not_before() -> None:
    assert not is_exhausted(MAX_ATTEMPTS - 1)
    assert is_exhausted(MAX_ATTEMPTS)
