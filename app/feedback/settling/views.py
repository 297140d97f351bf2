"""HR settles a relation that is said to be wrong; the claims stand on the page of the round."""

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.config import Settings
from app.cycles.queries import find_cycle
from app.db import db
from app.feedback.relations.rules import Decision
from app.feedback.relations.service import settle
from app.web.policy import hr_only

bp = Blueprint("settling", __name__, url_prefix="/hr/c/<int:cycle_id>/relations")


@bp.post("/<int:request_id>")
@hr_only
def decide(cycle_id: int, request_id: int) -> ResponseReturnValue:
    """Every launched cycle is open to everybody in HR; the policy has let nobody else in."""
    cycle = find_cycle(cycle_id)
    chosen = request.form.get("decision", "")
    if cycle is None or cycle.launched_at is None or chosen not in list(Decision):
        abort(404)
    decision = Decision(chosen)
    settings: Settings = current_app.extensions["settings"]
    account_id, company = signed_in_account().id, settings.company
    if not settle(cycle, request_id, decision, company=company, account_id=account_id):
        abort(404)
    db.session.commit()
    told = {
        Decision.KEEP: _("The relation stays as it is, and the answer counts."),
        Decision.MOVE: _("The relation is changed, and the answer counts in the other group."),
        Decision.LEAVE_OUT: _("The form is not asked for any more. An answer to it is deleted."),
    }
    flash(told[decision])
    return redirect(url_for("cockpit.show", cycle_id=cycle_id))
