"""When somebody has to sign in again, and which passwords are taken."""

from datetime import timedelta

import pytest

from app.auth.rules import PasswordFault, fault_of_password, session_is_over
from app.clock import now


@pytest.mark.parametrize(("is_hr", "minutes"), [(True, 15), (False, 30)])
def test_an_idle_session_ends(is_hr: bool, minutes: int) -> None:
    moment = now()
    seen = moment - timedelta(minutes=minutes)

    assert not session_is_over(now=moment, began=seen, seen=seen, is_hr=is_hr)
    later = moment + timedelta(seconds=1)
    assert session_is_over(now=later, began=seen, seen=seen, is_hr=is_hr)


def test_a_busy_session_ends_after_eight_hours() -> None:
    began = now() - timedelta(hours=8, seconds=1)

    assert session_is_over(now=now(), began=began, seen=now(), is_hr=False)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", PasswordFault.TOO_SHORT),
        ("x" * 201, PasswordFault.TOO_LONG),
        ("aaaaaaaaaaaaaa", PasswordFault.EASILY_GUESSED),
        ("Password1234", PasswordFault.EASILY_GUESSED),
        ("qwertyuiop12", PasswordFault.EASILY_GUESSED),
        ("administrator1", PasswordFault.EASILY_GUESSED),
        ("woaini1314520", PasswordFault.EASILY_GUESSED),
        ("1" * 200, PasswordFault.EASILY_GUESSED),
        ("four little words here", None),
        ("一二三四五六七八九十甲乙", None),
    ],
)
def test_a_password_is_judged_by_length_and_by_how_easily_it_is_guessed(
    password: str, fault: PasswordFault | None
) -> None:
    assert fault_of_password(password) == fault


def test_what_everybody_knows_of_somebody_is_no_password_of_theirs() -> None:
    password = "Zhangwei@Huaxin.example1"

    assert fault_of_password(password) is None
    about = ("zhangwei@huaxin.example",)
    assert fault_of_password(password, about=about) is PasswordFault.EASILY_GUESSED
