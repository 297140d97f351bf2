"""What says that a form behind a mailed link was sent from a page of ours.

No session is kept there. The token of a form is made from the cookie that Start has set, so that it
fits no other browser, and from the secret key, so that nobody else can make one. Every page has
another, and each lapses.
"""

import base64
import hmac
import secrets

from flask import current_app, request

from app.clock import now
from app.config import Settings

LIFE_SECONDS = 7 * 24 * 3600  # a page may be left open over a long weekend
NONCE_BYTES = 9
FIELD = "csrf_token"


def cookie_name() -> str:
    """The reviewer's cookie; its name keeps other hosts of our domain from setting it."""
    return "__Host-review" if _settings().secure_cookies else "review"


def link_cookie() -> str:
    """The link that this browser has started with; empty where it has none."""
    return request.cookies.get(cookie_name(), "")


def link_token() -> str:
    """A token for the page that is being made.

    A browser whose cookie has gone keeps the one that it has sent: it fits again as soon as the
    link is opened again.
    """
    cookie = link_cookie()
    if not cookie:
        return request.form.get(FIELD, "")
    stamp = f"{_seconds():x}.{secrets.token_urlsafe(NONCE_BYTES)}"
    return f"{stamp}.{_signature(stamp, cookie)}"


def is_sent_from_here() -> bool:
    """Whether the token that was sent is one of ours, for this browser, and still young enough."""
    stamp, _dot, signature = request.form.get(FIELD, "").rpartition(".")
    if not hmac.compare_digest(_signature(stamp, link_cookie()).encode(), signature.encode()):
        return False
    made_at = int(stamp.partition(".")[0], 16)
    return _seconds() - made_at < LIFE_SECONDS


def _signature(stamp: str, cookie: str) -> str:
    message = f"form behind a link:{stamp}:{cookie}".encode()
    digest = hmac.digest(_settings().secret_key.encode(), message, "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _seconds() -> int:
    return int(now().timestamp())


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
