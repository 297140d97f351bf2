"""Addresses that asked for no more letters about feedback, and the link by which they ask.

The link names the address itself, sealed under LINK_KEY (AES-SIV, so that every letter carries the
same one): it works for as long as the letter is kept, opens no form and tells nothing.
"""

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.config import Settings
from app.db import db
from app.mail.models import OptOut
from app.sealing import derive_key

KEY_BYTES = 64


def opt_out_link(address: str, settings: Settings) -> str:
    """Where whoever reads the letters to this address can end them."""
    sealed = _cipher(settings.link_key).encrypt(address.encode(), None)
    token = base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
    return f"{settings.public_url}/o/{token}"


def address_in(token: str, link_key: bytes) -> str | None:
    """The address that a link was made for; None for one that is not ours."""
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return _cipher(link_key).decrypt(sealed, None).decode()
    except (InvalidTag, binascii.Error, ValueError):
        return None


def is_stopped(address: str) -> bool:
    """Whether no more letters may go to this address."""
    asked = select(OptOut.address).where(OptOut.address == address.lower())
    return db.session.scalar(asked) is not None


def stop(address: str) -> bool:
    """No more letters to this address; asking twice is asking once, even at the same moment.

    Gives whether this has changed anything.
    """
    if is_stopped(address):
        return False
    try:
        with db.session.begin_nested():
            db.session.add(OptOut(address=address.lower(), asked_on=now().date()))
    except IntegrityError:
        return False
    return True


def resume(address: str) -> bool:
    """Letters may go to this address again; gives whether they might not before."""
    gone = db.session.execute(delete(OptOut).where(OptOut.address == address.lower()))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def _cipher(link_key: bytes) -> AESSIV:
    return AESSIV(derive_key(link_key, "opt-out", length=KEY_BYTES))
