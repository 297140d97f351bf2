"""The forms that add one reviewer to a participant, and that limit how many are asked."""

from typing import Any, Self

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.cycles.models import Participant
from app.feedback.assigning.rules import (
    HIGHEST_LIMIT,
    HIGHEST_LOAD_CAP,
    USUAL_LIMITS,
    GroupLimit,
    Limits,
)
from app.people.groups import RaterGroup
from app.people.wording import group_name
from app.web.forms import Form

LIMITED = (RaterGroup.PEER, RaterGroup.SUBORDINATE, RaterGroup.CUSTOMER)


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


def _least() -> IntegerField:
    return IntegerField(_("At least"), [Optional(), NumberRange(min=0, max=HIGHEST_LIMIT)])


def _most() -> IntegerField:
    return IntegerField(_("At most"), [Optional(), NumberRange(min=1, max=HIGHEST_LIMIT)])


class LimitsForm(Form):
    """How many of each protected group are asked, and how many forms a reviewer should have."""

    peer_least, peer_most = _least(), _most()
    subordinate_least, subordinate_most = _least(), _most()
    customer_least, customer_most = _least(), _most()
    load_cap = IntegerField(
        _("Forms for each reviewer"), [InputRequired(), NumberRange(min=1, max=HIGHEST_LOAD_CAP)]
    )

    @classmethod
    def showing(cls, limits: Limits, k_min: int) -> Self:
        """The form filled in with what holds; what was sent with the request comes first."""
        values: dict[str, Any] = {"load_cap": limits.load_cap}
        for group in LIMITED:
            limit = limits.groups.get(group, usual_limit(group, k_min))
            values |= {f"{group}_least": limit.least, f"{group}_most": limit.most}
        return cls(**values)

    def fields_of(self, group: RaterGroup) -> tuple[Any, Any]:
        """The least and the most of a group."""
        return self[f"{group}_least"], self[f"{group}_most"]

    def limits(self, k_min: int) -> Limits:
        """What was decided; a group left as usual keeps following the usual."""
        decided = {}
        for group in LIMITED:
            least, most = self.fields_of(group)
            limit = GroupLimit(least=least.data or 0, most=most.data)
            if limit != usual_limit(group, k_min):
                decided[group] = limit
        return Limits(groups=decided, load_cap=self.load_cap.data)


def usual_limit(group: RaterGroup, k_min: int) -> GroupLimit:
    """What holds for a protected group while nothing is decided."""
    return GroupLimit(least=k_min, most=USUAL_LIMITS.most(group))
