"""HR lets a scheme ask with a questionnaire, having seen what is scored in place of what."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.cycles.adopting.rules import ChoiceProblem, problems_of, proposed, scored_elements
from app.cycles.adopting.service import adopt, offered_by
from app.cycles.publishing.queries import list_waiting
from app.db import db
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import find_version
from app.questionnaires.rules import VersionState
from app.schemes.models import Scheme
from app.schemes.service import list_schemes
from app.web.policy import hr_only

bp = Blueprint("adopting", __name__, url_prefix="/hr/q/<int:questionnaire_id>/schemes")


@bp.get("")
@hr_only
def browse(questionnaire_id: int) -> str:
    """Every scheme, with the questionnaire that it asks with now."""
    return render_template(
        "questionnaires/schemes.html",
        questionnaire=_published_or_404(questionnaire_id),
        schemes=list_schemes(),
    )


@bp.get("/<int:scheme_id>")
@hr_only
def choose(questionnaire_id: int, scheme_id: int) -> str:
    """Which competency is scored in place of which."""
    version, scheme = _published_or_404(questionnaire_id), _scheme_or_404(scheme_id)
    chosen = proposed(scheme.definition, offered_by(version))
    return _page(version, scheme, chosen, {})


@bp.post("/<int:scheme_id>")
@hr_only
def send(questionnaire_id: int, scheme_id: int) -> ResponseReturnValue:
    version, scheme = _published_or_404(questionnaire_id), _scheme_or_404(scheme_id)
    ids = [str(row["id"]) for row in scored_elements(scheme.definition)]
    chosen = {name: request.form.get(f"element-{name}", "") for name in ids}
    codes = [one.code for one in offered_by(version)]
    problems = problems_of(scheme.definition, chosen, codes)
    if problems:
        return _page(version, scheme, chosen, problems), 422
    cycle_ids = request.form.getlist("cycle", type=int)
    adopt(version, scheme, chosen, cycle_ids=cycle_ids, account_id=signed_in_account().id)
    db.session.commit()
    flash(_("The scheme asks with this questionnaire from now on."))
    return redirect(url_for(".browse", questionnaire_id=questionnaire_id))


def _page(
    version: Questionnaire,
    scheme: Scheme,
    chosen: Mapping[str, str],
    problems: Mapping[str, ChoiceProblem],
) -> str:
    return render_template(
        "questionnaires/adopt.html",
        questionnaire=version,
        scheme=scheme,
        elements=scored_elements(scheme.definition),
        offered=offered_by(version),
        chosen=chosen,
        problems=problems,
        waiting=list_waiting([scheme.code]),
        ticked=request.form.getlist("cycle") if request.method == "POST" else None,
    )


def _published_or_404(questionnaire_id: int) -> Questionnaire:
    """Every questionnaire is open to everybody in HR; a draft can be asked with by nobody."""
    version = find_version(questionnaire_id)
    return version if version and version.state is not VersionState.DRAFT else abort(404)


def _scheme_or_404(scheme_id: int) -> Scheme:
    """The newest version of any scheme."""
    return next((row for row in list_schemes() if row.id == scheme_id), None) or abort(404)
