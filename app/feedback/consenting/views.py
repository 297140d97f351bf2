"""Taking a consent back: from any page of a customer, and later from the link in the mail.

Two ways in: with the cookie, whose address has no key in it, and with the link itself, when the
cookie has run out. A GET changes nothing.
"""

from flask import Blueprint, Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from app.clock import now
from app.db import db
from app.feedback.consenting import service
from app.feedback.pages import Visit
from app.feedback.rules import Door
from app.feedback.visits import (
    HIDING,
    PRESSES,
    NoEntryError,
    find_visit,
    page,
    serve_reviewers,
    settings,
    visit_by_cookie,
    whose_link,
)
from app.mail.opting_out import opt_out_link
from app.web.limits import at_most
from app.web.policy import link

inside = Blueprint("consenting", __name__, url_prefix="/r/consent")
by_link = Blueprint("consenting_by_link", __name__, url_prefix="/i")
serve_reviewers(inside)
serve_reviewers(by_link)

ANY_DOOR = tuple(door for door in Door if door not in HIDING)


@inside.get("")
@link
def consider() -> ResponseReturnValue:
    return _page(visit_by_cookie(*ANY_DOOR, even_withdrawn=True), url_for(".end"))


@inside.post("")
@link
@at_most(PRESSES, key=whose_link)
def end() -> ResponseReturnValue:
    _withdraw(visit_by_cookie(*ANY_DOOR, even_withdrawn=True))
    return redirect(url_for(".consider"), 303)


@by_link.get("/<token>/consent")
@link
@at_most("1200 per minute")
def consider_by_link(token: str) -> ResponseReturnValue:
    return _page(_by_token(token), url_for(".end_by_link", token=token))


@by_link.post("/<token>/consent")
@link
@at_most("1200 per minute")
def end_by_link(token: str) -> ResponseReturnValue:
    _withdraw(_by_token(token))
    return redirect(url_for(".consider_by_link", token=token), 303)


def _by_token(token: str) -> Visit:
    visit = find_visit(token) or abort(404)
    if visit.door not in ANY_DOOR:
        raise NoEntryError(visit)
    return visit


def _withdraw(visit: Visit) -> None:
    """Only customers answer by consent; others have none to take back."""
    if service.is_needed(visit.reviewer):
        service.withdraw(visit.reviewer, now=now())
        db.session.commit()


def _page(visit: Visit, action: str) -> Response:
    address = visit.reviewer.email
    return page(
        "consent.html",
        visit=visit,
        is_needed=service.is_needed(visit.reviewer),
        consent=service.find_consent(visit.reviewer),
        action=action,
        opt_out=opt_out_link(address, settings()) if address else "",
    )
