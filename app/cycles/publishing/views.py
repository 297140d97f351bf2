"""HR publishes a draft, having seen what follows from it."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.cycles.publishing.queries import list_waiting
from app.cycles.publishing.service import findings_of, publish
from app.cycles.publishing.wording import finding_sentence
from app.db import db
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import find_version, sizes_of
from app.questionnaires.rules import VersionState
from app.questionnaires.wording import advice_on, advice_on_forms, form_name
from app.schemes.service import list_schemes_asking
from app.web.language import language
from app.web.policy import hr_only

bp = Blueprint("publishing", __name__, url_prefix="/hr/q/<int:questionnaire_id>/publish")


@bp.get("")
@hr_only
def consider(questionnaire_id: int) -> ResponseReturnValue:
    """What stands in the way, and what follows where nothing does."""
    version = _version_or_404(questionnaire_id)
    if version.state is not VersionState.DRAFT:
        return redirect(url_for("questionnaires.show", questionnaire_id=questionnaire_id))
    schemes = list_schemes_asking(version.code)
    findings = findings_of(version, schemes)
    return render_template(
        "questionnaires/publish.html",
        questionnaire=version,
        sizes=sizes_of(version.competencies),
        form_name=form_name,
        form_advice=_form_advice(version),
        in_the_way=[finding_sentence(row, schemes) for row in findings],
        advised=len(advice_on(version.competencies)),
        schemes=schemes,
        waiting=list_waiting([scheme.code for scheme in schemes]),
    )


@bp.post("")
@hr_only
def send(questionnaire_id: int) -> ResponseReturnValue:
    version = _version_or_404(questionnaire_id)
    publish(
        version,
        list_schemes_asking(version.code),
        revision=request.form.get("revision", 0, type=int),
        cycle_ids=request.form.getlist("cycle", type=int),
        account_id=signed_in_account().id,
    )
    db.session.commit()
    flash(_("Version %(version)s is published.", version=version.version))
    return redirect(url_for("questionnaires.show", questionnaire_id=questionnaire_id))


def _form_advice(version: Questionnaire) -> list[tuple[str, list[str]]]:
    """Name of a competency → what to look at twice in who is asked it; no name: whole forms."""
    found = advice_on_forms(version)
    zh = language() == "zh"
    names = {row.code: row.name_zh if zh else row.name_en for row in version.competencies}
    return [(names.get(code, ""), lines) for code, lines in found.items()]


def _version_or_404(questionnaire_id: int) -> Questionnaire:
    """Every questionnaire is open to everybody in HR; the policy has let nobody else in."""
    return find_version(questionnaire_id) or abort(404)
