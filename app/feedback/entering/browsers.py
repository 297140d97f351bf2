"""The browsers that a reviewer's link was opened in: a cookie of its own, beside that of the link.

It says that Start was pressed first there, or that a mailed code was entered. It belongs to one
reviewer and one generation of the link, opens nothing by itself and seals no draft.
"""

import base64
import hmac

from flask import Response, current_app, g, request

from app.clock import now
from app.config import Settings
from app.feedback.callers import Caller
from app.feedback.entering.rules import needs_code, seconds_known
from app.feedback.pages import Visit


def must_show_code(visit: Visit) -> bool:
    """Whether this browser gets in by a code only."""
    reviewer = visit.reviewer
    return needs_code(
        asks_code=visit.cycle.asks_code,
        is_known=is_known(reviewer),
        has_started=reviewer.started_on is not None,
    )


def is_known(reviewer: Caller) -> bool:
    """Whether this browser has been let in by the present link.

    Once somebody has shown with a code that the mailbox is theirs, to have been first is not enough
    any more: whoever the link was forwarded to may have been that.
    """
    shown = request.cookies.get(_name(reviewer), "")
    if _is(shown, reviewer, by_code=True):
        return True
    return not reviewer.showed_code and _is(shown, reviewer, by_code=False)


def come_in(visit: Visit, *, is_first: bool) -> bool:
    """Whether a press on Start lets this browser in, the first of all or a known one.

    It stays known then. Of two that press at one moment, the database has told one that it is the
    first. Where this is False, the caller takes back what the press has changed.
    """
    if not visit.cycle.asks_code:
        return True
    if is_first:
        remember(visit, by_code=False)
        return True
    if is_known(visit.reviewer):
        keep_known(visit)
        return True
    return False


def remember(visit: Visit, *, by_code: bool) -> None:
    """Have this response make the browser known until the round ends."""
    _carry(visit, _value(visit.reviewer, by_code=by_code))


def keep_known(visit: Visit) -> None:
    """Let the cookie live to the end of the round as it stands now: it may have moved."""
    _carry(visit, request.cookies.get(_name(visit.reviewer), ""))


def set_known(response: Response) -> None:
    """Set the cookie where the request was one by which a browser became, or stays, known."""
    carried = g.get("known_browser")
    if carried is None:
        return
    name, value, seconds = carried
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=_settings().secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def _carry(visit: Visit, value: str) -> None:
    g.known_browser = (_name(visit.reviewer), value, seconds_known(visit.closes_at, now()))


def _is(shown: str, reviewer: Caller, *, by_code: bool) -> bool:
    return hmac.compare_digest(shown.encode(), _value(reviewer, by_code=by_code).encode())


def _name(reviewer: Caller) -> str:
    """One for each reviewer: several may share a browser."""
    prefix = "__Host-" if _settings().secure_cookies else ""
    return f"{prefix}known-{reviewer.id}"


def _value(reviewer: Caller, *, by_code: bool) -> str:
    how = "code" if by_code else "first"
    message = f"known browser:{how}:{reviewer.id}:{reviewer.generation}".encode()
    digest = hmac.digest(_settings().secret_key.encode(), message, "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
