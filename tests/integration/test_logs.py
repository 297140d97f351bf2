"""What the web server and the worker log: one line of JSON for each event."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from flask import Flask

from tests.servers import START_SECONDS, free_port

SECRET = b"the-secret-of-a-link"
ROOT = Path(__file__).parent.parent.parent
LOGS = """
import logging
from app.logs import set_up_logging

set_up_logging()
ours, library = logging.getLogger("app.worker"), logging.getLogger("library")
ours.info("what somebody sent: %s", "a line\\n2026-01-01 admin signed in\\r\\u2028 and more")
library.info("not told")
library.warning("told")
try:
    raise ValueError("broken")
except ValueError:
    ours.exception("request %s failed", 1)
"""

SERVER = """
from gunicorn.config import Config
from app.logs import ServerLogger

server = ServerLogger(Config())
server.exception("Error handling request %s", "/i/the-secret-of-a-link/start")
server.info("Listening at: %s", "here")
"""


def events(written: bytes) -> list[dict[str, Any]]:
    """Every line as an event; also one that some readers would take for two."""
    return [json.loads(line) for line in written.decode().splitlines()]


def test_what_somebody_sends_cannot_forge_an_event() -> None:
    done = subprocess.run([sys.executable, "-c", LOGS], cwd=ROOT, capture_output=True, check=True)
    sent, told, failed = events(done.stderr)

    assert sent["event"].startswith("what somebody sent: a line\n2026-01-01 admin signed in")
    assert (sent["level"], sent["logger"]) == ("INFO", "app.worker")
    assert sent["time"].endswith("+00:00")
    assert told["event"] == "told"
    assert failed["event"] == "request 1 failed"
    assert failed["problem"].endswith("ValueError: broken")


def test_the_web_server_names_no_address_that_failed() -> None:
    done = subprocess.run([sys.executable, "-c", SERVER], cwd=ROOT, capture_output=True, check=True)
    failed, begun = events(done.stderr)

    assert failed["event"] == "Error handling request"
    assert begun["event"] == "Listening at: here"
    assert SECRET not in done.stderr


@pytest.mark.parametrize("program", ["web", "worker"])
def test_a_running_server_writes_nothing_but_events(tmp_path: Path, program: str) -> None:
    address = f"127.0.0.1:{free_port()}"
    environment = {
        "INSTANCE_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'test.db'}",
        "IMAP_URL": "imap://nobody:none@127.0.0.1:9/INBOX",
    }
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "prepare"], cwd=ROOT, env=environment, check=True, capture_output=True)
    web = ["-m", "gunicorn", "wsgi:app", "--bind", address, "--no-control-socket"]
    command = {
        "web": [sys.executable, *web, "--logger-class", "app.logs.ServerLogger"],
        "worker": [*flask, "worker"],
    }[program]
    log = tmp_path / "log"
    with log.open("wb") as writes:
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=writes)
    try:
        wait_until(log, b"Listening at" if program == "web" else b"bounces was not read")
        if program == "web":
            with urlopen(f"http://{address}/healthz") as answer:
                assert answer.status == 200
            send_what_cannot_be_read(address)
            wait_until(log, b"Invalid request")
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=START_SECONDS)

    assert events(log.read_bytes())
    assert SECRET not in log.read_bytes()


def send_what_cannot_be_read(address: str) -> None:
    host, _colon, port = address.partition(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(b"GET  /i/" + SECRET + b" or so HTTP/1.1\r\n\r\n")
        line.recv(1000)


def test_a_failure_that_cannot_be_shown_is_logged_without_the_link(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with app.test_request_context(f"/i/{SECRET.decode()}/start", method="POST"):
        try:
            raise ValueError("broken")
        except ValueError:
            app.log_exception(sys.exc_info())

    assert "ValueError: broken" in caplog.text
    assert SECRET.decode() not in caplog.text


def wait_until(log: Path, words: bytes) -> None:
    patience = time.monotonic() + START_SECONDS
    while words not in log.read_bytes():
        assert time.monotonic() < patience, log.read_text()
        time.sleep(0.1)
