"""When a letter says that it was sent, its name and its language, as a mail server receives it."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.config import Settings
from app.db import db
from app.mail.models import Letter
from app.mail.service import RenderedLetter, post
from app.worker import work_until_idle
from tests.servers import START_SECONDS, free_port
from tests.smtp_server import Sink

POSTED = datetime(2026, 11, 30, 1, 30, 5, tzinfo=UTC)


def letter(locale: str = "zh") -> RenderedLetter:
    return RenderedLetter(
        kind="invite_internal",
        to_name="张三",
        to_address="zhang@example.com",
        locale=locale,
        subject="请评价 3 位同事",
        text="张三，您好：\n",
        html="<p>张三，您好：</p>",
    )


def send_all(app: Flask) -> None:
    db.session.commit()
    work_until_idle(app)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def mailbox_of_the_demo(folder: Path) -> Iterator[str]:
    """The program itself; gives where it takes letters."""
    smtp, web = free_port(), free_port()
    ports = ("--smtp-port", str(smtp), "--web-port", str(web))
    with subprocess.Popen([sys.executable, "-m", "app.demo.mailbox", str(folder), *ports]) as box:
        try:
            last_moment = monotonic() + START_SECONDS
            while not answers(web):
                assert monotonic() < last_moment
                sleep(0.05)
            yield f"smtp://127.0.0.1:{smtp}"
        finally:
            box.terminate()


def test_a_letter_is_dated_with_the_moment_at_which_it_leaves(app: Flask, sink: Sink) -> None:
    with time_machine.travel(POSTED, tick=False) as clock:
        post(replace(letter(), send_at=POSTED + timedelta(days=2)))
        db.session.commit()
        clock.shift(timedelta(days=2, minutes=3))
        send_all(app)

    [message] = sink.received
    assert str(message["Date"]) == "Wed, 02 Dec 2026 01:33:05 +0000"


def test_a_letter_sent_again_keeps_its_name_and_is_dated_anew(app: Flask, sink: Sink) -> None:
    """With the date of the first try it would lie among the letters of three days ago."""
    sink.cut.add("zhang@example.com")
    with time_machine.travel(POSTED, tick=False) as clock:
        post(letter())
        send_all(app)
        sink.cut.clear()
        clock.shift(timedelta(days=3))
        send_all(app)

    assert [str(message["Date"]) for message in sink.received] == [
        "Mon, 30 Nov 2026 01:30:05 +0000",
        "Thu, 03 Dec 2026 01:30:05 +0000",
    ]
    assert len({message["Message-ID"] for message in sink.received}) == 1


def test_the_demos_mailbox_keeps_the_date(app: Flask, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    with mailbox_of_the_demo(folder) as url:
        app.extensions["settings"] = replace(settings, mail_url=url)
        with time_machine.travel(POSTED, tick=False):
            post(letter())
            send_all(app)

    [file] = folder.glob("*.eml")
    assert b"\r\nDate: Mon, 30 Nov 2026 01:30:05 +0000\r\n" in file.read_bytes()


def test_a_letter_is_named_after_the_host_under_which_it_was_written(
    app: Flask, settings: Settings, sink: Sink
) -> None:
    app.extensions["settings"] = replace(settings, public_url="https://feedback.example.com:8443")
    post(letter())
    app.extensions["settings"] = replace(
        settings, mail_url=sink.url, public_url="https://elsewhere.example.com"
    )
    send_all(app)

    [message] = sink.received
    assert re.fullmatch(r"<[0-9a-f]{32}@feedback\.example\.com>", str(message["Message-ID"]))


@pytest.mark.parametrize("public_url", ["http://localhost", "https://feedback.example.com"])
def test_a_letter_that_an_older_version_wrote_keeps_its_name(
    app: Flask, settings: Settings, sink: Sink, public_url: str
) -> None:
    app.extensions["settings"] = replace(settings, mail_url=sink.url, public_url=public_url)
    post(letter())
    db.session.scalars(select(Letter)).one().message_id = "0" * 32 + "@roundview"
    send_all(app)

    assert sink.received[0]["Message-ID"] == f"<{'0' * 32}@roundview>"


@pytest.mark.parametrize(("locale", "language"), [("zh", "zh-CN"), ("en", "en")])
def test_a_letter_names_its_language(app: Flask, sink: Sink, locale: str, language: str) -> None:
    post(letter(locale))
    send_all(app)

    [message] = sink.received
    assert message["Content-Language"] == language
    assert message.get_content_type() == "multipart/alternative"
    assert [part["Content-Language"] for part in message.iter_parts()] == [None, None]
