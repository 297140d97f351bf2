"""The form that adds days to the calendar."""

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.cycles.forms import ZONES, zone_name
from app.web.forms import Form


class DaysForm(Form):
    """One day or several in a row, for the people of one time zone."""

    kind = RadioField(_("What kind of days"), default="free", validators=[InputRequired()])
    first = DateField(_("First day"), [InputRequired()])
    last = DateField(_("Last day (optional)"), [Optional()])
    name = StringField(_("Name (optional)"), [Optional(), Length(max=100)])
    zone = SelectField(_("For people in the time zone"))

    def offer_zones(self) -> None:
        """Fill the lists, in the page's language."""
        self.zone.choices = [(zone, zone_name(zone)) for zone in ZONES]
        self.kind.choices = [
            ("free", _("Free: nobody works")),
            ("worked", _("Worked: a weekend day in exchange for a holiday")),
        ]

    def last_day(self) -> date:
        """The end of the days; a single one ends where it begins."""
        last: date = self.last.data or self.first.data
        return last
