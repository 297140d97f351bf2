"""The one question about the form itself."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.db import db
from app.feedback.measuring.service import count_ease
from app.feedback.rules import Door
from app.feedback.visits import PRESSES, serve_reviewers, visit_by_cookie, whose_link
from app.web.limits import at_most
from app.web.policy import link

bp = Blueprint("measuring", __name__, url_prefix="/r")
serve_reviewers(bp)


@bp.post("/done/ease")
@link
@at_most(PRESSES, key=whose_link)
def answer_ease() -> ResponseReturnValue:
    """Count one press; a second one changes nothing."""
    visit = visit_by_cookie(Door.OPEN, Door.DONE)
    count_ease(visit.reviewer, request.form.get("ease", 0, type=int))
    db.session.commit()
    return redirect(url_for("feedback.done"), 303)
