"""HR begins a questionnaire of its own."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.db import db
from app.questionnaires.editing import pages
from app.questionnaires.editing.content import NAMES
from app.questionnaires.editing.forms import Sent, read_row
from app.questionnaires.editing.pages import Shown
from app.questionnaires.editing.rules import Kind, Row, faults_of
from app.questionnaires.editing.wording import fault_sentence
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import find_version
from app.questionnaires.rules import Audience
from app.questionnaires.starting import service
from app.questionnaires.wording import audience_name
from app.web.policy import hr_only

bp = Blueprint("starting", __name__, url_prefix="/hr/q/new")
EMPTY = "empty"
NO_NAME = Row(kind=Kind.NAME, key=NAMES, values={"zh": "", "en": ""})


@bp.get("")
@hr_only
def ask() -> str:
    """Its names, what it begins with, and for whom it is."""
    return _page(pages.fresh([NO_NAME], 0), source=EMPTY, audiences=list(Audience))


@bp.post("")
@hr_only
def start() -> ResponseReturnValue:
    name = read_row(request.form, Kind.NAME, NAMES)
    source = request.form.get("source", EMPTY)
    audiences = [one for one in Audience if one in request.form.getlist("audience")]
    faults = faults_of([name])
    nobody = source == EMPTY and not audiences
    if faults or nobody:
        sent = Sent(rows=[name], seen={}, revision=0, act=None)
        page = _page(pages.refused(sent, faults), source=source, audiences=audiences, nobody=nobody)
        return page, 422
    draft = _started(name, source, audiences)
    db.session.commit()
    flash(_("The questionnaire is begun. It is a draft: nobody is asked anything yet."))
    return redirect(url_for("questionnaires.show", questionnaire_id=draft.id))


def _started(name: Row, source: str, audiences: list[Audience]) -> Questionnaire:
    zh, en, account_id = name.values["zh"], name.values["en"], signed_in_account().id
    if source == EMPTY:
        return service.start_empty(zh, en, audiences=audiences, account_id=account_id)
    copied = find_version(int(source)) if source.isascii() and source.isdigit() else None
    return service.start_as_copy(copied or abort(404), zh, en, account_id=account_id)


def _page(shown: Shown, *, source: str, audiences: list[Audience], nobody: bool = False) -> str:
    return render_template(
        "questionnaires/new.html",
        shown=shown,
        source=source,
        sources=service.list_sources(),
        chosen=audiences,
        nobody=nobody,
        audiences=list(Audience),
        audience_name=audience_name,
        fault_sentence=fault_sentence,
    )
