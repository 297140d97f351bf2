"""Which codes are taken, how they may be typed, and who has to have them."""

from datetime import UTC, datetime, timedelta

import pytest

from app.auth.rules import HALF_WAY_LIFE, half_way_is_over
from app.second_step.rules import (
    as_typed,
    fitting_step,
    in_groups,
    is_asked,
    is_timed_code,
    recovery_code,
    step_at,
    steps_around,
)
from app.second_step.secrets import (
    address_for_app,
    code_of_step,
    hash_of_recovery_code,
    make_recovery_code,
    make_secret,
    seal,
    unseal,
)

# The secret of RFC 6238's appendix B, "12345678901234567890", in base32.
SECRET_OF_RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
KEY = b"k" * 32


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)

    assert code_of_step(SECRET_OF_RFC, step_at(moment)) == code


def test_the_half_minute_before_and_after_count_and_no_other() -> None:
    assert list(steps_around(datetime.fromtimestamp(3000, UTC))) == [99, 100, 101]


def test_the_latest_half_minute_with_this_code_is_meant() -> None:
    codes = {1: "111111", 2: "222222", 3: "222222"}

    assert [fitting_step(typed, codes) for typed in ("222222", "111111", "333333")] == [3, 1, None]


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "１２３４５６", "123 456\n"])
def test_blanks_hyphens_and_wide_digits_do_no_harm(typed: str) -> None:
    assert as_typed(typed) == "123456"


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a", "", "١٢٣٤٥٦"])
def test_what_is_not_six_digits_is_no_code_of_an_app(typed: str) -> None:
    assert not is_timed_code(typed)


def test_a_recovery_code_is_understood_as_people_read_it() -> None:
    assert recovery_code(as_typed("O1ab CDEF-ghjI")) == "01abcdefghj1"


@pytest.mark.parametrize("typed", ["01abcdefghj", "01abcdefghjkm", "01abcdefghju"])
def test_what_cannot_be_a_recovery_code_is_none(typed: str) -> None:
    assert recovery_code(typed) is None


def test_every_recovery_code_can_be_typed_as_it_is_shown() -> None:
    codes = {make_recovery_code() for _number in range(50)}

    assert len(codes) == 50
    assert {recovery_code(as_typed(in_groups(code).upper())) for code in codes} == codes


def test_secrets_are_shown_in_groups_of_four() -> None:
    assert in_groups("ABCDEFGHIJ") == "ABCD EFGH IJ"


@pytest.mark.parametrize(
    ("setting", "is_hr", "manages", "asked"),
    [
        ("required", True, False, True),
        ("required", False, True, True),
        ("required", False, False, False),
        ("optional", True, True, False),
    ],
)
def test_hr_and_managers_are_asked_where_it_is_required(
    setting: str, is_hr: bool, manages: bool, asked: bool
) -> None:
    assert is_asked(setting, is_hr=is_hr, manages_people=manages) is asked


def test_half_way_lasts_five_minutes() -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)

    over = [
        half_way_is_over(now=began + HALF_WAY_LIFE + timedelta(seconds=late), began=began)
        for late in (0, 1)
    ]

    assert (timedelta(minutes=5), over) == (HALF_WAY_LIFE, [False, True])


def test_a_sealed_secret_opens_only_for_its_account_and_under_its_key() -> None:
    secret = make_secret()
    sealed = seal(secret, account_id=1, link_key=KEY)

    assert secret.encode() not in sealed
    assert unseal(sealed, account_id=1, link_key=KEY) == secret
    assert unseal(sealed, account_id=2, link_key=KEY) is None
    assert unseal(sealed, account_id=1, link_key=b"another") is None
    assert unseal(b"", account_id=1, link_key=KEY) is None


def test_the_same_recovery_code_of_two_accounts_is_kept_differently() -> None:
    kept = {
        hash_of_recovery_code("0" * 12, account_id=number, link_key=KEY, memory_kib=64)
        for number in (1, 2)
    }

    assert len(kept) == 2


def test_an_app_is_told_who_and_where() -> None:
    address = address_for_app(SECRET_OF_RFC, email="ann@firm.example", company="联盛 Co")

    assert address.startswith("otpauth://totp/")
    assert f"secret={SECRET_OF_RFC}" in address
    assert "ann%40firm.example" in address
    assert "%E8%81%94%E7%9B%9B" in address
