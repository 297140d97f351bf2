"""The code of a sign-in, and the page on which people set their second step up."""

import base64

import segno
from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.auth.guard import begin_session, half_way, signed_in_account
from app.auth.models import Account
from app.clock import now
from app.config import Settings
from app.db import db
from app.second_step import service
from app.second_step.forms import Confirm, EnterCode
from app.second_step.guard import is_asked_of
from app.second_step.rules import Outcome, in_groups
from app.second_step.secrets import address_for_app, make_secret, seal, unseal
from app.web.limits import at_most
from app.web.policy import public, signed_in

bp = Blueprint("second_step", __name__)

WRONG = 422
TOO_OFTEN = 429
PENDING = "second_step"  # in the session: the secret of a set-up that nobody has confirmed yet
PER_OFFICE = "300 per 15 minutes"


@bp.route("/sign-in/code", methods=["GET", "POST"])
@public
@at_most(PER_OFFICE)
def enter() -> ResponseReturnValue:
    """The second step of a sign-in whose password was right; nobody is signed in before it."""
    found = half_way()
    if found is None:
        if session.pop("half_way", None):
            flash(_("Your time for the code is over. Please sign in again."), "warning")
        return redirect(url_for("auth.sign_in"))
    account, page = found
    form = EnterCode()
    if not form.validate_on_submit():
        return render_template("second_step/enter.html", form=form), WRONG if form.errors else 200
    outcome = service.check_code(account, form.code.data or "", settings=_settings(), now=now())
    db.session.commit()
    if outcome in {Outcome.WRONG, Outcome.TOO_OFTEN}:
        form.code.errors = [_sentence(outcome)]
        return render_template("second_step/enter.html", form=form), _status(outcome)
    begin_session(account)
    if outcome is Outcome.RECOVERED:
        flash(_("You used a recovery code; it is spent. Make new ones before you run out."))
    return redirect(page)


@bp.route("/account/two-step", methods=["GET", "POST"])
@signed_in
def show() -> ResponseReturnValue:
    """The second step of whoever is signed in: set it up, or change what there is."""
    account = signed_in_account()
    form = Confirm()
    if not form.validate_on_submit():
        return _page(account, form), WRONG if form.errors else 200
    if not account.has_second_step:
        return _set_up(account, form)
    outcome = service.confirm(
        account, form.code.data or "", form.password.data or "", settings=_settings(), now=now()
    )
    if outcome in {Outcome.WRONG, Outcome.TOO_OFTEN}:
        return _refused(account, form, outcome)
    if request.form.get("action") == "off":
        service.turn_off(account)
        db.session.commit()
        begin_session(account)
        flash(_("Two-step sign-in is off."))
        return redirect(url_for("second_step.show"))
    codes = service.renew_codes(account, _settings())
    db.session.commit()
    return _codes(codes)


def _set_up(account: Account, form: Confirm) -> ResponseReturnValue:
    outcome, codes = service.turn_on(
        account,
        _pending_secret(account),
        form.code.data or "",
        form.password.data or "",
        settings=_settings(),
        now=now(),
    )
    if outcome is not Outcome.RIGHT:
        return _refused(account, form, outcome)
    db.session.commit()
    begin_session(account)  # all other sessions have ended
    return _codes(codes)


def _codes(codes: list[str]) -> ResponseReturnValue:
    """Shown once: they come with the answer to the form, and no address shows them again."""
    return render_template("second_step/codes.html", codes=[in_groups(code) for code in codes])


def _refused(account: Account, form: Confirm, outcome: Outcome) -> ResponseReturnValue:
    db.session.commit()  # the try counts, and is in the audit trail
    form.code.errors = [
        _("Code or password is not right. Nothing was changed.")
        if outcome is Outcome.WRONG
        else _sentence(outcome)
    ]
    return _page(account, form), _status(outcome)


def _page(account: Account, form: Confirm) -> str:
    is_required = is_asked_of(account)
    if account.has_second_step:
        return render_template(
            "second_step/on.html",
            form=form,
            left=service.codes_left(account.id),
            is_required=is_required,
        )
    secret = _pending_secret(account)
    address = address_for_app(secret, email=account.email, company=_settings().company)
    return render_template(
        "second_step/set_up.html",
        form=form,
        is_required=is_required,
        secret=in_groups(secret),
        address=address,
        picture=_picture(address),
    )


def _pending_secret(account: Account) -> str:
    """The secret that this session sets up, sealed in its cookie; a new one where there is none."""
    link_key = _settings().link_key
    kept = base64.b64decode(session.get(PENDING, ""))
    secret = unseal(kept, account_id=account.id, link_key=link_key)
    if secret is None:
        secret = make_secret()
        sealed = seal(secret, account_id=account.id, link_key=link_key)
        session[PENDING] = base64.b64encode(sealed).decode()
    return secret


def _picture(address: str) -> Markup:
    """The address as a picture for the phone's camera, dark on light in every theme."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=1, border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - paths of our own making


def _sentence(outcome: Outcome) -> str:
    if outcome is Outcome.TOO_OFTEN:
        return str(_("Too many wrong codes. Please wait 15 minutes, then sign in again."))
    return str(_("This code is not right, too old, or was used already. Wait for the next one."))


def _status(outcome: Outcome) -> int:
    return TOO_OFTEN if outcome is Outcome.TOO_OFTEN else WRONG


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
