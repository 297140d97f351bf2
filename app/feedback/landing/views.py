"""What a mailed link opens. Reading changes nothing and sets no cookie; a person presses Start."""

import logging
import re
from urllib.parse import unquote

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from app.audit.service import record
from app.clock import now
from app.db import db, join_changes
from app.feedback import submissions
from app.feedback.consenting import service as consenting
from app.feedback.correcting.pages import mail_link
from app.feedback.drafts import StaleLinkError
from app.feedback.entering.browsers import come_in
from app.feedback.entering.pages import mail_code
from app.feedback.extending import service as extending
from app.feedback.notices import notices_for
from app.feedback.pages import Visit, minutes_for
from app.feedback.rules import Door
from app.feedback.sending import reason_sent
from app.feedback.submissions import TooLateError
from app.feedback.visits import (
    NoEntryError,
    door_page,
    find_visit,
    page,
    serve_reviewers,
    way_in,
    words_of_consent,
)
from app.feedback.wording import reasons_to_decline
from app.web.limits import at_most
from app.web.policy import link

log = logging.getLogger(__name__)

bp = Blueprint("landing", __name__, url_prefix="/i")
serve_reviewers(bp)

WHOLE_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
TOKEN_IN_TEXT = re.compile(r"(?:^|/i/)([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])")


class UnknownLinkError(Exception):
    """No reviewer has this link now."""


@bp.route("/", methods=["GET", "POST"])
@link
@at_most("1200 per minute")
def paste() -> ResponseReturnValue:
    """Find the link in a pasted line of a mail."""
    pasted = unquote("".join(request.form.get("link", "").split()))
    found = TOKEN_IN_TEXT.search(pasted)
    if found is not None:
        return redirect(url_for(".land", token=found[1]), 303)
    return page("badlink.html", 404 if pasted else 200, pasted=pasted, is_whole=False)


@bp.get("/<token>", strict_slashes=False)
@link
@at_most("1200 per minute")
def land(token: str) -> ResponseReturnValue:
    visit = _visit(token)
    if visit.door not in {Door.OPEN, Door.DECLINED}:
        return door_page(visit)
    return _landing(visit)


@bp.post("/<token>/start")
@link
@at_most("1200 per minute")
def start(token: str) -> ResponseReturnValue:
    """Swap the link for a cookie; the address has no key in it from here on.

    Where the round asks for codes, any browser but the first is led to the page for one.
    A customer agrees to the words that the page showed: if they have changed meanwhile, it is shown
    again. A press that names none agrees to those of this moment.
    """
    visit = _visit(token, one_change=True)
    if not _starts_by_one_change(visit) and join_changes():
        visit = _visit(token)
    if visit.door not in {Door.OPEN, Door.DECLINED} and not visit.may_correct:
        raise NoEntryError(visit)
    if not consenting.stands(visit.reviewer):
        words = words_of_consent(visit, notices_for(visit))
        shown = consenting.hash_of_text(words)
        if request.form.get("notice", shown) != shown:
            return _landing(visit, 409, has_changed=True)
        consenting.agree(visit.reviewer, words, now=now())
    is_first = submissions.start(visit.reviewer, now=now())
    if not come_in(visit, is_first=is_first):
        db.session.rollback()
        return mail_code(visit)
    db.session.commit()
    return way_in(visit)


@bp.get("/<token>/decline")
@link
def consider_declining(token: str) -> ResponseReturnValue:
    visit = _visit(token, Door.OPEN)
    back = url_for(".land", token=token)
    return page("decline_all.html", visit=visit, back=back, reasons=reasons_to_decline())


@bp.post("/<token>/decline")
@link
@at_most("1200 per minute")
def decline(token: str) -> ResponseReturnValue:
    """Take part in nothing; the page that follows offers the way back."""
    visit = _visit(token, Door.OPEN)
    submissions.decline_all(visit.reviewer, reason_sent())
    db.session.commit()
    return redirect(url_for(".land", token=token), 303)


@bp.get("/<token>/not-me")
@link
def consider_not_me(token: str) -> ResponseReturnValue:
    return page("not_me.html", visit=_visit(token, Door.OPEN, Door.DECLINED, Door.DONE))


