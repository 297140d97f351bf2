"""HR changes its mind: the invitations that wait for their morning leave now."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.auth.guard import signed_in_account
from app.cycles.queries import find_cycle
from app.db import db
from app.feedback.leaving import service
from app.mail.flow import paused_since
from app.web.policy import hr_only

bp = Blueprint("leaving", __name__, url_prefix="/hr/c/<int:cycle_id>/invitations")


@bp.post("/now")
@hr_only
def send_now(cycle_id: int) -> ResponseReturnValue:
    cycle = find_cycle(cycle_id) or abort(404)
    count = service.send_now(cycle, account_id=signed_in_account().id)
    db.session.commit()
    if count:
        flash(_on_their_way(count) if paused_since() is None else _held_back(count))
    else:
        flash(_("No invitation is left that could leave sooner."), "warning")
    return redirect(url_for("cockpit.show", cycle_id=cycle_id))


def _on_their_way(count: int) -> str:
    sentence: str = ngettext(
        "%(num)d invitation is on its way.", "%(num)d invitations are on their way.", count
    )
    return sentence


def _held_back(count: int) -> str:
    """While HR holds all letters back."""
    sentence: str = ngettext(
        "Sending is paused, so %(num)d invitation leaves as soon as you continue sending.",
        "Sending is paused, so %(num)d invitations leave as soon as you continue sending.",
        count,
    )
    return sentence
