"""Who comes in by a code only, when one is mailed, and for how long a browser is known."""

from datetime import UTC, datetime, timedelta

import pytest

from app.feedback.entering.codes import code_of_letter, hash_of_code
from app.feedback.entering.rules import (
    Outcome,
    digits_of,
    needs_code,
    outcome_of,
    seconds_known,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = 24 * 3600


@pytest.mark.parametrize(
    ("facts", "needed"),
    [
        ({}, True),
        ({"asks_code": False}, False),
        ({"is_known": True}, False),
        ({"has_started": False}, False),
    ],
)
def test_only_an_unknown_browser_behind_an_opened_link_needs_a_code(
    facts: dict[str, bool], needed: bool
) -> None:
    usual = {"asks_code": True, "is_known": False, "has_started": True}

    assert needs_code(**{**usual, **facts}) is needed


@pytest.mark.parametrize(
    ("has_address", "is_live", "anew", "in_hour", "in_day", "outcome"),
    [
        (True, False, False, 0, 0, Outcome.SEND),
        (True, True, False, 1, 1, Outcome.ON_ITS_WAY),
        (True, True, True, 1, 1, Outcome.SEND),
        (True, False, False, 4, 9, Outcome.SEND),
        (True, False, False, 5, 5, Outcome.TOO_MANY),
        (True, False, True, 0, 10, Outcome.TOO_MANY),
        (True, True, True, 5, 5, Outcome.TOO_MANY),
        (True, True, False, 5, 5, Outcome.ON_ITS_WAY),
        (False, True, False, 0, 0, Outcome.NO_ADDRESS),
    ],
)
def test_a_code_goes_unless_one_can_be_entered_or_so_many_have_gone(
    *,
    has_address: bool,
    is_live: bool,
    anew: bool,
    in_hour: int,
    in_day: int,
    outcome: Outcome,
) -> None:
    found = outcome_of(
        has_address=has_address, is_live=is_live, anew=anew, in_hour=in_hour, in_day=in_day
    )

    assert found is outcome


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("012345", "012345"),
        (" 012 345\n", "012345"),
        ("０１２３４５", "012345"),
        ("验证码：012345", "012345"),
        ("١٢٣", ""),
        ("", ""),
    ],
)
def test_a_code_is_read_however_it_was_typed(typed: str, digits: str) -> None:
    assert digits_of(typed) == digits


@pytest.mark.parametrize(
    ("closes_in", "seconds"),
    [(timedelta(days=10), 12 * DAY), (timedelta(0), 2 * DAY), (timedelta(days=-9), DAY // 2)],
)
def test_a_browser_is_known_to_the_end_of_the_round(closes_in: timedelta, seconds: int) -> None:
    assert seconds_known(NOON + closes_in, NOON) == seconds


def test_a_code_has_six_digits_and_belongs_to_its_letter_and_key() -> None:
    codes = {code_of_letter(f"{number}@roundview", b"key") for number in range(300)}

    assert len(codes) > 290
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert code_of_letter("1@roundview", b"key") == code_of_letter("1@roundview", b"key")
    assert code_of_letter("1@roundview", b"key") != code_of_letter("1@roundview", b"other")


def test_what_is_kept_of_a_code_fits_one_reviewer_one_link_and_one_key() -> None:
    kept = {
        hash_of_code(code, reviewer_id=reviewer, generation=generation, link_key=key)
        for code, reviewer, generation, key in (
            ("123456", 1, 1, b"key"),
            ("123457", 1, 1, b"key"),
            ("123456", 2, 1, b"key"),
            ("123456", 1, 2, b"key"),
            ("123456", 1, 1, b"other"),
        )
    }

    assert len(kept) == 5
