"""The edge of the reviewer's pages: the cookie that carries the key, and how a page is made."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import TooManyRequests

from app.clock import now
from app.config import Settings
from app.db import db, spare_transaction
from app.feedback.callers import Asked, find_caller, get_caller
from app.feedback.consenting import service as consenting
from app.feedback.drafts import WithdrawnError
from app.feedback.entering.browsers import is_known, keep_known, set_known
from app.feedback.links import find_replaced, hash_token
from app.feedback.notices import Notice
from app.feedback.pages import Visit, visit_of
from app.feedback.rules import Door
from app.feedback.submissions import receipt_of
from app.feedback.who_sees import who_sees
from app.web.compression import stands_often
from app.web.headers import allow_inline, read_inline
from app.web.language import read_by, read_in
from app.web.link_tokens import FIELD, cookie_name, link_cookie, link_token
from app.web.policy import Policy, policy_asked_for

PRESSES = "30 per minute"  # of one reviewer, on one button
COOKIE_SECONDS = 12 * 3600
A_MINUTE = 60
SENDING = frozenset({"feedback.send", "comparing.keep", "comparing.submit_shown"})  # with answers
WITH_FORM = frozenset({"form.html", "compare.html", "preview.html"})  # they save as one types
HIDING = frozenset({Door.CUT_OFF, Door.REPLACED})  # doors with nobody behind them
STATUS = {
    Door.CUT_OFF: 410,
    Door.REPLACED: 410,
    Door.NOT_OPEN: 403,
    Door.CLOSED: 410,
    Door.EXPIRED: 410,
}


class NoEntryError(Exception):
    """This request may see no form; the page of its door says why.

    Without a visit nobody is known at all: the cookie has run out.
    """

    def __init__(self, visit: Visit | None = None) -> None:
        super().__init__()
        self.visit = visit


class ConsentWithdrawnError(NoEntryError):
    """A customer took their consent back while a page was open; nothing of it is kept."""


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def find_visit(token: str, *, hold_round: bool = False, one_change: bool = False) -> Visit | None:
    """Whose link this is; the page speaks their language from here on. None for no link of ours.

    A link that was replaced by a new one finds a door with nobody behind it. A round that was never
    launched has mailed no links, so its links are unknown too.

    With `hold_round` the round stays as it is read here until the transaction ends; `one_change`
    is told to `spare_transaction`.
    """
    if not hold_round:
        spare_transaction(one_change=one_change)
    found = find_caller(token, hold_round=hold_round)
    replaced = find_replaced(token, settings().link_key) if found is None else None
    if replaced is not None:
        found = get_caller(replaced)
    if found is None or found[0].cycle.launched_at is None:
        return None
    reviewer, asked = found
    read_by(reviewer.locale, reviewer.time_zone)
    is_held = hold_round and replaced is None
    visit = visit_of(token, reviewer, asked, now=now(), holds_round=is_held)
    if replaced is None:
        return visit
    asked_for_it = visit.may_correct and not reviewer.cut_off
    return replace(visit, asked=(), door=Door.REPLACED if asked_for_it else Door.CUT_OFF)


def visit_by_cookie(*doors: Door, even_withdrawn: bool = False, hold_round: bool = False) -> Visit:
    """Whoever the cookie names, if they stand at one of these doors; else NoEntryError.

    Where the round asks for codes, the browser must be known as well: whoever holds the link could
    make the cookie. An unknown one is told to open the link again, and Start asks for the code.

    Whoever writes and is a customer holds their consent while doing so: ConsentWithdrawnError if
    they have taken it back. What they would read is gone by then.
    """
    _answer_as_sent()
    token = link_cookie()
    visit = find_visit(token, hold_round=hold_round) if token else None
    if visit is None:
        raise NoEntryError
    if visit.door not in doors:
        raise NoEntryError(visit)
    if visit.cycle.asks_code:
        if not is_known(visit.reviewer):
            raise NoEntryError
        keep_known(visit)
    if request.method == "POST" and not even_withdrawn and not consenting.hold(visit.reviewer):
        raise ConsentWithdrawnError(visit)
    g.review_token = token
    return visit


def find_asked(number: int, *doors: Door, hold_round: bool = False) -> tuple[Visit, Asked]:
    """Whoever stands at one of these doors, and the person meant by a number of their list.

    A page that is sent names its request: a list that has changed since must not lead answers to
    somebody else. Raises WithdrawnError when that is not asked for any more.
    """
    visit = visit_by_cookie(*doors, hold_round=hold_round)
    named = request.form.get("request", type=int)
    if named is None:
        found = next((row for row in visit.asked if row.number == number), None)
        return visit, found or abort(404)
    found = next((row for row in visit.asked if row.id == named), None)
    if found is None:
        raise WithdrawnError
    return visit, found


def whose_link() -> str:
    """One reviewer's browser, for counting: the hash of the link behind its cookie."""
    return f"link:{hash_token(link_cookie())}"


def keep_cookie(response: Response) -> Response:
    """Let the cookie live twelve hours from the last page on."""
    token = g.get("review_token")
    if token:
        response.set_cookie(
            cookie_name(),
            token,
            max_age=COOKIE_SECONDS,
            path="/",
            secure=settings().secure_cookies,
            httponly=True,
            samesite="Lax",
        )
    set_known(response)
    return response


