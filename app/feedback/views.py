"""The reviewer's forms: the list of people, one page per person, the end."""

import secrets
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError

from app.clock import now
from app.db import db
from app.feedback import astray, drafts, submissions
from app.feedback.answers import Body, DraftState, missing_fields, read_body
from app.feedback.blanks import NOTHING, blank_form
from app.feedback.callers import Asked
from app.feedback.comparing.pages import may_compare
from app.feedback.hinting.service import hints_for
from app.feedback.measuring.wording import ease_names
from app.feedback.models import RequestState
from app.feedback.notices import notice_about
from app.feedback.pages import FormPage, Visit, form_page, places_of
from app.feedback.relations.queries import find_claim
from app.feedback.rules import Door
from app.feedback.sending import (
    COPY_CHARACTERS,
    base_sent,
    copy_sent,
    opened_sent,
    reason_sent,
    sent_fields,
)
from app.feedback.submissions import MovedError, TooLateError
from app.feedback.submitting.service import Filled, ensure_open, submit_one
from app.feedback.visits import (
    PRESSES,
    NoEntryError,
    asks_for_language,
    carried_fields,
    door_page,
    find_asked,
    page,
    serve_reviewers,
    show_no_entry,
    show_withdrawn,
    visit_by_cookie,
    whose_link,
)
from app.feedback.wording import (
    deadline_in_words,
    groups_in_row,
    names_in_row,
    reasons_to_decline,
    role_of_reader,
    said_of,
)
from app.people.wording import group_name
from app.web.limits import at_most
from app.web.policy import link

bp = Blueprint("feedback", __name__, url_prefix="/r")
serve_reviewers(bp)

for phrase in (deadline_in_words, group_name, groups_in_row, names_in_row, role_of_reader):
    bp.add_app_template_global(phrase)

INSIDE = (Door.OPEN, Door.DONE, Door.DECLINED, Door.NOBODY)
SAVES = "240 per minute"  # of one reviewer: a whole office may share an address


@bp.get("")
@link
def list_people() -> ResponseReturnValue:
    visit = visit_by_cookie(*INSIDE)
    saved = "saved" in request.args
    return page(
        "list.html",
        visit=visit,
        saved=saved,
        submitted=_told("submitted", visit),
        before=_told("before", visit),
        may_compare=may_compare(visit),
    )


@bp.get("/p/<int:number>")
@link
def fill_in(number: int) -> ResponseReturnValue:
    visit, asked = find_asked(number, *INSIDE)
    if asked.is_sent:
        return page("receipt.html", visit=visit, asked=asked, claim=find_claim(asked.id))
    if asked.state is RequestState.DECLINED:
        return page("declined.html", visit=visit, asked=asked)
    draft = drafts.read_draft(visit.token, asked.id) if asked.touched_at else DraftState()
    values, revision = draft.values, draft.revision
    form = form_page(visit, asked)
    opened = 0 if revision else int(now().timestamp())
    return _form(visit, asked, form, values, revision=revision, opened=opened)


@bp.post("/p/<int:number>")
@link
@at_most(SAVES, key=whose_link)
def send(number: int) -> ResponseReturnValue:
    """Submit the form, or keep it for later. Whatever is not submitted is saved."""
    if asks_for_language():
        return _as_sent(number)
    visit, asked = find_asked(number, *INSIDE, hold_round=True)
    if asked.is_sent:
        return _go_on(visit, asked, first=False)
    form = form_page(visit, asked)
    body = read_body(form.shape, request.form.items())
    action = request.form.get("action", "submit")
    is_told = action == "submit_anyway" or "prompted" in request.form
    is_complete = is_told or not body.missing(form.shape)
    hints = {} if action == "save" or body.problems else _hints(visit, asked, form, body)
    if action == "save" or body.problems or not is_complete or hints:
        leave = action == "save" and not body.problems
        return _keep(visit, asked, form, body, leave=leave, hints=hints)
    try:
        first = submit_one(visit, _filled(asked, form, body), now=now())
    except drafts.NewerAnswersError as stale:
        db.session.rollback()
        values = {**body.values, **stale.newer}
        return _form(
            visit, asked, form, values, 422, revision=stale.revision, filled_elsewhere=True
        )
    db.session.commit()
    return _go_on(visit, asked, first=first)


