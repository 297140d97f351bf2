"""The forms by which HR names somebody else, or one more."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from app.feedback.launching.forms import AddReviewer
from app.web.forms import Form


class NameSomebody(Form):
    """By staff number or e-mail, because names repeat."""

    number = StringField(_("Staff number or e-mail"), validators=[InputRequired(), Length(max=254)])
    confirms_load = BooleanField(_("They are to have one more form"))


class AskOneMore(AddReviewer):
    """As one of a group of the participant's scheme."""

    confirms_load = BooleanField(_("They are to have one more form"))
