"""Set a second step up, check what was typed, and take it away again."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import case, delete, exists, func, insert, literal, or_, select, update

from app.audit.service import record
from app.auth.models import Account
from app.auth.passwords import password_fits
from app.auth.service import NoAccountError, end_sessions, find_by_email
from app.config import Settings
from app.cycles.models import Participant
from app.db import UTCDateTime, db, run_plain
from app.errors import DomainError
from app.people.models import Person
from app.second_step.models import RecoveryCode
from app.second_step.rules import (
    MOST_TRIES,
    RECOVERY_CODES,
    TRIES_LAST,
    Outcome,
    as_typed,
    fitting_step,
    is_timed_code,
    recovery_code,
    steps_around,
)
from app.second_step.secrets import (
    code_of_step,
    hash_of_recovery_code,
    make_recovery_code,
    seal,
    unseal,
)


class AlreadyOnError(DomainError):
    """Somebody sets up what is on already, in another window."""


def manages_people(account_id: int) -> bool:
    """Whether anybody reports to whom the account belongs, in the list or in a round."""
    own = select(Person.id).where(Person.account_id == account_id).scalar_subquery()
    in_list = exists().where(Person.manager_id == own)
    in_round = exists().where(Participant.manager_id == own)
    return bool(db.session.scalar(select(or_(in_list, in_round))))


def codes_left(account_id: int) -> int:
    """How many recovery codes can still be used."""
    count = select(func.count()).where(RecoveryCode.account_id == account_id)
    return int(db.session.scalar(count) or 0)


def check_code(account: Account, typed: str, *, settings: Settings, now: datetime) -> Outcome:
    """What comes of a code at sign-in. A right one is used up. The caller commits either way."""
    if not _count_try(account.id, now):
        return Outcome.TOO_OFTEN
    outcome = _outcome_of(account, as_typed(typed), settings=settings, now=now)
    _note(account, outcome, by=None)
    return outcome


def confirm(
    account: Account, typed: str, password: str, *, settings: Settings, now: datetime
) -> Outcome:
    """The same for a change by whoever is signed in: the password has to be right as well.

    Where it is not, no code is used up. The caller commits either way.
    """
    if not _count_try(account.id, now):
        return Outcome.TOO_OFTEN
    outcome = Outcome.WRONG
    if _is_password(account, password, settings):
        outcome = _outcome_of(account, as_typed(typed), settings=settings, now=now)
    _note(account, outcome, by=account.id)
    return outcome


def turn_on(
    account: Account, secret: str, typed: str, password: str, *, settings: Settings, now: datetime
) -> tuple[Outcome, list[str]]:
    """Keep a secret once its app has shown a right code; ends all sessions, gives recovery codes.

    The caller commits either way. Raises AlreadyOnError.
    """
    locked = _locked(account)
    if locked.has_second_step:
        raise AlreadyOnError(str(_("Two-step sign-in is on already.")))
    if not _count_try(account.id, now):
        return Outcome.TOO_OFTEN, []
    codes = {step: code_of_step(secret, step) for step in steps_around(now)}
    step = fitting_step(as_typed(typed), codes)
    if step is None or not _is_password(account, password, settings):
        _note(account, Outcome.WRONG, by=account.id)
        return Outcome.WRONG, []
    locked.step_secret = seal(secret, account_id=account.id, link_key=settings.link_key)
    locked.last_step = step
    end_sessions(locked)
    _forget_tries(account.id)
    record("second_step.on", f"account:{account.id}", account_id=account.id)
    return Outcome.RIGHT, _new_codes(account.id, settings)


def renew_codes(account: Account, settings: Settings) -> list[str]:
    """New recovery codes in place of all there were; to be called after `confirm`."""
    record("second_step.new_codes", f"account:{account.id}", account_id=account.id)
    return _new_codes(account.id, settings)


def turn_off(account: Account) -> None:
    """A password alone signs in again; ends all sessions. To be called after `confirm`."""
    _take_away(account)
    record("second_step.off", f"account:{account.id}", account_id=account.id)


def reset_by_operator(email: str) -> None:
    """The same for somebody who has lost phone and codes; nothing where none is set up.

    Raises NoAccountError.
    """
    account = find_by_email(email)
    if account is None:
        raise NoAccountError(str(_("This e-mail address has no account.")))
    if account.step_secret is None:
        return
    _take_away(account)
    record("second_step.reset", f"account:{account.id}", account_id=None)


def _take_away(account: Account) -> None:
    locked = _locked(account)
    locked.step_secret = None
    end_sessions(locked)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == locked.id))
    _forget_tries(locked.id)


def _locked(account: Account) -> Account:
    """The row as it stands now; others who change it wait."""
    return db.session.get_one(Account, account.id, with_for_update=True, populate_existing=True)


def _is_password(account: Account, password: str, settings: Settings) -> bool:
    return password_fits(password, account.password_hash, memory_kib=settings.argon2_memory_kib)


def _count_try(account_id: int, now: datetime) -> bool:
    """Count a try before it is judged, over all processes; False when there were too many."""
    is_over = or_(Account.step_tries_until.is_(None), Account.step_tries_until <= now)
    counted = (
        update(Account)
        .where(Account.id == account_id, or_(is_over, Account.step_tries < MOST_TRIES))
        .values(
            step_tries=case((is_over, 1), else_=Account.step_tries + 1),
            step_tries_until=case(
                (is_over, literal(now + TRIES_LAST, UTCDateTime())),
                else_=Account.step_tries_until,
            ),
        )
    )
    return run_plain(counted).rowcount == 1


def _forget_tries(account_id: int) -> None:
    run_plain(
        update(Account).where(Account.id == account_id).values(step_tries=0, step_tries_until=None)
    )


def _outcome_of(account: Account, typed: str, *, settings: Settings, now: datetime) -> Outcome:
    if is_timed_code(typed):
        return Outcome.RIGHT if _use_step(account, typed, settings, now) else Outcome.WRONG
    code = recovery_code(typed)
    if code is not None and _use_recovery_code(account.id, code, settings):
        return Outcome.RECOVERED
    return Outcome.WRONG


def _use_step(account: Account, typed: str, settings: Settings, now: datetime) -> bool:
    """Whether it is a code of now that has not been used: of two at one moment one comes in."""
    secret = unseal(account.step_secret or b"", account_id=account.id, link_key=settings.link_key)
    if secret is None:
        return False
    step = fitting_step(typed, {one: code_of_step(secret, one) for one in steps_around(now)})
    if step is None:
        return False
    used = (
        update(Account)
        .where(
            Account.id == account.id,
            Account.step_secret == account.step_secret,
            Account.last_step < step,
        )
        .values(last_step=step)
    )
    return run_plain(used).rowcount == 1


def _use_recovery_code(account_id: int, code: str, settings: Settings) -> bool:
    used = delete(RecoveryCode).where(
        RecoveryCode.account_id == account_id,
        RecoveryCode.code_hash == _hash(code, account_id, settings),
    )
    return run_plain(used).rowcount == 1


def _note(account: Account, outcome: Outcome, *, by: int | None) -> None:
    """What was typed is never noted. A right code starts the count of tries anew."""
    subject = f"account:{account.id}"
    if outcome is Outcome.WRONG:
        record("second_step.wrong", subject, account_id=by)
        return
    _forget_tries(account.id)
    if outcome is Outcome.RECOVERED:
        record("second_step.recovery_code_used", subject, account_id=account.id)


def _new_codes(account_id: int, settings: Settings) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [make_recovery_code() for _number in range(RECOVERY_CODES)]
    rows = [
        {"account_id": account_id, "code_hash": _hash(code, account_id, settings)} for code in codes
    ]
    db.session.execute(insert(RecoveryCode), rows)
    return codes


def _hash(code: str, account_id: int, settings: Settings) -> str:
    return hash_of_recovery_code(
        code,
        account_id=account_id,
        link_key=settings.link_key,
        memory_kib=settings.argon2_memory_kib,
    )
