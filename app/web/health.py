"""Whether the process lives (/healthz) and whether it can serve people (/readyz)."""

import socket
from urllib.parse import urlsplit

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.config import Settings
from app.db import db
from app.web.policy import public

bp = Blueprint("health", __name__)
REACH_SECONDS = 2


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Database, queue and mail server, each `ok` or `down`; 503 when any is down."""
    settings: Settings = current_app.extensions["settings"]
    found = {
        "database": _is_up(lambda: db.session.execute(text("SELECT 1"))),
        "queue": _is_up(current_app.extensions["wake_up"].huey.pending_count),
        "mail": _is_up(lambda: _reach(settings.mail_url)),
    }
    ready = all(found.values())
    body = {part: "ok" if up else "down" for part, up in found.items()}
    return jsonify(status="ok" if ready else "down", **body), 200 if ready else 503


def is_mail_up() -> bool:
    """Whether the mail server answers at the moment."""
    settings: Settings = current_app.extensions["settings"]
    return _is_up(lambda: _reach(settings.mail_url))


def _is_up(ask: object) -> bool:
    try:
        ask()  # type: ignore[operator]
    except Exception:
        return False
    return True


def _reach(mail_url: str) -> None:
    parts = urlsplit(mail_url)
    port = parts.port or (465 if parts.scheme == "smtps" else 25)
    with socket.create_connection((parts.hostname or "localhost", port), REACH_SECONDS):
        pass
