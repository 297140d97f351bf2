"""Several people side by side: answering question by question, and the check before submitting."""

import secrets
from collections.abc import Mapping

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError

from app.clock import now
from app.db import db
from app.feedback import drafts
from app.feedback.answers import read_body
from app.feedback.comparing.checking import check_page
from app.feedback.comparing.pages import ComparePage, compare_page
from app.feedback.comparing.rules import FEWEST, fields_by_request, holds_all, revision_of
from app.feedback.pages import Visit, form_pages
from app.feedback.rules import Door
from app.feedback.submissions import TooLateError
from app.feedback.submitting.rules import Change, Why, change_of_notice, is_sendable
from app.feedback.submitting.service import (
    Filled,
    HeldBackError,
    count_not_taken,
    ensure_open,
    submit_all,
)
from app.feedback.visits import (
    PRESSES,
    NoEntryError,
    asks_for_language,
    carried_fields,
    door_page,
    page,
    serve_reviewers,
    show_no_entry,
    visit_by_cookie,
    whose_link,
)
from app.web.limits import at_most
from app.web.policy import link

bp = Blueprint("comparing", __name__, url_prefix="/r")
serve_reviewers(bp)

INSIDE = (Door.OPEN, Door.DONE, Door.DECLINED, Door.NOBODY)
SAVES = "240 per minute"
COPY_CHARACTERS = 12
Changes = Mapping[int, Mapping[str, str]]


@bp.get("/check")
@link
def check() -> ResponseReturnValue:
    """What the drafts say about several people, to be read before they are submitted."""
    visit = visit_by_cookie(*INSIDE)
    if len(visit.begun) < FEWEST:
        return redirect(url_for("feedback.list_people"))
    return _show_check(visit)


@bp.post("/check")
@link
@at_most(PRESSES, key=whose_link)
def submit_shown() -> ResponseReturnValue:
    """Submit every form that the page showed as ready, as it showed them; or none.

    A form that was submitted before stays as it was then, and the next page says so.
    """
    visit = visit_by_cookie(*INSIDE)
    sent = fields_by_request(request.form.items())
    if not sent or asks_for_language():  # the page shows what is saved
        return redirect(url_for(".check"), 303)
    try:
        forms, stayed = _filled(visit, sent)
        if forms:  # else all were submitted before, which still is so after the deadline
            stayed += submit_all(visit, forms, now=now())
        not_taken = count_not_taken(visit, stayed) if stayed else 0
    except HeldBackError as held:
        db.session.rollback()
        return _show_change(visit_by_cookie(*INSIDE), held)
    db.session.commit()
    taken, before = len(sent) - not_taken or None, not_taken or None  # no word about none
    if any(row.id not in sent for row in visit.open_ones):
        return redirect(url_for("feedback.list_people", submitted=taken, before=before), 303)
    return redirect(url_for("feedback.done", before=before), 303)


@bp.get("/compare/<int:number>")
@link
def compare(number: int) -> ResponseReturnValue:
    """One competency, with a row for each person."""
    return _show(visit_by_cookie(*INSIDE), number)


@bp.post("/compare/<int:number>")
@link
@at_most(SAVES, key=whose_link)
def keep(number: int) -> ResponseReturnValue:
    """Save what the page says about each person; then go on as asked."""
    visit = visit_by_cookie(*INSIDE)
    sent = fields_by_request(request.form.items())
    if asks_for_language():
        return _show(visit, number, typed=sent)
    newer = _save(visit, sent)
    db.session.commit()
    gone = set(sent) - {row.id for row in visit.asked}
    if gone:
        return _show_withdrawn(visit, number, gone=len(gone), of=len(sent), newer=newer)
    if newer:
        return _show(visit_by_cookie(*INSIDE), number, 422, filled_elsewhere=True)
    action = request.form.get("action", "leave")
    if action == "next":
        return redirect(url_for(".compare", number=number + 1), 303)
    if action == "check":
        return redirect(url_for(".check"), 303)
    return redirect(url_for("feedback.list_people", saved=1), 303)


@bp.errorhandler(TooLateError)
@bp.errorhandler(drafts.StaleLinkError)
def show_too_late(_error: TooLateError | drafts.StaleLinkError) -> ResponseReturnValue:
    """The round ended between the page and its answer, or HR mailed a new link."""
    db.session.rollback()
    return door_page(visit_by_cookie(*Door, even_withdrawn=True))


@bp.errorhandler(CSRFError)
@bp.errorhandler(SQLAlchemyError)
def show_again(error: CSRFError | SQLAlchemyError) -> ResponseReturnValue:
    """The page was stale or we failed: show it again with everything that was chosen."""
    db.session.rollback()
    status = 400 if isinstance(error, CSRFError) else 503
    number = (request.view_args or {}).get("number")
    if number is None and request.method == "GET":
        return page("again.html", status)
    typed = fields_by_request(request.form.items())
    try:
        visit = visit_by_cookie(*INSIDE)
        if number is None:
            return _show_check(visit, status, again=True)
        return _show(visit, number, status, typed=typed, again=True)
    except NoEntryError as no_entry:
        return show_no_entry(no_entry)
    except SQLAlchemyError:
        return page("again.html", 503, carried=carried_fields())