@bp.post("/<token>/not-me")
@link
@at_most("1200 per minute")
def not_me(token: str) -> ResponseReturnValue:
    """Stop a link that reached somebody else, until HR mails a new one."""
    visit = _visit(token, Door.OPEN, Door.DECLINED, Door.DONE)
    submissions.stop_link(visit.reviewer)
    record("reviewer.not_me", f"reviewer:{visit.reviewer.id}", account_id=None)
    db.session.commit()
    return redirect(url_for(".land", token=token), 303)


@bp.post("/<token>/extend")
@link
@at_most("1200 per minute")
def ask_more_time(token: str) -> ResponseReturnValue:
    """Tell HR; asked again on the same day it changes nothing."""
    visit = _visit(token, Door.EXPIRED)
    extending.ask(visit.reviewer, now=now())
    db.session.commit()
    return redirect(url_for(".land", token=token), 303)


@bp.post("/<token>/fresh")
@link
@at_most("1200 per minute")
def mail_fresh_link(token: str) -> ResponseReturnValue:
    """Mail the link by which submitted forms can be changed, or once more behind the one before."""
    visit = _visit(token)
    if visit.may_correct:
        return redirect(url_for(".land", token=token), 303)
    if not visit.takes_changes and visit.door is not Door.REPLACED:
        raise NoEntryError(visit)
    return mail_link(visit)


@bp.errorhandler(TooLateError)
@bp.errorhandler(StaleLinkError)
def show_too_late(_error: TooLateError | StaleLinkError) -> ResponseReturnValue:
    """The round ended, or the link was stopped, while the page was open; nothing was changed."""
    db.session.rollback()
    return door_page(find_visit((request.view_args or {})["token"]))


@bp.errorhandler(OperationalError)
def show_again(error: OperationalError) -> ResponseReturnValue:
    """The database hung up or was busy: the page as it stands now, with its buttons.

    What was pressed may have been done all the same; then the page shows it.
    """
    db.session.rollback()
    log.warning("a press on the page of a link did not get through: %s", error.orig)
    visit = _visit((request.view_args or {})["token"])
    if visit.door not in {Door.OPEN, Door.DECLINED}:
        return door_page(visit)
    return _landing(visit, 503, has_failed=visit.door is Door.OPEN)


def _starts_by_one_change(visit: Visit) -> bool:
    """Whether Start changes nothing but the day of the first one, or at most mails a code."""
    return not (consenting.is_needed(visit.reviewer) or visit.reviewer.declined)


def _landing(
    visit: Visit, status: int = 200, *, has_changed: bool = False, has_failed: bool = False
) -> Response:
    notices = notices_for(visit)
    agreed = consenting.stands(visit.reviewer)
    words = "" if agreed else words_of_consent(visit, notices)
    return page(
        "land.html",
        status,
        visit=visit,
        notices=notices,
        minutes=minutes_for(visit, now=now()),
        notice_hash=consenting.hash_of_text(words) if words else "",
        is_withdrawn=consenting.is_withdrawn(visit.reviewer),
        has_changed=has_changed,
        has_failed=has_failed,
    )


@bp.errorhandler(UnknownLinkError)
def show_unknown(_error: UnknownLinkError) -> ResponseReturnValue:
    """A whole link that nobody has is an old one; a part of one was cut by a mail app.

    Mail apps also take a bracket or a full stop behind a link for a part of it.
    """
    db.session.rollback()
    token = (request.view_args or {}).get("token", "")
    is_whole = WHOLE_TOKEN.fullmatch(token) is not None
    within = TOKEN_IN_TEXT.match(token)
    if within is not None and not is_whole and request.method != "POST":
        return redirect(url_for(".land", token=within[1]))
    return page("badlink.html", 404, pasted="", is_whole=is_whole)


def _visit(token: str, *doors: Door, one_change: bool = False) -> Visit:
    """Whose link this is, at one of these doors where any are given."""
    visit = find_visit(token, one_change=one_change)
    if visit is None:
        raise UnknownLinkError
    if doors and visit.door not in doors:
        raise NoEntryError(visit)
    return visit
