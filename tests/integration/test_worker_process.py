"""The worker as a program of its own, woken through each queue engine, killed, started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from flask import Flask
from sqlalchemy import select, update

from app.clock import now
from app.config import ROOT, Settings
from app.db import db
from app.factory import create_app
from app.jobs.models import Job, JobState
from app.mail.models import Letter, LetterState
from app.mail.service import RenderedLetter, post_many
from tests.conftest import make_settings
from tests.servers import postgres_database
from tests.smtp_server import Sink

PATIENCE_SECONDS = 180  # a program takes its time to start on a busy machine


@pytest.fixture(params=["sqlite", "redis", "postgres"])
def queue_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'queue.sqlite'}"
    elif request.param == "redis":
        url: str = request.getfixturevalue("redis_url")
        redis.Redis.from_url(url).flushall()
        yield url
    else:
        with postgres_database(request.getfixturevalue("postgres_url")) as url:
            yield url


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """One database engine is enough here: test_jobs and test_mail run on both."""
    path = tmp_path / "test.sqlite"
    path.write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def settings(database_url: str, queue_url: str, sink: Sink, tmp_path: Path) -> Settings:
    return replace(make_settings(tmp_path, database_url), queue_url=queue_url, mail_url=sink.url)


def letters(count: int) -> list[RenderedLetter]:
    return [
        RenderedLetter(
            kind="invite_internal",
            to_name="张三",
            to_address=f"person{number}@example.com",
            locale="zh",
            subject="请评价",
            text="您好",
            html="<p>您好</p>",
        )
        for number in range(count)
    ]


@contextmanager
def worker(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `flask worker` as an operator does."""
    environment = {
        **os.environ,  # noqa: TID251 - a program needs PATH and its like
        "INSTANCE_DIR": str(settings.instance_dir),
        "DATABASE_URL": settings.database_url,
        "QUEUE_URL": settings.queue_url,
        "MAIL_URL": settings.mail_url,
        "LINK_KEY": settings.link_key.decode(),
        "SECRET_KEY": settings.secret_key,
    }
    program = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--threads", "1"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield program
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(PATIENCE_SECONDS)


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def all_sent() -> bool:
    db.session.rollback()
    db.session.expire_all()
    states = set(db.session.scalars(select(Letter.state)))
    db.session.rollback()  # let go of the write lock: the worker needs it
    return states == {LetterState.SENT}


def test_a_commit_wakes_the_worker_through_the_queue(
    app: Flask, settings: Settings, sink: Sink
) -> None:
    with worker(settings):
        post_many(letters(1))
        db.session.commit()
        wait_until(all_sent)
        post_many(letters(3))
        db.session.commit()
        wait_until(lambda: len(sink.received) == 4)
        wait_until(all_sent)


def test_an_emptied_queue_loses_no_letter(app: Flask, settings: Settings, sink: Sink) -> None:
    post_many(letters(3))
    db.session.commit()
    app.extensions["wake_up"].huey.flush()

    with worker(settings):
        wait_until(all_sent)

    assert len(sink.received) == 3


@pytest.mark.parametrize("queue_url", ["sqlite"], indirect=True)
def test_a_killed_worker_loses_no_letter_and_sends_none_twice(
    app: Flask, settings: Settings, sink: Sink
) -> None:
    post_many(letters(20))
    db.session.commit()
    with worker(settings) as program:
        wait_until(lambda: len(sink.received) >= 3)
        program.kill()
        program.wait()
    _let_leases_run_out()

    with worker(settings):
        wait_until(all_sent)

    arrived = [message["Message-ID"] for message in sink.received]
    # The one letter in the server's hands at the kill may have gone twice, under one Message-ID.
    assert len(set(arrived)) == 20
    assert len(arrived) <= 21
    assert {job.state for job in db.session.scalars(select(Job))} == {JobState.DONE}


def _let_leases_run_out() -> None:
    db.session.rollback()
    db.session.execute(
        update(Job)
        .where(Job.state == JobState.RUNNING)
        .values(lease_until=now() - timedelta(seconds=1))
    )
    db.session.commit()


def test_an_unusable_queue_address_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="QUEUE_URL"):
        create_app(replace(make_settings(tmp_path, "sqlite://"), queue_url="amqp://x"))
