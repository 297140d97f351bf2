"""The form by which HR says until when employees propose."""

from datetime import timedelta
from typing import Self

from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import InputRequired

from app.clock import now
from app.cycles.models import Cycle
from app.cycles.rules import add_working_days
from app.cycles.workdays.queries import calendar_of
from app.feedback.nominating.models import NominationRound
from app.web.forms import Form
from app.web.language import in_zone

USUAL_WORKING_DAYS = 5


class SwitchOn(Form):
    """A day, to whose end in the round's zone lists can be sent."""

    last_on = DateField(_("Last day for proposals"), validators=[InputRequired()])

    @classmethod
    def showing(cls, cycle: Cycle, nomination: NominationRound | None) -> Self:
        """With the day that holds, or a working week from today."""
        if nomination is not None:
            ends = in_zone(nomination.ends_at, cycle.time_zone) - timedelta(microseconds=1)
            return cls(last_on=ends.date())
        today = in_zone(now(), cycle.time_zone).date()
        calendar = calendar_of(cycle.time_zone, today, today + timedelta(days=30))
        return cls(last_on=add_working_days(today, USUAL_WORKING_DAYS, calendar=calendar))
