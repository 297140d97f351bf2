"""Integration tests run twice: on SQLite and on a real PostgreSQL."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.config import Settings
from tests.reused_postgres import ReusedPostgres
from tests.smtp_server import Sink, smtp_server


@pytest.fixture(scope="session")
def reused_postgres(migrated_postgres: str) -> Iterator[ReusedPostgres]:
    """One database for all tests of this process, which each of them finds as if it were new."""
    reused = ReusedPostgres(template_url=migrated_postgres)
    yield reused
    reused.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database on each engine in turn."""
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    with request.getfixturevalue("reused_postgres").lent() as url:
        yield url


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server that takes what comes, and keeps it for the test to read."""
    with smtp_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Where a test has a sink, letters go there."""
    if "sink" not in request.fixturenames:
        return settings
    return replace(settings, mail_url=request.getfixturevalue("sink").url)
