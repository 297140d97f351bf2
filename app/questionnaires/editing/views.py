"""HR changes a draft: its competencies and items, its scale, its comment boxes.

A page that somebody else has saved over comes back with both people's work, and nothing is stored
until it is sent again.
"""

from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.db import db
from app.people.groups import RaterGroup
from app.people.wording import group_name
from app.questionnaires.editing import pages, service
from app.questionnaires.editing.content import NAMES, usual_audience
from app.questionnaires.editing.forms import Sent, read_page, read_row
from app.questionnaires.editing.pages import EditorPage, Shown
from app.questionnaires.editing.rules import Kind, Move, Row, act_of, arranged, faults_of, join
from app.questionnaires.editing.wording import fault_sentence
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import find_version, sizes_of
from app.questionnaires.rules import Audience, VersionState, asked_groups
from app.questionnaires.scales import Preset
from app.questionnaires.wording import (
    advice_on,
    advice_on_forms,
    audience_name,
    form_name,
    preset_name,
)
from app.web.policy import hr_only

bp = Blueprint("editing", __name__, url_prefix="/hr/q/<int:questionnaire_id>")
NEW_COMPETENCY = "questionnaires/new_competency.html"
NO_NAME = Row(kind=Kind.NAME, key=NAMES, values={"zh": "", "en": ""})


@bp.get("/competencies/<int:competency_id>")
@hr_only
def competency(questionnaire_id: int, competency_id: int) -> ResponseReturnValue:
    """The name of a competency and its items."""
    return _open(questionnaire_id, pages.page_of_competency(competency_id))


@bp.post("/competencies/<int:competency_id>")
@hr_only
def save_competency(questionnaire_id: int, competency_id: int) -> ResponseReturnValue:
    return _save(questionnaire_id, pages.page_of_competency(competency_id), _sent())


@bp.get("/scale")
@hr_only
def scale(questionnaire_id: int) -> ResponseReturnValue:
    """The name of the questionnaire and the labels of its five levels."""
    return _open(questionnaire_id, pages.page_of_scale())


@bp.post("/scale")
@hr_only
def save_scale(questionnaire_id: int) -> ResponseReturnValue:
    sent, pressed = _sent(), request.form.get("act", "")
    if pressed in set(Preset):
        sent = pages.with_preset(sent, Preset(pressed))
    return _save(questionnaire_id, pages.page_of_scale(), sent)


@bp.get("/comments")
@hr_only
def comments(questionnaire_id: int) -> ResponseReturnValue:
    """The comment boxes of both audiences, and what stands above them."""
    return _open(questionnaire_id, pages.page_of_comments())


@bp.post("/comments")
@hr_only
def save_comments(questionnaire_id: int) -> ResponseReturnValue:
    return _save(questionnaire_id, pages.page_of_comments(), _sent())


@bp.get("/competencies")
@hr_only
def new_competency(questionnaire_id: int) -> str:
    """A name for one more competency; its items come on the next page."""
    draft = _draft_or_404(questionnaire_id)
    return _render(draft, NEW_COMPETENCY, pages.fresh([NO_NAME], draft.revision))


@bp.post("/competencies")
@hr_only
def add_competency(questionnaire_id: int) -> ResponseReturnValue:
    draft = _draft_or_404(questionnaire_id)
    name = read_row(request.form, Kind.NAME, NAMES)
    faults = faults_of([name])
    if faults:
        sent = Sent(rows=[name], seen={}, revision=draft.revision, act=None)
        return _render(draft, NEW_COMPETENCY, pages.refused(sent, faults)), 422
    made = service.add_competency(draft, name, account_id=_account_id())
    db.session.commit()
    return redirect(
        url_for(".competency", questionnaire_id=questionnaire_id, competency_id=made.id)
    )


