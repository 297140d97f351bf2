"""Accounts: making them, checking a password, setting a new one by a mailed link."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import insert, select

from app.auth.models import Account, Role
from app.auth.passwords import hash_password, password_fits
from app.auth.rules import RESET_LIFE, PasswordFault, fault_of_password
from app.clock import now
from app.config import Settings
from app.db import db
from app.errors import DomainError
from app.mail.models import LINK, Letter
from app.mail.rendering import render_letter
from app.mail.service import post

FAULTS = {
    PasswordFault.TOO_SHORT: _("Choose a password of at least 12 characters."),
    PasswordFault.TOO_LONG: _("Choose a password of at most 200 characters."),
    PasswordFault.EASILY_GUESSED: _(
        "This password is easily guessed. Choose another: four words that have nothing to do with "
        "each other are good."
    ),
}


class PasswordError(DomainError):
    """A new password that cannot be taken; the text says why."""


class NoAccountError(DomainError):
    """Nobody signs in with this e-mail address."""


class AccountExistsError(DomainError):
    """The e-mail address already has an account."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewAccount:
    email: str
    name: str
    locale: str


def create_account(
    *, email: str, name: str, role: Role, password: str | None, memory_kib: int, locale: str = "zh"
) -> Account:
    """Make one account. Raises AccountExistsError or PasswordError."""
    address = email.strip().lower()
    if find_by_email(address) is not None:
        raise AccountExistsError(str(_("This e-mail address already has an account.")))
    account = Account(email=address, name=name, role=role, locale=locale)
    if password is not None:
        set_password(account, password, memory_kib=memory_kib)
    db.session.add(account)
    db.session.flush()
    return account


def ensure_account(*, email: str, name: str, role: Role, password: str, memory_kib: int) -> bool:
    """Make one account, and say whether it is new: the same may stand already.

    Without a name, a new account gets its address for one, and any name is the same. Raises
    AccountExistsError where it is another account or a disabled one, or PasswordError.
    """
    kept = find_by_email(email)
    if kept is None:
        create_account(
            email=email, name=name or email, role=role, password=password, memory_kib=memory_kib
        )
        return True
    is_same = kept.active and kept.role == role and name in {"", kept.name}
    if not is_same or not password_fits(password, kept.password_hash, memory_kib=memory_kib):
        raise AccountExistsError(
            str(
                _(
                    "This e-mail address already has an account, which has another role, name or "
                    "password, or is disabled."
                )
            )
        )
    return False


def create_member_accounts(people: Sequence[NewAccount]) -> dict[str, int]:
    """Accounts without a password yet, for those who have none; gives e-mail → account id."""
    emails = [person.email for person in people]
    kept = _ids_by_email(emails)
    rows = [
        {
            "email": person.email,
            "name": person.name,
            "role": Role.MEMBER,
            "locale": person.locale,
            "generation": 1,
            "active": True,
        }
        for person in people
        if person.email not in kept
    ]
    if rows:
        db.session.execute(insert(Account), rows)
        kept = _ids_by_email(emails)
    return kept


def find_by_email(email: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.email == email.strip().lower()))


def find_by_session(name: str) -> Account | None:
    """The account that a session names, unless it was disabled or its sessions were ended."""
    account_id, _dot, generation = name.partition(".")
    if not (account_id.isascii() and account_id.isdecimal()):
        return None
    account = db.session.get(Account, int(account_id))
    if account is None or not account.active or str(account.generation) != generation:
        return None
    return account


def check_password(email: str, password: str, *, memory_kib: int) -> Account | None:
    """The account, if the password is right and it may sign in; the time taken tells nothing."""
    account = find_by_email(email)
    fits = password_fits(
        password, account.password_hash if account else None, memory_kib=memory_kib
    )
    return account if fits and account is not None and account.active else None


def set_password(account: Account, password: str, *, memory_kib: int) -> None:
    """Set a password, end all sessions and spend any mailed link. Raises PasswordError."""
    about = (account.name, account.email, *account.email.replace("@", ".").split("."))
    fault = fault_of_password(password, about=about)
    if fault is not None:
        raise PasswordError(str(FAULTS[fault]))
    account.password_hash = hash_password(password, memory_kib=memory_kib)
    account.generation = (account.generation or 0) + 1
    account.reset_hash = None
    account.reset_until = None


def end_sessions(account: Account) -> None:
    """End the account's sessions on every machine, copies of their cookies too."""
    account.generation += 1


def disable_account(email: str) -> Account | None:
    """Let nobody in with this address any more, from now on; None where nobody came in before.

    Raises NoAccountError.
    """
    account = find_by_email(email)
    if account is None:
        raise NoAccountError(str(_("This e-mail address has no account.")))
    if not account.active:
        return None
    account.active = False
    account.reset_hash = None
    end_sessions(account)
    return account


def mail_password_link(email: str, *, link_key: bytes) -> None:
    """Mail a link that sets a password, if the address has an account; says nothing either way.

    The letter is kept without the link, and the account has only the hash of the link's secret.
    """
    account = find_by_email(email)
    if account is None or not account.active:
        return
    letter_id = post(
        render_letter(
            "set_password",
            to_name=account.name,
            to_address=account.email,
            locale=account.locale,
            url=LINK,
            minutes=int(RESET_LIFE.total_seconds() // 60),
        )
    )
    letter = db.session.get_one(Letter, letter_id)
    account.reset_hash = hash_token(make_reset_token(link_key, letter.message_id))
    account.reset_until = now() + RESET_LIFE


def make_reset_token(link_key: bytes, message_id: str) -> str:
    """The secret in one letter: 256 bit from LINK_KEY and the letter's own random number."""
    digest = hmac.new(link_key, f"password:{message_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def password_link(message_id: str, settings: Settings) -> str:
    """The address to mail; the worker asks for it at the moment of sending."""
    token = make_reset_token(settings.link_key, message_id)
    return f"{settings.public_url}/set-password/{token}"


def find_by_reset(token: str) -> Account | None:
    """Whose password the mailed link may set; None once it is used or ten minutes old."""
    account = db.session.scalar(select(Account).where(Account.reset_hash == hash_token(token)))
    if account is None or account.reset_until is None or account.reset_until < now():
        return None
    return account


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _ids_by_email(emails: Sequence[str]) -> dict[str, int]:
    wanted = set(emails)
    rows = db.session.execute(select(Account.email, Account.id))
    return {email: account_id for email, account_id in rows if email in wanted}
