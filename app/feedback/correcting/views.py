"""Changing what was submitted: ask for the link that may, fill in a form anew, or leave it be."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.clock import now
from app.db import db
from app.feedback.correcting import service
from app.feedback.correcting.pages import mail_link
from app.feedback.drafts import StaleLinkError
from app.feedback.rules import Door
from app.feedback.submissions import TooLateError
from app.feedback.submitting.service import ensure_open
from app.feedback.visits import (
    PRESSES,
    door_page,
    find_asked,
    serve_reviewers,
    visit_by_cookie,
    whose_link,
)
from app.web.limits import at_most
from app.web.policy import link

bp = Blueprint("correcting", __name__, url_prefix="/r")
serve_reviewers(bp)

INSIDE = (Door.OPEN, Door.DONE)


@bp.post("/fresh")
@link
@at_most(PRESSES, key=whose_link)
def ask() -> ResponseReturnValue:
    """Mail the link by which submitted forms can be filled in anew."""
    visit = visit_by_cookie(*INSIDE)
    if visit.may_correct or not visit.takes_changes:
        return redirect(url_for("feedback.list_people"), 303)
    return mail_link(visit)


@bp.post("/p/<int:number>/correct")
@link
@at_most(PRESSES, key=whose_link)
def correct(number: int) -> ResponseReturnValue:
    """Fill in a submitted form anew; it opens empty."""
    visit, asked = find_asked(number, *INSIDE)
    if visit.may_correct:
        ensure_open(visit, now=now())
        service.reopen(asked.id)
        db.session.commit()
    return redirect(url_for("feedback.fill_in", number=asked.number), 303)


@bp.post("/p/<int:number>/keep")
@link
@at_most(PRESSES, key=whose_link)
def keep(number: int) -> ResponseReturnValue:
    """Leave the form as it was submitted."""
    _visit, asked = find_asked(number, *INSIDE)
    service.keep_earlier(asked.id)
    db.session.commit()
    return redirect(url_for("feedback.fill_in", number=asked.number), 303)


@bp.errorhandler(TooLateError)
@bp.errorhandler(StaleLinkError)
def show_too_late(_error: TooLateError | StaleLinkError) -> ResponseReturnValue:
    db.session.rollback()
    return door_page(visit_by_cookie(*Door, even_withdrawn=True))
