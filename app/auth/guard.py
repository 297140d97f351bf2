"""The first gate of every request: the view's declared policy, and how old the session is."""

from datetime import UTC, datetime

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from app.auth.models import Account, Role
from app.auth.rules import half_way_is_over, session_is_over
from app.auth.service import find_by_session
from app.clock import now
from app.db import set_writing
from app.web.policy import Policy, is_from_anywhere, policy_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SAME_SITE = frozenset({"same-origin", "none"})


class SignIns(LoginManager):  # type: ignore[misc]  # the library tells no types
    """Nobody is remembered beyond their session, so no answer is searched for what to remember."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def init_guard(app: Flask) -> None:
    """Load the account of each request and enforce every view's policy before it runs."""
    # Not by the context processor, which looks for somebody on pages that ask for nobody.
    logins = SignIns(app, add_context_processor=False)
    logins.session_protection = None  # the generation and the clocks below protect it
    logins.user_loader(find_by_session)
    app.before_request(open_gate)
    app.jinja_env.globals["current_user"] = current_user


def open_gate() -> ResponseReturnValue | None:
    """Let the request pass, send it to sign in, or answer 404 as if nothing were there."""
    set_writing(request.method not in SAFE_METHODS)
    if request.endpoint is None:
        return None  # no such page: the 404 page follows
    if request.endpoint == "static":
        return None
    policy = policy_of(current_app.view_functions[request.endpoint])
    _refuse_other_sites(policy)
    if policy in {Policy.PUBLIC, Policy.LINK}:
        return None
    if policy is None:
        abort(404)
    return _gate_for_accounts(policy)


def signed_in_account() -> Account:
    """Whoever is signed in; 404 for nobody, which the gate has already ruled out."""
    if not current_user.is_authenticated:
        abort(404)
    account: Account = current_user._get_current_object()
    return account


def preferred_language() -> str | None:
    """The language of whoever is signed in."""
    if "began" not in session or not current_user.is_authenticated:
        return None
    return str(current_user.locale)


def begin_session(account: Account) -> None:
    """Sign in afresh: nothing of an earlier session is carried over."""
    session.clear()
    g.pop("csrf_token", None)  # a page that this request still makes takes one of the new session
    login_user(account)
    session["began"] = session["seen"] = now().timestamp()


def begin_half_way(account: Account, page: str) -> None:
    """Remember for a few minutes that the password was right; nobody is signed in by that.

    The account's generation is part of it: whatever ends sessions ends this too.
    """
    session.clear()
    session["half_way"] = {"who": account.get_id(), "page": page, "began": now().timestamp()}


def half_way() -> tuple[Account, str] | None:
    """Who may enter a code now, and the page they go to then."""
    kept = session.get("half_way")
    if kept is None or half_way_is_over(
        now=now(), began=datetime.fromtimestamp(kept["began"], UTC)
    ):
        return None
    account = find_by_session(kept["who"])
    return None if account is None else (account, kept["page"])


def end_session() -> None:
    """Sign out and forget everything."""
    logout_user()
    session.clear()


def _gate_for_accounts(policy: Policy) -> ResponseReturnValue | None:
    if not current_user.is_authenticated or _timed_out():
        end_session()
        if request.method in SAFE_METHODS:
            return redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?")))
        return redirect(url_for("auth.sign_in"))
    session["seen"] = now().timestamp()
    if policy is Policy.HR and current_user.role != Role.HR:
        abort(404)
    return None


def _timed_out() -> bool:
    began, seen = session.get("began"), session.get("seen")
    if began is None or seen is None:
        return True
    return session_is_over(
        now=now(),
        began=datetime.fromtimestamp(began, UTC),
        seen=datetime.fromtimestamp(seen, UTC),
        is_hr=current_user.role == Role.HR,
    )


def _refuse_other_sites(policy: Policy | None) -> None:
    """A changing request must come from our own pages (Sec-Fetch-Site, else Origin).

    Pages behind a mailed link send no referrer, so that their secret goes nowhere; browsers without
    Sec-Fetch-Site then say "null" for where a form came from. It is the link that lets them in.
    """
    if request.method in SAFE_METHODS or is_from_anywhere():
        return
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        if fetch_site not in SAME_SITE:
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin == "null" and policy is Policy.LINK:
        return
    if origin is not None and origin.partition("://")[2] != request.host:
        abort(403)
