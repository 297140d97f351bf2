"""HR's pages on questionnaires: which there are, what each version asks, and the next version."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.db import db
from app.people.groups import RaterGroup
from app.people.wording import group_name
from app.questionnaires import service
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import find_version, list_newest, list_versions, sizes_of
from app.questionnaires.rules import VersionState
from app.questionnaires.wording import (
    advice_on,
    advice_on_forms,
    asked_of,
    form_name,
    state_name,
    state_sentence,
)
from app.web.policy import hr_only

bp = Blueprint("questionnaires", __name__, url_prefix="/hr/q")


@bp.get("")
@hr_only
def browse() -> str:
    return render_template(
        "questionnaires/browse.html",
        lines=list_newest(),
        form_name=form_name,
        state_name=state_name,
    )


@bp.get("/<int:questionnaire_id>")
@hr_only
def show(questionnaire_id: int) -> str:
    """One version: what it asks whom, on which scale, and the versions before and after it."""
    questionnaire = _version_or_404(questionnaire_id)
    versions = list_versions(questionnaire.code)
    return render_template(
        "questionnaires/show.html",
        questionnaire=questionnaire,
        sizes=sizes_of(questionnaire.competencies),
        versions=versions,
        advice=advice_on(questionnaire.competencies),
        form_advice=advice_on_forms(questionnaire),
        draft=next((row for row in versions if row.state is VersionState.DRAFT), None),
        asked_of=asked_of,
        form_name=form_name,
        group_name=group_name,
        groups=list(RaterGroup),
        state_name=state_name,
        state_sentence=state_sentence,
    )


@bp.post("/<int:questionnaire_id>/versions")
@hr_only
def make_version(questionnaire_id: int) -> ResponseReturnValue:
    """Copy a version as the draft of the next one, or go to the draft that there is."""
    source = _version_or_404(questionnaire_id)
    draft = service.make_new_version(source, account_id=signed_in_account().id)
    db.session.commit()
    flash(_("This is the draft of version %(version)s.", version=draft.version))
    return redirect(url_for(".show", questionnaire_id=draft.id))


def _version_or_404(questionnaire_id: int) -> Questionnaire:
    """Every questionnaire is open to everybody in HR; the policy has let nobody else in."""
    return find_version(questionnaire_id) or abort(404)
