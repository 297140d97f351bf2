"""HR plans a round: its basics, then who takes part."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.auth.guard import signed_in_account
from app.cycles import service
from app.cycles.forms import CycleForm, field_of_fault, plan_of, usual_plan
from app.cycles.models import Cycle
from app.cycles.queries import find_cycle, list_choices
from app.cycles.rules import CyclePlan, faults_of_plan
from app.db import db
from app.web.policy import hr_only

bp = Blueprint("cycles", __name__, url_prefix="/hr/c")


@bp.route("/new", methods=["GET", "POST"])
@hr_only
def create() -> ResponseReturnValue:
    account = signed_in_account()
    form = _form(usual_plan(account.name, account.email))
    if _is_sound(form, cycle=None):
        cycle = service.create_cycle(form.plan(), account_id=account.id)
        db.session.commit()
        return redirect(url_for("cycles.participants", cycle_id=cycle.id))
    return _page("cycles/basics.html", form, cycle=None)


@bp.route("/<int:cycle_id>/basics", methods=["GET", "POST"])
@hr_only
def basics(cycle_id: int) -> ResponseReturnValue:
    cycle = _cycle_or_404(cycle_id)
    service.refuse_unless_draft(cycle)
    form = _form(plan_of(cycle))
    if _is_sound(form, cycle=cycle):
        service.change_cycle(cycle, form.plan(), account_id=signed_in_account().id)
        db.session.commit()
        return redirect(url_for("cycles.participants", cycle_id=cycle_id))
    return _page("cycles/basics.html", form, cycle=cycle)


@bp.get("/<int:cycle_id>/participants")
@hr_only
def participants(cycle_id: int) -> ResponseReturnValue:
    cycle = _cycle_or_404(cycle_id)
    service.refuse_unless_draft(cycle)
    return render_template(
        "cycles/participants.html", cycle=cycle, choices=list_choices(cycle_id), step="participants"
    )


@bp.post("/<int:cycle_id>/participants")
@hr_only
def choose_participants(cycle_id: int) -> ResponseReturnValue:
    cycle = _cycle_or_404(cycle_id)
    chosen = set(request.form.getlist("person", type=int))
    count = service.choose_participants(cycle, chosen, account_id=signed_in_account().id)
    db.session.commit()
    if not count:
        flash(_("Nobody is chosen. Tick at least one person."), "warning")
        return redirect(url_for("cycles.participants", cycle_id=cycle_id))
    flash(ngettext("%(num)d participant saved.", "%(num)d participants saved.", count))
    return redirect(url_for("launching.people", cycle_id=cycle_id))


def _cycle_or_404(cycle_id: int) -> Cycle:
    """Every cycle is open to everybody in HR; the policy has let nobody else in."""
    return find_cycle(cycle_id) or abort(404)


def _form(plan: CyclePlan) -> CycleForm:
    form = CycleForm(**asdict(plan))
    form.offer_choices(plan.time_zone)
    return form


def _is_sound(form: CycleForm, *, cycle: Cycle | None) -> bool:
    """Whether a sent form can be used; what is wrong with it is said beside its fields."""
    if not form.validate_on_submit():
        return False
    for fault in faults_of_plan(form.plan()):
        form[field_of_fault(fault)].errors = [service.sentence_of_fault(fault)]
    if service.is_name_taken(form.name.data, other_than=cycle.id if cycle else None):
        form.name.errors = [_("There is already a cycle with this name.")]
    return not form.errors


def _page(template: str, form: CycleForm, **facts: Any) -> ResponseReturnValue:
    code = 422 if form.errors else 200
    return render_template(template, form=form, step="basics", **facts), code
