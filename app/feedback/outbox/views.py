"""HR's outbox: what waits and when it leaves, what did not arrive and why."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.db import db
from app.feedback.cockpit.wording import trouble_in_words
from app.feedback.outbox import service
from app.feedback.outbox.queries import Found, count_letters, find_letter, list_letters
from app.feedback.outbox.rules import Shelf
from app.feedback.outbox.wording import empty_in_words, not_again_in_words, shelf_names
from app.mail.flow import paused_since
from app.mail.models import CODE, LINK, OPT_OUT
from app.web.policy import hr_only

bp = Blueprint("outbox", __name__, url_prefix="/hr/outbox")


@bp.get("")
@hr_only
def letters() -> ResponseReturnValue:
    """One part of the outbox, and how many letters lie in the others."""
    shelf = _shelf()
    return render_template(
        "outbox/letters.html",
        shelf=shelf,
        shelves=shelf_names(),
        counts=count_letters(),
        page=list_letters(shelf, after=request.args.get("after", type=int)),
        paused_since=paused_since(),
        empty=empty_in_words(shelf),
        trouble_in_words=trouble_in_words,
    )


@bp.get("/<int:letter_id>")
@hr_only
def letter(letter_id: int) -> ResponseReturnValue:
    """A letter as its reader sees it, but for the link, which is theirs alone."""
    found = _letter_or_404(letter_id)
    text = found.letter.text
    for placeholder in (LINK, OPT_OUT):
        text = text.replace(placeholder, _("(the personal link)"))
    text = text.replace(CODE, _("(the code)"))
    return render_template(
        "outbox/letter.html",
        found=found,
        text=text,
        paused_since=paused_since(),
        trouble_in_words=trouble_in_words,
        not_again_in_words=not_again_in_words,
    )


@bp.post("/<int:letter_id>/again")
@hr_only
def send_again(letter_id: int) -> ResponseReturnValue:
    service.send_once_more(_letter_or_404(letter_id), account_id=signed_in_account().id)
    db.session.commit()
    flash(_("The letter is on its way again."))
    return redirect(url_for(".letter", letter_id=letter_id))


@bp.post("/pause")
@hr_only
def pause() -> ResponseReturnValue:
    service.hold_letters(account_id=signed_in_account().id)
    db.session.commit()
    return redirect(url_for(".letters"))


@bp.post("/continue")
@hr_only
def go_on() -> ResponseReturnValue:
    service.let_letters_go(account_id=signed_in_account().id)
    db.session.commit()
    flash(_("Letters leave again."))
    return redirect(url_for(".letters"))


def _shelf() -> Shelf:
    asked = request.args.get("show", "")
    return Shelf(asked) if asked in set(Shelf) else Shelf.WAITING


def _letter_or_404(letter_id: int) -> Found:
    return find_letter(letter_id) or abort(404)