@bp.post("/competencies/<int:competency_id>/place")
@hr_only
def move_competency(questionnaire_id: int, competency_id: int) -> ResponseReturnValue:
    """One place up or down, or out of the draft with all its items."""
    draft = _draft_or_404(questionnaire_id)
    moved = pages.find_competency(draft, competency_id) or abort(404)
    act = act_of(f"{request.form.get('act', '')}:") or abort(400)
    service.move_competency(draft, moved, act.move, revision=_revision(), account_id=_account_id())
    db.session.commit()
    place = None if act.move is Move.REMOVE else f"competency-{competency_id}"
    return redirect(
        url_for("questionnaires.show", questionnaire_id=questionnaire_id, _anchor=place)
    )


@bp.post("/discard")
@hr_only
def discard(questionnaire_id: int) -> ResponseReturnValue:
    """Delete the draft; the version before it stays."""
    draft = _draft_or_404(questionnaire_id)
    version = draft.version
    service.discard(draft, revision=_revision(), account_id=_account_id())
    db.session.commit()
    flash(_("The draft of version %(version)s is deleted.", version=version))
    return redirect(url_for("questionnaires.browse"))


def _open(questionnaire_id: int, page: EditorPage) -> ResponseReturnValue:
    draft = _draft_or_404(questionnaire_id)
    rows = page.rows(draft)
    if rows is None:
        abort(404)
    return _render(draft, page.template, pages.fresh(rows, draft.revision))


def _save(questionnaire_id: int, page: EditorPage, sent: Sent) -> ResponseReturnValue:
    version = _version_or_404(questionnaire_id)
    if page.rows(version) is None or version.state is not VersionState.DRAFT:
        return _gone(version, sent)
    faults = faults_of(arranged(sent.rows, sent.act))  # what goes out need not be right
    if faults:
        return _render(version, page.template, pages.refused(sent, faults)), 422
    if not page.save(version, sent, _account_id()):
        db.session.rollback()
        return _save_again(questionnaire_id, page, sent)
    db.session.commit()
    flash(_("Saved."))
    place = sent.act.key if sent.act and sent.act.move is not Move.REMOVE else None
    return redirect(request.path + (f"#row-{place}" if place else ""))


def _save_again(questionnaire_id: int, page: EditorPage, sent: Sent) -> ResponseReturnValue:
    """Somebody else was first: show what both have made of it."""
    version = _version_or_404(questionnaire_id)
    stored = page.rows(version)
    if stored is None or version.state is not VersionState.DRAFT:
        return _gone(version, sent)
    rows = join(sent.rows, sent.seen, stored)
    return _render(version, page.template, pages.stale(rows, stored, version.revision)), 409


def _gone(version: Questionnaire, sent: Sent) -> ResponseReturnValue:
    """What was typed, for copying: its place is no more, or is published."""
    db.session.rollback()
    page = "questionnaires/gone.html"
    return render_template(page, questionnaire=version, rows=sent.rows), 409


def _render(draft: Questionnaire, template: str, shown: Shown) -> str:
    competency_id = (request.view_args or {}).get("competency_id", 0)
    return render_template(
        template,
        questionnaire=draft,
        competency=pages.find_competency(draft, competency_id),
        shown=shown,
        with_blank=partial(pages.with_blank, audience=usual_audience(draft)),
        sizes=sizes_of(draft.competencies),
        advice=advice_on(draft.competencies),
        form_advice=advice_on_forms(draft),
        form_name=form_name,
        group_name=group_name,
        groups=list(RaterGroup),
        stored_groups=_stored_groups,
        audiences=list(Audience),
        kinds=Kind,
        audience_name=audience_name,
        fault_sentence=fault_sentence,
        presets=list(Preset),
        preset_name=preset_name,
    )


def _stored_groups(asked: str) -> str:
    return form_name(asked_groups(asked))


def _sent() -> Sent:
    return read_page(request.form)


def _revision() -> int:
    return request.form.get("revision", 0, type=int)


def _account_id() -> int:
    return signed_in_account().id


def _version_or_404(questionnaire_id: int) -> Questionnaire:
    """Every questionnaire is open to everybody in HR; the policy has let nobody else in."""
    return find_version(questionnaire_id) or abort(404)


def _draft_or_404(questionnaire_id: int) -> Questionnaire:
    """A version that can be changed; another is refused with the reason."""
    version = _version_or_404(questionnaire_id)
    service.refuse_unless_draft(version)
    return version
