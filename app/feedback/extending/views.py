"""HR answers a reviewer who asks for more time; the questions stand on the page of the round."""

from datetime import date

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.clock import now
from app.cycles.models import Cycle
from app.cycles.queries import find_cycle
from app.db import db
from app.feedback.extending import service
from app.feedback.extending.service import ExtendingError
from app.feedback.extending.wording import given_in_words
from app.web.policy import hr_only

bp = Blueprint("extending", __name__, url_prefix="/hr/c/<int:cycle_id>/more-time")


@bp.post("/<int:reviewer_id>")
@hr_only
def give(cycle_id: int, reviewer_id: int) -> ResponseReturnValue:
    cycle = _launched_or_404(cycle_id)
    told = service.give(
        cycle,
        reviewer_id,
        until=_day(),
        company=current_app.extensions["settings"].company,
        now=now(),
        account_id=signed_in_account().id,
    )
    if told is None:
        abort(404)
    db.session.commit()
    flash(given_in_words(told))
    return redirect(url_for("cockpit.show", cycle_id=cycle_id))


@bp.post("/<int:reviewer_id>/refuse")
@hr_only
def refuse(cycle_id: int, reviewer_id: int) -> ResponseReturnValue:
    cycle = _launched_or_404(cycle_id)
    if not service.refuse(cycle, reviewer_id, account_id=signed_in_account().id):
        abort(404)
    db.session.commit()
    flash(_("The deadline stays as it is."))
    return redirect(url_for("cockpit.show", cycle_id=cycle_id))


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("until", ""))
    except ValueError as error:
        raise ExtendingError(_("Choose a day, for example 2026-12-21.")) from error


def _launched_or_404(cycle_id: int) -> Cycle:
    """Every launched cycle is open to everybody in HR; the policy has let nobody else in."""
    cycle = find_cycle(cycle_id)
    return cycle if cycle is not None and cycle.launched_at is not None else abort(404)
