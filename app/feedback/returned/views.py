"""HR corrects an address that returned mail; the addresses stand on the page of the launch."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.cycles.queries import find_cycle
from app.cycles.service import refuse_unless_draft
from app.db import db
from app.feedback.launching.queries import load_draft
from app.feedback.returned.queries import list_returned
from app.feedback.returned.service import correct_address
from app.people.models import Person
from app.web.policy import hr_only

bp = Blueprint("returned", __name__, url_prefix="/hr/c/<int:cycle_id>/launch/addresses")


@bp.post("/<int:person_id>")
@hr_only
def correct(cycle_id: int, person_id: int) -> ResponseReturnValue:
    """Every draft is open to everybody in HR; only addresses that it lists are changed here."""
    cycle = find_cycle(cycle_id) or abort(404)
    refuse_unless_draft(cycle)
    if person_id not in {row.person.id for row in list_returned(load_draft(cycle))}:
        abort(404)
    person = db.session.get_one(Person, person_id)
    address = request.form.get("address", "")
    correct_address(cycle, person, address, account_id=signed_in_account().id)
    db.session.commit()
    flash(
        _(
            "%(name)s will be invited at this address: %(address)s",
            name=person.name,
            address=person.email,
        )
    )
    return redirect(url_for("launching.launch", cycle_id=cycle_id))
