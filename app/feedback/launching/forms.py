"""The form that adds one reviewer to a participant."""

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from app.cycles.models import Participant
from app.feedback.wording import group_name
from app.people.groups import RaterGroup
from app.web.forms import Form


class AddReviewer(Form):
    """By staff number or e-mail, because names repeat."""

    number = StringField(_("Staff number or e-mail"), validators=[InputRequired(), Length(max=254)])
    group = SelectField(_("Asked as"))

    def offer_groups(self, participant: Participant) -> None:
        """Only the groups that the participant's scheme asks, without the person themself."""
        asked = [RaterGroup(row["id"]) for row in participant.scheme.definition["groups"]]
        self.group.choices = [
            (group.value, group_name(group)) for group in asked if group is not RaterGroup.SELF
        ]
