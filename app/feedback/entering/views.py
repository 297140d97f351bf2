"""A code in place of trust in the link alone, where the round asks for one.

A GET reads only: scanners follow every link. Nothing here tells what waits behind the door.
"""

import logging

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from app.clock import now
from app.db import db
from app.feedback.consenting import service as consenting
from app.feedback.drafts import StaleLinkError
from app.feedback.entering.browsers import must_show_code, remember
from app.feedback.entering.pages import code_page, mail_code
from app.feedback.entering.rules import digits_of
from app.feedback.entering.service import enter
from app.feedback.links import hash_token
from app.feedback.pages import Visit
from app.feedback.rules import Door
from app.feedback.visits import (
    PRESSES,
    NoEntryError,
    door_page,
    find_visit,
    page,
    serve_reviewers,
    settings,
    way_in,
)
from app.web.limits import at_most
from app.web.policy import link

log = logging.getLogger(__name__)

bp = Blueprint("entering", __name__, url_prefix="/i")
serve_reviewers(bp)


class NoCodeError(Exception):
    """Here nobody is asked for a code. Without a visit the link is none of ours."""

    def __init__(self, visit: Visit | None = None) -> None:
        super().__init__()
        self.visit = visit


def whose_code() -> str:
    """One reviewer, from however many browsers, for counting."""
    return f"code:{hash_token((request.view_args or {})['token'])}"


@bp.get("/<token>/code")
@link
def consider(token: str) -> ResponseReturnValue:
    return code_page(_visit(token), is_new="sent" in request.args)


@bp.post("/<token>/code")
@link
@at_most(PRESSES, key=whose_code)
def enter_code(token: str) -> ResponseReturnValue:
    """Let this browser in, as Start does. A customer without a standing consent agrees first."""
    visit = _visit(token)
    code = digits_of(request.form.get("code", ""))
    is_right = enter(visit, code, link_key=settings().link_key, now=now())
    db.session.commit()
    if not is_right:
        return code_page(visit, 422, is_wrong=True)
    remember(visit, by_code=True)
    is_open = visit.door is Door.OPEN or visit.may_correct
    if is_open and consenting.stands(visit.reviewer):
        return way_in(visit)
    return redirect(url_for("landing.land", token=token), 303)


@bp.post("/<token>/code/new")
@link
@at_most(PRESSES, key=whose_code)
def send_anew(token: str) -> ResponseReturnValue:
    """Mail another code; the one before stops working."""
    return mail_code(_visit(token), anew=True)


@bp.errorhandler(NoCodeError)
def show_link(error: NoCodeError) -> ResponseReturnValue:
    """The way to the page of the link, which says what is wrong with it."""
    db.session.rollback()
    if error.visit is not None and request.method != "POST":
        return page("no_code.html", visit=error.visit)
    return redirect(url_for("landing.land", token=(request.view_args or {})["token"]), 303)


@bp.errorhandler(StaleLinkError)
def show_stopped(_error: StaleLinkError) -> ResponseReturnValue:
    """The link was stopped or replaced while the page was open; nothing was changed."""
    db.session.rollback()
    return door_page(find_visit((request.view_args or {})["token"]))


@bp.errorhandler(OperationalError)
def show_again(error: OperationalError) -> ResponseReturnValue:
    """The database hung up or was busy: the page as it stands now."""
    db.session.rollback()
    log.warning("a press on the page for a code did not get through: %s", error.orig)
    return code_page(_visit((request.view_args or {})["token"]), 503, has_failed=True)


def _visit(token: str) -> Visit:
    """Whose link this is, where they need a code to come in."""
    visit = find_visit(token)
    if visit is None:
        raise NoCodeError
    if visit.door not in {Door.OPEN, Door.DECLINED} and not visit.may_correct:
        raise NoEntryError(visit)
    if not must_show_code(visit):
        raise NoCodeError(visit)
    return visit