@bp.post("/p/<int:number>/save")
@link
@at_most(SAVES, key=whose_link)
def save(number: int) -> ResponseReturnValue:
    """Autosave of the changed fields: 204, or 410 after the submission.

    What other copies changed comes back: 200 beside what was saved, 409 instead of some of it.
    """
    visit, asked = find_asked(number, *INSIDE, hold_round=True)
    form = form_page(visit, asked)
    sent = sent_fields()
    if sent is None:
        return jsonify(problems={"body": "malformed"}), 400
    fields, base, copy = sent
    body = read_body(form.shape, fields)
    if body.problems:
        return jsonify(problems=body.problems), 422
    saved = _save(visit, asked, body.values, base=base, copy=copy)
    db.session.commit()
    if saved is None:
        return jsonify(submitted=True), 410
    response = jsonify(newer=saved.newer) if saved.newer else Response(status=204)
    if not body.values.keys().isdisjoint(saved.newer):
        response.status_code = 409
    response.headers["X-Revision"] = str(saved.draft.revision)
    return response


@bp.get("/p/<int:number>/decline")
@link
def consider_declining(number: int) -> ResponseReturnValue:
    visit, asked = find_asked(number, *INSIDE)
    if not asked.is_open or asked.reopened:
        return redirect(url_for(".fill_in", number=asked.number))
    return page("decline.html", visit=visit, asked=asked, reasons=reasons_to_decline())


@bp.post("/p/<int:number>/decline")
@link
@at_most(PRESSES, key=whose_link)
def decline(number: int) -> ResponseReturnValue:
    _visit, asked = find_asked(number, *INSIDE)
    submissions.decline(asked.id, reason_sent())
    db.session.commit()
    return redirect(url_for(".fill_in", number=asked.number), 303)


@bp.post("/p/<int:number>/take-part")
@link
@at_most(PRESSES, key=whose_link)
def take_part(number: int) -> ResponseReturnValue:
    """Undo a decline, until the deadline."""
    visit, asked = find_asked(number, *INSIDE)
    submissions.take_back_decline(visit.reviewer, asked.id)
    db.session.commit()
    return redirect(url_for(".fill_in", number=asked.number), 303)


@bp.route("/decline", methods=["GET", "POST"])
@link
@at_most(PRESSES, key=whose_link)
def decline_all() -> ResponseReturnValue:
    visit = visit_by_cookie(Door.OPEN)
    if request.method == "GET":
        back = url_for(".list_people")
        return page("decline_all.html", visit=visit, back=back, reasons=reasons_to_decline())
    submissions.decline_all(visit.reviewer, reason_sent())
    db.session.commit()
    return redirect(url_for(".list_people"), 303)


@bp.get("/done")
@link
def done() -> ResponseReturnValue:
    visit = visit_by_cookie(*INSIDE)
    if visit.open_ones:
        return redirect(url_for(".list_people"))
    before = _told("before", visit)
    return page("done.html", visit=visit, before=before, ease_names=ease_names)


@bp.errorhandler(TooLateError)
@bp.errorhandler(drafts.StaleLinkError)
def show_too_late(_error: TooLateError | drafts.StaleLinkError) -> ResponseReturnValue:
    """The round ended between the page and its answer, or HR mailed a new link."""
    db.session.rollback()
    return door_page(visit_by_cookie(*Door, even_withdrawn=True))


@bp.errorhandler(CSRFError)
@bp.errorhandler(MovedError)
@bp.errorhandler(SQLAlchemyError)
def show_again(error: CSRFError | MovedError | SQLAlchemyError) -> ResponseReturnValue:
    """The page was stale or we failed: show the form again with everything that was typed."""
    db.session.rollback()
    status = {CSRFError: 400, MovedError: 409}.get(type(error), 503)
    number = (request.view_args or {}).get("number")
    if number is None or request.endpoint != "feedback.send":
        return astray.show_again(status)
    try:
        return _as_sent(number, status, again=True)
    except NoEntryError as no_entry:
        return show_no_entry(no_entry)
    except drafts.WithdrawnError as withdrawn:
        return show_withdrawn(withdrawn)
    except SQLAlchemyError:
        return page("again.html", 503, carried=carried_fields())


def _as_sent(number: int, status: int = 200, *, again: bool = False) -> ResponseReturnValue:
    """The form with all that was typed, where it is not submitted; nothing is done with it.

    `again` asks to send it once more. Else it is read in another language: what was pointed at in
    the one before will be pointed at once more.
    """
    visit, asked = find_asked(number, *INSIDE)
    if asked.is_sent:
        return redirect(url_for(".fill_in", number=asked.number), 303)
    if not asked.is_open:  # declined elsewhere: the words are kept for a change of mind
        return page("again.html", status, visit=visit, carried=carried_fields())
    form = form_page(visit, asked)
    body = read_body(form.shape, request.form.items())
    return _form(
        visit,
        asked,
        form,
        body.values,
        status,
        revision=base_sent(),
        again=again,
        hinted=again and "hinted" in request.form,
        prompted=again and "prompted" in request.form,
    )


