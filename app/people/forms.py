from flask_babel import lazy_gettext as _
from wtforms import SearchField

from app.web.forms import Form


class PeopleSearch(Form):
    """A search by GET: it changes nothing and needs no token."""

    class Meta(Form.Meta):
        csrf = False

    search = SearchField(_("Name, staff number, e-mail, company or job"), name="q")
