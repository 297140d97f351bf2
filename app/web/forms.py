"""Forms and their CSRF protection: the one place that touches Flask-WTF's missing types."""

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError, CSRFProtect

from app.web.link_tokens import is_sent_from_here, link_cookie
from app.web.policy import Policy, policy_asked_for

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Form(FlaskForm):  # type: ignore[misc]
    """A form with CSRF protection, whose messages come in the page's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("en", "zh")


class FormGuard(CSRFProtect):  # type: ignore[misc]
    """Flask-WTF's check of the session's token; behind a mailed link, that of the link's cookie.

    Whoever comes there without a cookie is nobody: there is nothing that another site could do in
    their name, and the page that follows says how to come in.
    """

    def protect(self, apply_exemptions: bool = False) -> None:
        if policy_asked_for() is not Policy.LINK:
            super().protect(apply_exemptions)
            return
        is_guarded = request.method not in SAFE_METHODS and not self._is_exempt()
        if is_guarded and link_cookie() and not is_sent_from_here():
            raise CSRFError("The token is none of this browser's link, or too old.")