def way_in(visit: Visit) -> ResponseReturnValue:
    """To the list, or to the form where there is but one; the cookie is set on the way."""
    g.review_token = visit.token
    if len(visit.asked) == 1:
        return redirect(url_for("feedback.fill_in", number=1), 303)
    return redirect(url_for("feedback.list_people"), 303)


def receipt(asked: Asked) -> str:
    """The receipt code of a request that was submitted."""
    return receipt_of(settings().link_key, asked.id)


def words_of_consent(visit: Visit, notices: Sequence[Notice]) -> str:
    """What a customer's page says above the button by which they agree, without its markup.

    How many are asked is left out: it changes with everybody who declines, and binds nobody.
    """
    lasting = [replace(notice, standing=None) for notice in notices]
    shown = render_template(
        "feedback/consent_words.html", visit=visit, notices=lasting, who_sees=who_sees
    )
    return str(Markup(shown).striptags())  # noqa: S704 - rendered by us, and only its text is kept


def consent_place(visit: Visit | None) -> str:
    """Where a customer who has begun can take their consent back; empty for everybody else.

    Whoever has a form open has not taken it back, so the form need not ask the database.
    """
    if visit is None or visit.door in HIDING or not consenting.has_begun(visit.reviewer):
        return ""
    if not visit.open_ones and consenting.is_withdrawn(visit.reviewer):
        return ""
    if request.path.startswith("/r"):
        return url_for("consenting.consider")
    return url_for("consenting_by_link.consider_by_link", token=visit.token)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page that comes in one request: its style and script travel inside, under their hashes."""
    style = _inline("css/form.css")
    scripts = [_inline("js/press.js"), *([_inline("js/form.js")] if template in WITH_FORM else ())]
    allow_inline(styles=[style], scripts=scripts)
    stands_often(style, *values.get("standing", ()), *scripts)
    words: Mapping[str, Any] = {
        "inline_style": style,
        "inline_scripts": scripts,
        "Door": Door,
        "receipt": receipt,
        "consent_place": consent_place,
        "who_sees": who_sees,
        "visit": None,
        "carried": {},
        "holds": _form_that_holds(template, values),
    }
    if policy_asked_for() is Policy.LINK:  # HR looks at these pages too, with a session
        words = {**words, "csrf_token": cache(link_token)}  # one for all forms of the page
    body = render_template(f"feedback/{template}", **{**words, **values})
    return make_response(body, status)


def _form_that_holds(template: str, values: Mapping[str, Any]) -> str:
    """The form on this page, by its id, that holds what nothing else does; the language switch
    sends it along, since the address alone would show the page without."""
    if values.get("carried"):
        return "carried"
    is_answer = request.endpoint in SENDING and template in WITH_FORM
    return "form" if is_answer else ""


def asks_for_language() -> bool:
    """Whether a form was sent by the language switch: it is shown again, and nothing is done."""
    return "lang" in request.args


def carried_fields() -> dict[str, str]:
    """A form as it was sent, for a page that cannot show it but must not lose it."""
    if request.endpoint not in SENDING:
        return {}
    return {name: text for name, text in request.form.items() if name != FIELD}


def door_page(visit: Visit | None) -> Response:
    """Why nobody comes in here, with the status that fits."""
    if visit is None:
        return page("lapsed.html", 403, carried=carried_fields())
    is_late = visit.door is Door.EXPIRED and bool(visit.open_ones)
    kept = carried_fields() if visit.door in HIDING or is_late else {}
    status, refused = STATUS.get(visit.door, 200), visit.was_refused(now())
    return page("door.html", status, visit=visit, carried=kept, was_refused=refused)


def show_no_entry(error: NoEntryError) -> Response:
    """Error page of the blueprints: nothing was changed."""
    db.session.rollback()
    if isinstance(error, ConsentWithdrawnError):
        is_autosave = request.endpoint == "feedback.save"
        place = redirect(url_for("consenting.consider"), 303)
        return make_response(({"submitted": True}, 410) if is_autosave else place)
    if error.visit is not None:
        error = NoEntryError(find_visit(error.visit.token))
    return door_page(error.visit)


def show_withdrawn(_error: WithdrawnError) -> Response:
    """HR does not ask for the form any more: say so, and save nothing with anybody else."""
    db.session.rollback()
    return page("withdrawn.html", 410, visit=visit_by_cookie(*Door, even_withdrawn=True))


def show_wait(error: TooManyRequests) -> Response:
    """Too many requests: how long to wait, with what was sent kept on the page."""
    db.session.rollback()
    _answer_as_sent()
    seconds = error.retry_after or A_MINUTE
    return page("wait.html", 429, seconds=seconds, carried=carried_fields())


def _answer_as_sent() -> None:
    """As long as nobody is known, speak the language of the form that was sent."""
    read_in(request.form.get("language", ""))


def serve_reviewers(blueprint: Blueprint) -> None:
    """What all pages behind a mailed link have in common: the cookie, and three dead ends."""
    blueprint.after_request(keep_cookie)
    blueprint.register_error_handler(NoEntryError, show_no_entry)
    blueprint.register_error_handler(WithdrawnError, show_withdrawn)
    blueprint.register_error_handler(TooManyRequests, show_wait)


@cache
def _inline(name: str) -> Markup:
    """Our own file, so it may stand in the page as it is."""
    return Markup(read_inline(name))  # noqa: S704
