from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.auth import service
from app.auth.forms import AskForLink, NewPassword, SignIn
from app.auth.guard import begin_half_way, begin_session, end_session, signed_in_account
from app.auth.models import Role
from app.config import Settings
from app.db import db
from app.web.headers import no_referrer
from app.web.limits import limiter
from app.web.policy import public, signed_in

bp = Blueprint("auth", __name__)

WRONG = 422
# A whole company may stand behind one address of the network, and all come on release day.
PER_OFFICE = "300 per 15 minutes"


def address_tried() -> str:
    """Tries are counted per account, whatever machine they come from."""
    return f"{request.endpoint}:" + request.form.get("email", "").strip().lower()


def _was_wrong(response: Response) -> bool:
    """Only wrong passwords count: whoever knows theirs may sign in as often as they like."""
    return response.status_code == WRONG


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """Each to their own first page."""
    if not current_user.is_authenticated:
        return redirect(url_for("auth.sign_in"))
    return redirect("/hr" if current_user.role == Role.HR else "/me")


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit(
    "10 per 15 minutes", methods=["POST"], key_func=address_tried, deduct_when=_was_wrong
)
@limiter.limit(PER_OFFICE, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    form = SignIn(next=request.args.get("next", ""))
    if form.validate_on_submit():
        account = service.check_password(
            form.email.data or "", form.password.data or "", memory_kib=_memory()
        )
        if account is not None:
            page = _own_page(form.next.data or "") or url_for("auth.home")
            if account.has_second_step:
                begin_half_way(account, page)
                return redirect(url_for("second_step.enter"))
            begin_session(account)
            return redirect(page)
        form.password.errors = [_("E-mail or password is not right.")]
    return render_template("auth/sign_in.html", form=form), WRONG if form.errors else 200


@bp.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """A copy of the cookie must not outlive the signing out, so all sessions end."""
    service.end_sessions(signed_in_account())
    db.session.commit()
    end_session()
    return redirect(url_for("auth.sign_in"))


@bp.route("/forgot", methods=["GET", "POST"])
@public
@limiter.limit("5 per 15 minutes", methods=["POST"], key_func=address_tried)
@limiter.limit(PER_OFFICE, methods=["POST"])
def forgot() -> ResponseReturnValue:
    """Ask for a link that sets a password; the answer is the same for an unknown address."""
    form = AskForLink()
    if form.validate_on_submit():
        service.mail_password_link(form.email.data or "", link_key=_settings().link_key)
        db.session.commit()
        return render_template("auth/link_sent.html")
    return render_template("auth/forgot.html", form=form)


@bp.route("/set-password/<token>", methods=["GET", "POST"])
@public
def choose_password(token: str) -> ResponseReturnValue:
    no_referrer()
    account = service.find_by_reset(token)
    if account is None:
        return render_template("auth/link_over.html"), 410
    form = NewPassword()
    if form.validate_on_submit():
        try:
            service.set_password(account, form.password.data or "", memory_kib=_memory())
        except service.PasswordError as refusal:
            form.password.errors = [str(refusal)]
            return render_template("auth/choose_password.html", form=form), 422
        db.session.commit()
        return redirect(url_for("auth.sign_in"))
    return render_template("auth/choose_password.html", form=form)


def _own_page(address: str) -> str | None:
    """The address, if it is a page of ours: never another site's."""
    if not address.startswith("/") or address.startswith("//"):
        return None
    is_plain = address.isprintable() and "\\" not in address  # a line break would end the header
    return address if is_plain else None


def _memory() -> int:
    return _settings().argon2_memory_kib


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
