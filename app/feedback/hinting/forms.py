"""The form on which HR keeps the list of telling words."""

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField

from app.web.forms import Form

ROWS = 12


class WordsForm(Form):
    """One word or turn of phrase on a line."""

    words = TextAreaField(_("Words, one on each line"), render_kw={"rows": ROWS})
