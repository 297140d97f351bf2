"""The second gate where SECOND_STEP is `required`: set it up first, then anything else."""

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.auth.guard import signed_in_account
from app.auth.models import Account, Role
from app.config import Settings
from app.second_step.rules import REQUIRED, is_asked
from app.second_step.service import manages_people
from app.web.policy import Policy, policy_asked_for

OPEN = frozenset({"second_step.show", "auth.sign_out"})
SEE_OTHER = 303


def init_second_step(app: Flask) -> None:
    """Add the gate behind the first one, and only where it is asked for."""
    settings: Settings = app.extensions["settings"]
    if settings.second_step == REQUIRED:
        app.before_request(ask_to_set_up)


def ask_to_set_up() -> ResponseReturnValue | None:
    """Nothing that was sent is done, and no page shown, to whoever still has to set it up."""
    if policy_asked_for() not in {Policy.SIGNED_IN, Policy.HR} or request.endpoint in OPEN:
        return None
    account = signed_in_account()
    if account.has_second_step or not is_asked_of(account):
        return None
    return redirect(url_for("second_step.show"), SEE_OTHER)


def is_asked_of(account: Account) -> bool:
    """Whether this account must have a second step; who manages is read only where that decides."""
    settings: Settings = current_app.extensions["settings"]
    if settings.second_step != REQUIRED:
        return False
    is_hr = account.role == Role.HR
    return is_asked(
        settings.second_step,
        is_hr=is_hr,
        manages_people=is_hr or manages_people(account.id),
    )
