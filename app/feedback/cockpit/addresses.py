"""The address that HR gives a person, for letters of every round."""

import re

from flask_babel import gettext as _
from sqlalchemy import select

from app.db import db
from app.errors import DomainError
from app.mail.opting_out import is_stopped
from app.people.models import Person

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class AddressError(DomainError):
    """An address that no letter can go to; the text says why."""


def checked_address(address: str, person: Person) -> str:
    """The address as it is kept. Raises AddressError when it is none, or somebody else's."""
    wanted = address.strip().lower()
    if not ADDRESS.fullmatch(wanted):
        raise AddressError(_("“%(address)s” is not an e-mail address.", address=address))
    owner = db.session.scalar(select(Person.id).where(Person.email == wanted))
    if owner not in (None, person.id):
        raise AddressError(_("“%(address)s” belongs to somebody else.", address=wanted))
    if is_stopped(wanted):
        raise AddressError(
            _("Whoever reads “%(address)s” asked for no more mails about feedback.", address=wanted)
        )
    return wanted
