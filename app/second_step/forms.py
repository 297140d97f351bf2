"""What is typed on the pages of the second step."""

from flask_babel import lazy_gettext as _
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from app.web.forms import Form

# A recovery code has letters, so the keyboard of digits is only asked for, never demanded.
ONE_CODE = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autocapitalize": "none",
    "spellcheck": "false",
    "maxlength": 40,
}


class EnterCode(Form):
    code = StringField(_("Code"), validators=[DataRequired()], render_kw=ONE_CODE)


class Confirm(Form):
    """Every change of the second step asks for both."""

    code = StringField(_("Code"), validators=[DataRequired()], render_kw=ONE_CODE)
    password = PasswordField(
        _("Password"),
        validators=[DataRequired()],
        render_kw={"autocomplete": "current-password"},
    )
