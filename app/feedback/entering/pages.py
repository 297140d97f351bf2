"""The page that asks for a code, and what leads there."""

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from app.clock import now
from app.db import db
from app.feedback.correcting.rules import masked
from app.feedback.entering.rules import Outcome
from app.feedback.entering.service import ask_for_code, standing_of
from app.feedback.pages import Visit
from app.feedback.visits import page, settings

REFUSED = {Outcome.TOO_MANY: 429, Outcome.NO_ADDRESS: 409}


def mail_code(visit: Visit, *, anew: bool = False) -> ResponseReturnValue:
    """Post the letter, unless one that can still be entered is there, and go to the page for it."""
    outcome = ask_for_code(
        visit, anew=anew, link_key=settings().link_key, company=settings().company, now=now()
    )
    db.session.commit()
    if outcome in REFUSED:
        return code_page(visit, REFUSED[outcome])
    sent = "new" if anew else None
    return redirect(url_for("entering.consider", token=visit.token, sent=sent), 303)


def code_page(
    visit: Visit,
    status: int = 200,
    *,
    is_wrong: bool = False,
    is_new: bool = False,
    has_failed: bool = False,
) -> Response:
    """Tells the mailbox without its whole address, and nothing of what waits inside."""
    about = standing_of(visit, now=now())
    return page(
        "code.html",
        status,
        visit=visit,
        about=about,
        address=masked(about.address or ""),
        is_wrong=is_wrong,
        is_new=is_new and about.is_live,
        has_failed=has_failed,
    )
