"""Settings: wrong ones stop the start with a sentence; keys are made once and kept."""

import stat
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from app.config import SettingError, Settings

STARTING, INSTALLATIONS = 4, 100

together: list[Barrier] = []


def read(folder: Path, **environment: str) -> Settings:
    return Settings.from_env({"INSTANCE_DIR": str(folder), **environment})


def _meet_at(barrier: Barrier) -> None:
    together.append(barrier)


def _start_with_others(folder: Path) -> tuple[str, bytes]:
    together[0].wait()
    settings = read(folder)
    return settings.secret_key, settings.link_key


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


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12: threads run here
def test_processes_that_start_at_once_find_the_same_keys(tmp_path: Path) -> None:
    processes = get_context("fork")
    together = processes.Barrier(STARTING)
    with processes.Pool(STARTING, initializer=_meet_at, initargs=(together,)) as pool:
        for number in range(INSTALLATIONS):
            folders = [tmp_path / str(number)] * STARTING
            found = pool.map(_start_with_others, folders, chunksize=1)

            assert len(set(found)) == 1
            assert all(found[0])


@pytest.mark.parametrize("name", ["secret.key", "link.key"])
def test_an_empty_key_stops_the_start_with_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()

    with pytest.raises(SettingError, match=rf"{name} is empty\. Put its copy back"):
        read(tmp_path)


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
        ("IMAP_URL", "smtp://h"),
        ("PUBLIC_URL", "review.example.com"),
        ("PORT", "eighty"),
        ("SECOND_STEP", "sometimes"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read(tmp_path, **{name: value})
