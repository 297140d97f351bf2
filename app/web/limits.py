"""How often one caller may ask, and how much may come through a mailed link.

Counts live in Redis where the queue does, else in the process.
"""

from flask import current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from app.web.policy import Policy, policy_of

limiter = Limiter(get_remote_address, headers_enabled=False, strategy="fixed-window")

LINK_BODY = 256 * 1024  # bytes; a full form with the longest comments stays below


def where_to_count(queue_url: str) -> str:
    """The storage of the counts, as their library names it."""
    return queue_url if queue_url.startswith("redis") else "memory://"


def hold_link_bodies_small() -> None:
    """Nobody has to sign in behind a link: no megabytes are taken in there, or shown again."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and policy_of(view) is Policy.LINK:
        request.max_content_length = LINK_BODY
