"""The plan of a person, for them and their manager; and the freeze, which makes the plan."""

from datetime import date

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.clock import now
from app.config import Settings
from app.db import db
from app.interviews.queries import find_for_manager
from app.interviews.service import IncompleteRecordError
from app.plans import queries, service
from app.plans.models import CheckIn, GoalStatus
from app.plans.rules import Answers, CheckInFault, faults_of
from app.plans.wording import fault_sentence, status_name
from app.web.policy import signed_in

bp = Blueprint("plans", __name__)
EMPTY = Answers(status="", done="", result="", next_step="")


@bp.app_context_processor
def words() -> dict[str, object]:
    """What the templates of plans say with words of their own."""
    return {
        "goal_status_name": status_name,
        "goal_statuses": list(GoalStatus),
        "check_in_fault": fault_sentence,
    }


@bp.post("/m/p/<int:participant_id>/record/freeze")
@signed_in
def freeze(participant_id: int) -> ResponseReturnValue:
    """Freeze the record and begin its plan; a record with gaps is refused with all of them."""
    account = signed_in_account()
    interview = find_for_manager(participant_id, account.id) or abort(404)
    settings: Settings = current_app.extensions["settings"]
    try:
        version = service.freeze_record_with_plan(
            interview,
            account=account,
            revision=request.form.get("revision", 0, type=int),
            company=settings.company,
            public_url=settings.public_url,
        )
    except IncompleteRecordError as refusal:
        db.session.rollback()
        return render_template(
            "interviews/incomplete.html", participant_id=participant_id, gaps=refusal.gaps
        ), 422
    number = version.version
    db.session.commit()
    flash(_("Frozen as version %(version)s. The employee is asked to answer.", version=number))
    return redirect(url_for("interviews.write", participant_id=participant_id))


@bp.get("/me/plan")
@signed_in
def own() -> ResponseReturnValue:
    return _own_page()


@bp.post("/me/plan/<int:check_in_id>/checkin")
@signed_in
def check_in(check_in_id: int) -> ResponseReturnValue:
    found = queries.find_check_in_for_employee(check_in_id, signed_in_account().id) or abort(404)
    answers = service.answers_of(request.form)
    faults = faults_of(answers, GoalStatus)
    if faults:
        return _own_page(check_in_id, answers, faults), 422
    _store(found, answers)
    return redirect(url_for(".own"))


@bp.get("/m/p/<int:participant_id>/plan")
@signed_in
def of_team(participant_id: int) -> ResponseReturnValue:
    return _team_page(participant_id)


@bp.post("/m/p/<int:participant_id>/plan/<int:check_in_id>/checkin")
@signed_in
def check_in_for_team(participant_id: int, check_in_id: int) -> ResponseReturnValue:
    account_id = signed_in_account().id
    found = queries.find_check_in_for_manager(check_in_id, participant_id, account_id) or abort(404)
    answers = service.answers_of(request.form)
    faults = faults_of(answers, GoalStatus)
    if faults:
        return _team_page(participant_id, check_in_id, answers, faults), 422
    _store(found, answers)
    return redirect(url_for(".of_team", participant_id=participant_id))


def _store(found: CheckIn, answers: Answers) -> None:
    account = signed_in_account()
    person_id = queries.find_person_id(account.id)
    service.fill_in(found, answers, person_id=person_id, account=account)
    db.session.commit()
    flash(_("The check-in is recorded."))


def _own_page(
    refused_id: int = 0, answers: Answers = EMPTY, faults: list[CheckInFault] | None = None
) -> str:
    return render_template(
        "plans/own.html",
        plans=queries.list_own_plans(signed_in_account().id, _today()),
        refused_id=refused_id,
        answers=answers,
        faults=faults or [],
    )


def _team_page(
    participant_id: int,
    refused_id: int = 0,
    answers: Answers = EMPTY,
    faults: list[CheckInFault] | None = None,
) -> str:
    account_id = signed_in_account().id
    plan = queries.find_plan_for_manager(participant_id, account_id, _today()) or abort(404)
    return render_template(
        "plans/of_team.html",
        plan=plan,
        refused_id=refused_id,
        answers=answers,
        faults=faults or [],
    )


def _today() -> date:
    return now().date()
