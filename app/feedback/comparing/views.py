"""Several people side by side: the check before submitting."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.feedback.comparing.checking import FEWEST, tables_for
from app.feedback.rules import Door
from app.feedback.visits import NoEntryError, keep_cookie, page, show_no_entry, visit_by_cookie
from app.web.policy import link

bp = Blueprint("comparing", __name__, url_prefix="/r")
bp.after_request(keep_cookie)
bp.register_error_handler(NoEntryError, show_no_entry)

INSIDE = (Door.OPEN, Door.DONE, Door.DECLINED, Door.NOBODY)


@bp.get("/check")
@link
def check() -> ResponseReturnValue:
    """What the drafts say about several people, to be read before they are submitted."""
    visit = visit_by_cookie(*INSIDE)
    if len(visit.begun) < FEWEST:
        return redirect(url_for("feedback.list_people"))
    return page("check.html", visit=visit, tables=tables_for(visit))
