"""HR looks at the forms of a version as reviewers will, on a page as wide as a phone.

It is the reviewer's own template with a made-up person. What is typed there is stored nowhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from app.feedback.answers import missing_fields, read_body
from app.feedback.blanks import blank_of
from app.feedback.pages import places_of
from app.feedback.previewing.sample import Sample, groups_of, sample_of, scheme_with
from app.feedback.visits import page
from app.people.groups import RaterGroup
from app.people.wording import group_name
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import find_version
from app.schemes.models import Scheme
from app.web.headers import hold_frames, show_in_frame
from app.web.language import LANGUAGES, language
from app.web.policy import hr_only

bp = Blueprint("previewing", __name__, url_prefix="/hr/q/<int:questionnaire_id>/preview")
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Whose form is looked at, in which language."""

    questionnaire: Questionnaire
    scheme: Scheme
    groups: Sequence[RaterGroup]
    group: RaterGroup
    lang: str

    def address(self, endpoint: str, *, group: RaterGroup | None = None, lang: str = "") -> str:
        return url_for(
            endpoint,
            questionnaire_id=self.questionnaire.id,
            group=group or self.group,
            language=lang or self.lang,
        )


@bp.get("")
@hr_only
def show(questionnaire_id: int) -> str:
    """The form in a frame, and beside it every relation and both languages to choose from."""
    choice = _choice_or_404(questionnaire_id)
    hold_frames()
    return render_template(
        "questionnaires/preview.html",
        questionnaire=choice.questionnaire,
        choice=choice,
        sizes={group: sample_of(choice.scheme, group).form for group in choice.groups},
        group_name=group_name,
        languages=LANGUAGE_NAMES,
    )


@bp.get("/form")
@hr_only
def form(questionnaire_id: int) -> Response:
    """What stands in the frame; on a phone it fills the screen as it would a reviewer's."""
    return _form(_choice_or_404(questionnaire_id), {})


@bp.post("/form")
@hr_only
def send(questionnaire_id: int) -> Response:
    """Say what is missing as a reviewer would be told it. Nothing is stored."""
    choice = _choice_or_404(questionnaire_id)
    with force_locale(choice.lang):
        sample = sample_of(choice.scheme, choice.group)
    body = read_body(sample.form.shape, request.form.items())
    places = places_of(sample.form)
    missing = [places[name] for name in body.missing(sample.form.shape)]
    if missing and request.form.get("action", "submit") == "submit":
        return _form(choice, body.values, missing, status=422)
    return _framed(choice, "preview_end.html", sample)


@bp.post("/save")
@hr_only
def save(questionnaire_id: int) -> ResponseReturnValue:
    """What the form's script calls while somebody types: answered, and forgotten."""
    _version_or_404(questionnaire_id)
    return Response(status=204, headers={"X-Revision": "0"})


def _form(
    choice: Choice, values: Mapping[str, str], missing: Sequence[str] = (), *, status: int = 200
) -> Response:
    with force_locale(choice.lang):
        sample = sample_of(choice.scheme, choice.group)
        questions = blank_of(sample.form).filled(values, missing)
    shape = sample.form.shape
    return _framed(
        choice,
        "preview.html",
        sample,
        status,
        form=sample.form,
        questions=questions,
        notice=sample.notice,
        values=values,
        missing=missing,
        answered=len(shape.items) - len(missing_fields(shape, values)),
        revision=0,
        problems=[],
        hints={},
        hinted=False,
        opened=0,
        filled_elsewhere=False,
        again=False,
        sent=None,
        next_one=None,
    )


def _framed(
    choice: Choice, template: str, sample: Sample, status: int = 200, **values: object
) -> Response:
    """A page of the reviewer's, in the language that is looked at, whatever HR's own is."""
    show_in_frame()
    other = next(lang for lang in LANGUAGES if lang != choice.lang)
    switch = (other, LANGUAGE_NAMES[other], choice.address(".form", lang=other))
    with force_locale(choice.lang):
        return page(
            template,
            status,
            visit=sample.visit,
            asked=sample.asked,
            choice=choice,
            language_switch=lambda: switch,
            consent_place=lambda _visit: None,  # nobody real is asked who could take it back
            **values,
        )


def _choice_or_404(questionnaire_id: int) -> Choice:
    """What the address asks for; a relation or language that it does not name is the first."""
    questionnaire = _version_or_404(questionnaire_id)
    scheme = scheme_with(questionnaire)
    groups = groups_of(scheme)
    asked, lang = request.args.get("group"), request.args.get("language")
    return Choice(
        questionnaire=questionnaire,
        scheme=scheme,
        groups=groups,
        group=next((group for group in groups if group == asked), groups[0]),
        lang=lang if lang in LANGUAGES else language(),
    )


def _version_or_404(questionnaire_id: int) -> Questionnaire:
    """Every questionnaire is open to everybody in HR; the policy has let nobody else in."""
    return find_version(questionnaire_id) or abort(404)