def _filled(asked: Asked, form: FormPage, body: Body) -> Filled:
    """The form as it was sent."""
    return Filled(
        asked=asked,
        form=form,
        values=body.values,
        base=base_sent(),
        copy=copy_sent(),
        opened=opened_sent(),
    )


def _save(
    visit: Visit, asked: Asked, changes: Mapping[str, str], *, base: int, copy: str
) -> drafts.Saved | None:
    moment = now()
    ensure_open(visit, now=moment)
    return drafts.save_draft(
        token=visit.token,
        request_id=asked.id,
        changes=changes,
        base=base,
        now=moment,
        copy=copy,
    )


def _hints(visit: Visit, asked: Asked, form: FormPage, body: Body) -> Mapping[str, str]:
    """Words that could identify the writer; told once, so that they never stand in the way."""
    return {} if "hinted" in request.form else hints_for(visit, asked, form, body.values)


def _keep(
    visit: Visit,
    asked: Asked,
    form: FormPage,
    body: Body,
    *,
    leave: bool,
    hints: Mapping[str, str],
) -> ResponseReturnValue:
    """Save what is sound; then leave as asked, or show what is wrong, missing, newer or telling."""
    sound = {name: text for name, text in body.values.items() if name not in body.problems}
    saved = _save(visit, asked, sound, base=base_sent(), copy=copy_sent())
    db.session.commit()
    if saved is None:
        return _go_on(visit, asked, first=False)
    refused = leave and not sound.keys().isdisjoint(saved.newer)
    if leave and not refused:
        return redirect(url_for(".list_people", saved=1), 303)
    too_long = {name: text for name, text in body.values.items() if name in body.problems}
    values = {**saved.draft.values, **too_long}
    places = places_of(form)
    missing = [places[name] for name in missing_fields(form.shape, values) if not refused]
    problems = [places[name] for name in body.problems if name in places]
    return _form(
        visit,
        asked,
        form,
        values,
        422,
        revision=saved.draft.revision,
        missing=missing,
        problems=problems,
        hints=hints,
        filled_elsewhere=bool(saved.newer) or not (missing or problems or hints),
    )


def _form(
    visit: Visit,
    asked: Asked,
    form: FormPage,
    values: Mapping[str, str],
    status: int = 200,
    *,
    opened: int = 0,
    missing: Sequence[str] = (),
    problems: Sequence[str] = (),
    hints: Mapping[str, str] = NOTHING,
    **notes: object,
) -> Response:
    blank = blank_form(visit, asked)
    told = {name: name in request.form for name in ("hinted", "prompted")}
    shown = {"filled_elsewhere": False, "again": False, **told}
    return page(
        "form.html",
        status,
        visit=visit,
        asked=asked,
        form=form,
        questions=blank.filled(values, missing, said_of(hints, too_long=problems)),
        standing=[blank.empty],  # never what somebody has answered: these texts are kept
        missing=missing,
        problems=problems,
        hints=hints,
        notice=notice_about(visit, asked, form.promise),
        values=values,
        opened=opened or opened_sent(),
        sent=_just_sent(visit),
        next_one=visit.after(asked),
        copy=copy_sent() or secrets.token_urlsafe(COPY_CHARACTERS // 2),
        answered=len(form.shape.items) - len(missing_fields(form.shape, values)),
        **{**shown, **notes},
    )


def _go_on(visit: Visit, asked: Asked, *, first: bool) -> ResponseReturnValue:
    """After a submission: to the next person, or the end. After a repeated one: its receipt."""
    following = visit.after(asked)
    if not first:
        return redirect(url_for(".fill_in", number=asked.number), 303)
    if following is None:
        return redirect(url_for(".done"), 303)
    return redirect(url_for(".fill_in", number=following.number, sent=asked.number), 303)


def _told(name: str, visit: Visit) -> int:
    """What the page before tells of submitted forms, as far as it can be true."""
    return min(max(request.args.get(name, 0, type=int), 0), visit.done_count)


def _just_sent(visit: Visit) -> Asked | None:
    """The person whose form was sent on the way here."""
    number = request.args.get("sent", type=int)
    sent = (row for row in visit.asked if row.is_sent)
    return next((row for row in sent if row.number == number), None)
