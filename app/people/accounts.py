"""Every employee with an e-mail address may sign in, once they have set a password by mail.

Whoever reads a mailbox may set the password of the account with its address. Therefore an account
never keeps an address that its person has given up, and no person gets the account of another.
"""

from collections.abc import Iterable
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import Table, bindparam, exists, select, update

from app.auth.models import Account, Role
from app.auth.service import NewAccount, create_member_accounts
from app.db import db
from app.errors import DomainError
from app.people.groups import PersonKind
from app.people.models import Person

ACCOUNTS = cast(Table, Account.__table__)


class AddressHeldError(DomainError):
    """An employee's new address belongs to an account that is not theirs; the text names it."""


def keep_accounts_in_step() -> None:
    """Give new employees an account and let a changed e-mail address reach its account.

    An address whose account belongs to nobody yet (somebody in HR who is also an employee) is
    linked to a person without one. The number of statements does not depend on the number of
    people. Raises AddressHeldError for somebody who has an account and moves to such an address.
    """
    db.session.flush()
    _retire_accounts_without_address()
    _follow_changed_addresses()
    _link_those_without_account()
    db.session.expire_all()


def list_unlinked_addresses() -> frozenset[str]:
    """The addresses of accounts that belong to no person: those made by hand for HR."""
    owner = exists(select(Person.id).where(Person.account_id == Account.id))
    return frozenset(db.session.scalars(select(Account.email).where(~owner)))


def list_numbers_with_account() -> frozenset[str]:
    """The staff numbers of everybody who has an account."""
    numbers = db.session.scalars(
        select(Person.staff_number).where(
            Person.account_id.is_not(None), Person.staff_number.is_not(None)
        )
    )
    return frozenset(number for number in numbers if number is not None)


def _retire_accounts_without_address() -> None:
    """Who has no address any more cannot sign in; the address is free for its next owner.

    An account of HR is only unlinked: it was made by hand and does not rest on the list of people.
    """
    left = db.session.execute(
        select(Account.id, Account.role)
        .join(Person, Person.account_id == Account.id)
        .where(Person.email.is_(None))
    ).all()
    if not left:
        return
    db.session.execute(update(Person).where(Person.email.is_(None)).values(account_id=None))
    members = [row.id for row in left if row.role == Role.MEMBER]
    if members:
        _free_addresses(members)
        db.session.execute(
            update(ACCOUNTS).where(ACCOUNTS.c.id == bindparam("key")).values(active=False),
            [{"key": account_id} for account_id in members],
        )


def _follow_changed_addresses() -> None:
    """All accounts that move leave their addresses before any takes its new one: two may swap."""
    changed = db.session.execute(
        select(Account.id, Person.email)
        .join(Person, Person.account_id == Account.id)
        .where(Person.email != Account.email)
    ).all()
    if not changed:
        return
    _refuse_held({row.email for row in changed})
    _free_addresses([row.id for row in changed])
    db.session.execute(
        update(ACCOUNTS)
        .where(ACCOUNTS.c.id == bindparam("key"))
        .values(email=bindparam("new_email")),
        [{"key": row.id, "new_email": row.email} for row in changed],
    )


def _refuse_held(addresses: set[str]) -> None:
    held = sorted(addresses & list_unlinked_addresses())
    if held:
        raise AddressHeldError(
            _(
                "%(addresses)s: this address signs in to another account. "
                "Use another address for the employee. Nothing was imported.",
                addresses=_(", ").join(held),
            )
        )


def _free_addresses(account_ids: Iterable[int]) -> None:
    """Put placeholders in place of addresses, end all sessions and spend mailed links.

    A link mailed to the old address must not set the password any more.
    """
    db.session.execute(
        update(ACCOUNTS)
        .where(ACCOUNTS.c.id == bindparam("key"))
        .values(
            email=bindparam("placeholder"),
            generation=ACCOUNTS.c.generation + 1,
            reset_hash=None,
            reset_until=None,
        ),
        [
            {"key": account_id, "placeholder": f"moved-{account_id}@invalid"}
            for account_id in account_ids
        ],
    )


def _link_those_without_account() -> None:
    """By now every linked account has its own person's address: the others' are free to take."""
    without = db.session.execute(
        select(Person.id, Person.email, Person.name, Person.locale).where(
            Person.kind == PersonKind.EMPLOYEE,
            Person.email.is_not(None),
            Person.account_id.is_(None),
        )
    ).all()
    if not without:
        return
    ids = create_member_accounts(
        [NewAccount(email=row.email, name=row.name, locale=row.locale) for row in without]
    )
    db.session.execute(
        update(Person), [{"id": row.id, "account_id": ids[row.email]} for row in without]
    )
