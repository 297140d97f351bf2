"""HR looks through all competencies, and takes one with its items into a draft."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.db import db
from app.questionnaires.editing.service import refuse_unless_draft
from app.questionnaires.library import service
from app.questionnaires.library.queries import content_of, find_published, list_entries
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import find_version
from app.questionnaires.wording import form_name
from app.web.policy import hr_only

bp = Blueprint("library", __name__, url_prefix="/hr/q")


@bp.get("/library")
@hr_only
def browse() -> str:
    """All competencies, each with its items and where it is used."""
    return _page(None)


@bp.get("/<int:questionnaire_id>/library")
@hr_only
def choose(questionnaire_id: int) -> str:
    """The same, with a button beside each that takes it into the draft."""
    return _page(_draft_or_404(questionnaire_id))


@bp.post("/<int:questionnaire_id>/library/<int:competency_id>")
@hr_only
def take(questionnaire_id: int, competency_id: int) -> ResponseReturnValue:
    draft = _draft_or_404(questionnaire_id)
    source = find_published(competency_id) or abort(404)
    taken, is_new = service.take_into(draft, source, account_id=signed_in_account().id)
    db.session.commit()
    if is_new:
        flash(_("The competency is in the draft, with its items."))
    elif content_of(taken) == content_of(source):
        flash(_("The draft has this competency already, with the same items. Nothing was changed."))
    else:
        flash(
            _(
                "The draft has another competency with this name, with other items. Rename it to "
                "take this one too. Nothing was changed."
            )
        )
    return redirect(
        url_for(
            "questionnaires.show",
            questionnaire_id=questionnaire_id,
            _anchor=f"competency-{taken.id}",
        )
    )


def _page(draft: Questionnaire | None) -> str:
    present = {(row.name_zh, row.name_en): row for row in draft.competencies} if draft else {}
    return render_template(
        "questionnaires/library.html",
        draft=draft,
        entries=list_entries(),
        present=present,
        content_of=content_of,
        form_name=form_name,
    )


def _draft_or_404(questionnaire_id: int) -> Questionnaire:
    """A version that can be changed; another is refused with the reason."""
    version = find_version(questionnaire_id) or abort(404)
    refuse_unless_draft(version)
    return version
