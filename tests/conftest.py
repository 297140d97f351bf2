"""What every test may ask for: an application on a migrated database, and a client that forgets."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import make_url, text
from werkzeug.test import TestResponse

from app.config import Settings
from app.db import db, set_writing
from app.factory import create_app
from app.pdf import service as pdf
from app.pdf.limits import Limits
from app.pdf.printer import Printer
from tests.compiled_once import compile_once
from tests.servers import postgres_database, postgres_url, redis_url

__all__ = ["postgres_url", "redis_url"]  # fixtures for everybody

LINK_KEY = b"a key for tests, 32 bytes long..."
PATIENT = Limits(wall_seconds=900)  # a paper takes long on a busy machine


class ForgetfulClient(FlaskClient):
    """Keeps nothing between requests that the view did not commit."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        _forget_request()
        response = super().open(*args, **kwargs)
        _forget_request()
        db.session.rollback()
        db.session.expire_all()
        set_writing(True)
        return response


def _forget_request() -> None:
    """Empty `g`: the test's own application context would carry it from request to request."""
    for name in list(g):
        g.pop(name)


def make_settings(folder: Path, database_url: str, **changes: Any) -> Settings:
    """Settings of an instance of its own in a scratch folder."""
    values: dict[str, Any] = {
        "instance_dir": folder,
        "database_url": database_url,
        "queue_url": f"sqlite:///{folder / 'queue.sqlite'}",
        "mail_url": "smtp://127.0.0.1:9",
        "public_url": "http://localhost",
        "secret_key": "test",
        "link_key": LINK_KEY,
        "argon2_memory_kib": 64,
        "testing": True,
    }
    return Settings(**{**values, **changes})


@pytest.fixture(scope="session", autouse=True)
def patient_printer() -> Iterator[None]:
    """No paper fails because the machine is busy; that none goes on for ever has its own tests."""
    pdf._printer = Printer(PATIENT)
    yield
    pdf._printer.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all migrations applied, to be copied for each test."""
    folder = tmp_path_factory.mktemp("migrated")
    path = folder / "empty.sqlite"
    app = create_app(make_settings(folder, f"sqlite:///{path}"))
    with app.app_context():
        upgrade()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL database with all migrations applied, to serve as a template."""
    with postgres_database(postgres_url) as url:
        app = create_app(make_settings(tmp_path_factory.mktemp("pg"), url))
        with app.app_context():
            upgrade()
            db.session.remove()
            db.engine.dispose()
        yield url


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A fresh migrated database. Integration tests get it once per engine."""
    path = tmp_path / "test.sqlite"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return make_settings(tmp_path, database_url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """An application on its own database, inside an application context whose writes may begin."""
    app = compile_once(create_app(settings))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        set_writing(True)
        yield app
        db.session.remove()
        db.engine.dispose()
        set_writing(False)
    app.extensions["wake_up"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = ForgetfulClient
    return app.test_client()


@contextmanager
def copied_postgres(template_url: str) -> Iterator[str]:
    """A new database made from the template; gives its URL and drops it afterwards."""
    url = make_url(template_url)
    server = url.set(database="postgres").render_as_string(hide_password=False)
    with postgres_database(server, url.database or "template1") as copy:
        yield copy
