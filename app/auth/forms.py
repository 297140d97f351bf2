from flask_babel import lazy_gettext as _
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired

from app.web.forms import Form


class SignIn(Form):
    email = EmailField(
        _("E-mail"), validators=[DataRequired()], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        _("Password"),
        validators=[DataRequired()],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class AskForLink(Form):
    email = EmailField(
        _("E-mail"), validators=[DataRequired()], render_kw={"autocomplete": "username"}
    )


class NewPassword(Form):
    password = PasswordField(
        _("New password (at least 12 characters)"),
        validators=[DataRequired()],
        render_kw={"autocomplete": "new-password", "minlength": 12},
    )
