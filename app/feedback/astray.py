"""Addresses behind a mailed link at which there is no page to read."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from app.web.language import LANGUAGES

PLACES = frozenset({"i", "r", "o"})  # where all pages behind a mailed link are
READING = frozenset({"GET", "HEAD"})


def is_behind_link() -> bool:
    """Whether this request is for a reviewer's page, be there one or not."""
    return request.path.split("/", 2)[1] in PLACES


def may_go_up() -> bool:
    """Whether somebody who wants to read stands where one can only send: a page that answered a
    press keeps the address of its button, and the language switch asks for it anew."""
    return is_behind_link() and request.method in READING


def go_up() -> ResponseReturnValue:
    """To the page to which this address belongs, which is the one above it."""
    above, spoken = request.path.rpartition("/")[0], request.args.get("lang", "")
    return redirect(f"{above}?lang={spoken}" if spoken in LANGUAGES else above, 303)
