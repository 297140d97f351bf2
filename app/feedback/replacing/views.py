"""While answers are collected: who is asked about whom, somebody else in a place, one more."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guard import signed_in_account
from app.clock import now
from app.config import Settings
from app.cycles.models import Cycle
from app.cycles.queries import find_cycle
from app.cycles.rules import Stage
from app.db import db
from app.feedback.launching.queries import find_participant, find_person
from app.feedback.replacing import queries
from app.feedback.replacing.forms import AskOneMore, NameSomebody
from app.feedback.replacing.pages import groups_about
from app.feedback.replacing.rules import Telling
from app.feedback.replacing.service import Desk, Outcome, add_reviewer, replace_reviewer
from app.feedback.replacing.wording import outcome_in_words, overload_sentence, state_names
from app.feedback.wording import reasons_to_decline
from app.people.groups import RaterGroup
from app.people.models import Person
from app.people.wording import group_name
from app.web.language import show_moment
from app.web.policy import hr_only

bp = Blueprint("replacing", __name__, url_prefix="/hr/c/<int:cycle_id>")


@bp.get("/asked")
@hr_only
def participants(cycle_id: int) -> ResponseReturnValue:
    """Every participant with how many forms have come in; each leads to who is asked."""
    name = request.args.get("name", "")
    number = request.args.get("page", 1, type=int)
    return render_template(
        "replacing/participants.html",
        cycle=_launched_or_404(cycle_id),
        page=queries.list_participants(cycle_id, name=name, number=number),
        name=name,
    )


@bp.route("/asked/<int:participant_id>", methods=["GET", "POST"])
@hr_only
def participant(cycle_id: int, participant_id: int) -> ResponseReturnValue:
    """Who is asked about one participant; the form asks one more."""
    cycle = _launched_or_404(cycle_id)
    reviewed = find_participant(cycle_id, participant_id) or abort(404)
    form = AskOneMore()
    form.offer_groups(reviewed)
    found = _named_person(cycle_id, form)
    if found is not None:
        asked = add_reviewer(cycle, reviewed, found, RaterGroup(form.group.data), _desk(form))
        return _done(cycle_id, participant_id, asked)
    page = render_template(
        "replacing/participant.html",
        cycle=cycle,
        reviewed=reviewed,
        groups=groups_about(cycle, reviewed),
        form=form,
        group_name=group_name,
        state_names=state_names(),
        reason_names=reasons_to_decline(),
        is_open=_is_open(cycle),
    )
    return page, 422 if form.errors else 200


@bp.get("/reviewers/<int:reviewer_id>")
@hr_only
def reviewer(cycle_id: int, reviewer_id: int) -> ResponseReturnValue:
    """Everybody whom one reviewer is asked about."""
    cycle = _launched_or_404(cycle_id)
    owner = queries.find_reviewer(cycle_id, reviewer_id) or abort(404)
    return render_template(
        "replacing/reviewer.html",
        cycle=cycle,
        owner=owner,
        forms=queries.forms_of(reviewer_id),
        group_name=group_name,
        state_names=state_names(),
        reason_names=reasons_to_decline(),
        is_open=_is_open(cycle),
    )


@bp.route("/asked/replace/<int:request_id>", methods=["GET", "POST"])
@hr_only
def replace(cycle_id: int, request_id: int) -> ResponseReturnValue:
    """Give one form that has not arrived to somebody else."""
    cycle = _launched_or_404(cycle_id)
    given = queries.find_form(cycle_id, request_id) or abort(404)
    form = NameSomebody()
    found = _named_person(cycle_id, form)
    if found is not None:
        asked = replace_reviewer(cycle, request_id, found, _desk(form))
        return _done(cycle_id, given.participant_id, asked)
    page = render_template(
        "replacing/replace.html",
        cycle=cycle,
        given=given,
        suggested=queries.suggest(cycle, given),
        form=form,
        group_name=group_name,
        is_open=_is_open(cycle),
    )
    return page, 422 if form.errors else 200


def _named_person(cycle_id: int, form: NameSomebody | AskOneMore) -> Person | None:
    """Whom the form names; where it names nobody, or somebody with too much to do, it says so."""
    if not form.validate_on_submit():
        return None
    found = find_person(form.number.data or "")
    if found is None:
        form.number.errors = [_("Nobody has this staff number or e-mail address.")]
        return None
    if queries.is_overloaded(cycle_id, found.id) and not form.confirms_load.data:
        form.confirms_load.errors = [overload_sentence(found.name)]
        return None
    return found


def _done(cycle_id: int, participant_id: int, outcome: Outcome) -> Response:
    db.session.commit()
    at = outcome.letter_at
    moment = show_moment(at) if at is not None and at > now() else None
    told = outcome.telling is not Telling.NONE
    flash(
        outcome_in_words(outcome.name, how=outcome.telling, moment=moment),
        "message" if told else "warning",
    )
    return redirect(url_for(".participant", cycle_id=cycle_id, participant_id=participant_id))


def _is_open(cycle: Cycle) -> bool:
    return cycle.stage(now()) in {Stage.LAUNCHED, Stage.COLLECTING} and now() < cycle.closes_at


def _launched_or_404(cycle_id: int) -> Cycle:
    """Every cycle is open to everybody in HR; the policy has let nobody else in."""
    cycle = find_cycle(cycle_id)
    return cycle if cycle is not None and cycle.launched_at is not None else abort(404)


def _desk(form: NameSomebody | AskOneMore) -> Desk:
    settings: Settings = current_app.extensions["settings"]
    return Desk(
        link_key=settings.link_key,
        company=settings.company,
        account_id=signed_in_account().id,
        confirms_load=bool(form.confirms_load.data),
    )