def _show(
    visit: Visit,
    number: int,
    status: int = 200,
    *,
    typed: Changes | None = None,
    filled_elsewhere: bool = False,
    again: bool = False,
) -> ResponseReturnValue:
    """The page of this number, with what was `typed` on it and the revisions that it knew.

    What the page cannot show any more is carried instead, to be sent once more.
    """
    found = compare_page(visit, number)
    if typed and not _shows(found, typed):
        return page("again.html", status, visit=visit, carried=carried_fields())
    if found is None:
        return redirect(url_for("feedback.list_people"))
    return page(
        "compare.html",
        status,
        visit=visit,
        compared=found,
        typed=typed or {},
        # Not what is saved by now: the answers on this page would count as newer than that.
        bases={number: revision_of(fields) for number, fields in (typed or {}).items()},
        copy=_copy() or secrets.token_urlsafe(COPY_CHARACTERS // 2),
        filled_elsewhere=filled_elsewhere,
        again=again,
    )


def _shows(found: ComparePage | None, typed: Changes) -> bool:
    return found is not None and holds_all(
        typed,
        people=[one.asked.id for one in found.people],
        fields=[item.field for item in found.section.items],
    )


def _show_check(
    visit: Visit, status: int = 200, *, held: HeldBackError | None = None, again: bool = False
) -> ResponseReturnValue:
    found = check_page(visit)
    return page("check.html", status, visit=visit, found=found, held=held, again=again, Why=Why)


def _show_change(visit: Visit, held: HeldBackError) -> ResponseReturnValue:
    """What has changed since the page was shown, and what it shows now; nothing was submitted."""
    if visit.open_ones:
        return _show_check(visit, 409, held=held)
    if held.change is Change.WITHDRAWN:
        raise drafts.WithdrawnError
    return redirect(url_for("feedback.list_people"), 303)


def _filled(visit: Visit, sent: Changes) -> tuple[list[Filled], list[Filled]]:
    """The forms as the page showed them: those to submit, and those that were submitted before.

    Raises HeldBackError where a form is not what is asked for. One that has been submitted
    meanwhile is no fault, whatever the page says about it.
    """
    rows = [row for row in visit.asked if row.id in sent]
    if len(rows) < len(sent):
        raise HeldBackError(Change.WITHDRAWN)
    waiting: list[Filled] = []
    stayed: list[Filled] = []
    for row, form in zip(rows, form_pages(visit, rows), strict=True):
        fields = sent[row.id]
        body = read_body(form.shape, fields.items())
        otherwise = change_of_notice(
            fields.get("notice", ""), form.promise.version(visit.cycle.mode)
        )
        if not row.is_sent and otherwise:
            raise HeldBackError(otherwise, row.name)
        if not row.is_sent and not is_sendable(form.shape, body):
            raise HeldBackError(Change.INCOMPLETE, row.name)
        # What the page does not carry was empty there.
        values = {**dict.fromkeys(form.shape.text_fields, ""), **body.values}
        filled = Filled(asked=row, form=form, values=values, base=revision_of(fields))
        (stayed if row.is_sent else waiting).append(filled)
    return waiting, stayed


def _show_withdrawn(
    visit: Visit, number: int, *, gone: int, of: int, newer: bool
) -> ResponseReturnValue:
    """Somebody on the page is not asked about any more; what it said about the others is saved."""
    if gone == of:
        raise drafts.WithdrawnError
    return page(
        "compare_withdrawn.html",
        410,
        visit=visit,
        gone=gone,
        newer=newer,
        goes_on=number if compare_page(visit, number) else None,
    )


def _save(visit: Visit, sent: Changes) -> bool:
    """Merge the changes into the drafts; whether another page had changed one of the answers.

    A form that has been submitted meanwhile stays as it is, and so does one that is not asked for
    any more.
    """
    # Always in one order: two pages that lock the same requests never wait in a ring.
    rows = sorted((row for row in visit.asked if row.id in sent), key=lambda row: row.id)
    moment = now()
    ensure_open(visit, now=moment)
    newer = False
    for row, form in zip(rows, form_pages(visit, rows), strict=True):
        body = read_body(form.shape, sent[row.id].items())
        sound = {name: text for name, text in body.values.items() if name not in body.problems}
        saved = sound and drafts.save_draft(
            token=visit.token,
            request_id=row.id,
            changes=sound,
            base=revision_of(sent[row.id]),
            now=moment,
            copy=_copy(),
        )
        newer = newer or bool(saved and not sound.keys().isdisjoint(saved.newer))
    return newer


def _copy() -> str:
    """Which copy of the page was sent."""
    return request.form.get("copy", "")[:COPY_CHARACTERS]
