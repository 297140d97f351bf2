"""Addresses behind a mailed link at which there is no page to read, and what goes wrong there."""

import re
from urllib.parse import quote

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app.db import db
from app.feedback.visits import find_visit, page
from app.web.language import LANGUAGES
from app.web.link_tokens import link_cookie

PLACES = frozenset({"i", "r", "o"})  # where all pages behind a mailed link are
READING = frozenset({"GET", "HEAD"})
LINK = re.compile(r"/i/([A-Za-z0-9_-]{43})(?:/|$)")
REFUSED, FAILED = 409, 500


def is_behind_link() -> bool:
    """Whether this request is for a reviewer's page, be there one or not."""
    return request.path.split("/", 2)[1] in PLACES


def may_go_up() -> bool:
    """Whether somebody who wants to read stands where one can only send: a page that answered a
    press keeps the address of its button, and the language switch asks for it anew."""
    return is_behind_link() and request.method in READING


def go_up() -> ResponseReturnValue:
    """To the page to which this address belongs, which is the one above it."""
    above, spoken = quote(request.path.rpartition("/")[0]), request.args.get("lang", "")
    return redirect(f"{above}?lang={spoken}" if spoken in LANGUAGES else above, 303)


def show_astray(status: int, *, message: str = "", number: str = "") -> Response:
    """What went wrong, in the reviewer's language, and the way back to their pages.

    `message` is the sentence of a refusal, `number` that of a failure in the log.
    """
    named = LINK.match(request.path)
    token = named[1] if named else link_cookie()
    _speak_to(token)
    way = url_for("landing.land", token=token) if named else "/r" if token else ""
    return page(
        "astray.html", status, code=status, message=message, number=number, way=way, named=named
    )


def show_again(status: int = 400) -> Response:
    """A press did not get through, or its page was open too long: nothing was changed."""
    _speak_to(link_cookie())
    return page("again.html", status)


def _speak_to(token: str) -> None:
    """Use the language of whoever comes, where no page has told it yet."""
    if g.get("reader_language") or not token:
        return
    try:
        find_visit(token)
    except SQLAlchemyError:  # what there is to say matters more than in which language
        db.session.rollback()
