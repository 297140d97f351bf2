"""Ending the letters to one address with one press, by a person or by their mail program.

A GET changes nothing: scanners follow every link of a mail. Mail programs post without cookies,
token or redirect (RFC 8058), so these addresses carry their own proof and need no other.
"""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.audit.service import record
from app.db import db
from app.feedback.visits import page, settings
from app.mail.opting_out import address_in, is_stopped, resume, stop
from app.people.models import Person
from app.web.language import read_by
from app.web.limits import at_most
from app.web.policy import from_anywhere, link

bp = Blueprint("opting_out", __name__, url_prefix="/o")


class UnknownOptOutError(Exception):
    """Not an address that we ever put into a letter."""


@bp.get("/<token>")
@link
@at_most("1200 per minute")
def consider(token: str) -> ResponseReturnValue:
    return _page(token, _address(token))


@bp.post("/<token>")
@link
@from_anywhere
@at_most("1200 per minute")
def end(token: str) -> ResponseReturnValue:
    """No redirect behind it: a mail program reads nothing but the status."""
    address = _address(token)
    if stop(address):
        _note("mail.opted_out", address)
    db.session.commit()
    return _page(token, address)


@bp.post("/<token>/again")
@link
@at_most("1200 per minute")
def begin_again(token: str) -> ResponseReturnValue:
    """For whoever pressed by mistake."""
    address = _address(token)
    if resume(address):
        _note("mail.opted_in", address)
    db.session.commit()
    return redirect(url_for(".consider", token=token), 303)


@bp.errorhandler(UnknownOptOutError)
def show_unknown(_error: UnknownOptOutError) -> ResponseReturnValue:
    return page("opting_out_unknown.html", 404)


def _address(token: str) -> str:
    """Whose letters this link ends; the page speaks their language from here on."""
    address = address_in(token, settings().link_key)
    if address is None:
        raise UnknownOptOutError
    reader = db.session.execute(
        select(Person.locale, Person.time_zone).where(Person.email == address)
    ).one_or_none()
    if reader is not None:
        read_by(reader.locale, reader.time_zone)
    return address


def _page(token: str, address: str) -> ResponseReturnValue:
    return page("opting_out.html", token=token, address=address, is_stopped=is_stopped(address))


def _note(act: str, address: str) -> None:
    """By person, never by address: the log outlives what is deleted on request.

    Changes only: whoever holds a link may post to it as often as they like.
    """
    person_id = db.session.scalar(select(Person.id).where(Person.email == address))
    record(act, f"person:{person_id or 0}", account_id=None)
