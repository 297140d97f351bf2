"""The reviewer says that the relation is wrong, or takes it back."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.clock import now
from app.cycles.rules import Mode
from app.db import db
from app.feedback.callers import Asked
from app.feedback.pages import Visit
from app.feedback.relations import service
from app.feedback.relations.queries import find_claim
from app.feedback.relations.rules import claims_of
from app.feedback.rules import Door
from app.feedback.submissions import TooLateError
from app.feedback.submitting.service import ensure_open
from app.feedback.visits import (
    PRESSES,
    door_page,
    find_asked,
    page,
    serve_reviewers,
    visit_by_cookie,
    whose_link,
)
from app.people.groups import RaterGroup
from app.web.limits import at_most
from app.web.policy import link

bp = Blueprint("relations", __name__, url_prefix="/r/p/<int:number>/relation")
serve_reviewers(bp)

NONE = "none"


@bp.get("")
@link
def consider(number: int) -> ResponseReturnValue:
    """What the form takes the reviewer for, and what they may say instead while that helps."""
    visit, asked = find_asked(number, Door.OPEN, Door.DONE)
    if asked.group is RaterGroup.SELF or not visit.accepts:
        return redirect(url_for("feedback.fill_in", number=asked.number))
    return _page(visit, asked)


@bp.post("")
@link
@at_most(PRESSES, key=whose_link)
def say(number: int) -> ResponseReturnValue:
    """Tell HR. Whoever has chosen nothing, or what is no choice, is asked again."""
    visit, asked = find_asked(number, Door.OPEN, Door.DONE)
    if visit.cycle.mode == Mode.ANONYMOUS or asked.group is RaterGroup.SELF:
        return redirect(url_for(".consider", number=asked.number), 303)
    chosen = request.form.get("claimed", "")
    claims = claims_of(asked.group)
    if chosen != NONE and chosen not in claims:
        return _page(visit, asked, 422)
    ensure_open(visit, now=now())
    service.say_wrong(asked.id, None if chosen == NONE else RaterGroup(chosen))
    db.session.commit()
    return redirect(url_for(".consider", number=asked.number), 303)


@bp.post("/take-back")
@link
@at_most(PRESSES, key=whose_link)
def take_back(number: int) -> ResponseReturnValue:
    """The relation was right after all."""
    visit, asked = find_asked(number, Door.OPEN, Door.DONE)
    ensure_open(visit, now=now())
    service.take_back(asked.id)
    db.session.commit()
    return redirect(url_for("feedback.fill_in", number=asked.number), 303)


@bp.errorhandler(TooLateError)
def show_too_late(_error: TooLateError) -> ResponseReturnValue:
    db.session.rollback()
    return door_page(visit_by_cookie(*Door))


def _page(visit: Visit, asked: Asked, status: int = 200) -> ResponseReturnValue:
    return page(
        "relation.html",
        status,
        visit=visit,
        asked=asked,
        claims=claims_of(asked.group),
        claim=find_claim(asked.id),
        is_anonymous=visit.cycle.mode == Mode.ANONYMOUS,
    )
