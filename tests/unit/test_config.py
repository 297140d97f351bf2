"""Settings: wrong ones stop the start with a sentence; keys are made once and kept."""

import stat
from pathlib import Path

import pytest

from app.config import SettingError, Settings


def read(folder: Path, **environment: str) -> Settings:
    return Settings.from_env({"INSTANCE_DIR": str(folder), **environment})


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = read(tmp_path)

    assert settings.database_url == f"sqlite:///{tmp_path}/roundview.sqlite"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert not settings.secure_cookies


def test_keys_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)

    assert first.link_key == second.link_key
    assert first.secret_key == second.secret_key
    assert first.link_key != first.secret_key.encode()
    assert stat.S_IMODE((tmp_path / "link.key").stat().st_mode) == 0o600


def test_the_folder_of_an_installation_is_its_owners_only(tmp_path: Path) -> None:
    read(tmp_path / "instance")

    assert stat.S_IMODE((tmp_path / "instance").stat().st_mode) == 0o700


def test_keys_do_not_appear_when_settings_are_printed(tmp_path: Path) -> None:
    settings = read(tmp_path)

    assert settings.secret_key not in repr(settings)
    assert settings.link_key.decode() not in repr(settings)


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d"])
def test_a_usual_postgresql_address_is_understood(tmp_path: Path, url: str) -> None:
    assert read(tmp_path, DATABASE_URL=url).database_url == "postgresql+psycopg://u@h/d"


def test_https_makes_cookies_secure(tmp_path: Path) -> None:
    assert read(tmp_path, PUBLIC_URL="https://review.example.com/").secure_cookies


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://h/d"),
        ("MAIL_URL", "imap://h"),
        ("BOUNCE_MAILBOX", "smtp://h"),
        ("PUBLIC_URL", "review.example.com"),
        ("PORT", "eighty"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read(tmp_path, **{name: value})
