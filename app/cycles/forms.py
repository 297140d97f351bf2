"""The form on which a round is planned."""

from datetime import timedelta

from babel.dates import get_timezone_location
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from app.clock import now
from app.cycles.models import Cycle
from app.cycles.rules import (
    HIGHEST_MOST_FORMS,
    LONGEST_REST_DAYS,
    LOWEST_K,
    USUAL_MOST_FORMS,
    USUAL_REST_DAYS,
    CyclePlan,
    Mode,
    PlanFault,
    add_working_days,
)
from app.cycles.workdays.queries import calendar_of
from app.web.forms import Form
from app.web.language import in_zone, language

# Where the company's people usually are; a cycle planned elsewhere by command keeps its own.
ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Asia/Seoul",
    "Asia/Bangkok", "Asia/Kolkata", "Asia/Dubai", "Australia/Sydney", "Europe/London",
    "Europe/Berlin", "Europe/Paris", "Europe/Moscow", "America/New_York", "America/Chicago",
    "America/Los_Angeles", "America/Sao_Paulo", "Africa/Johannesburg", "UTC",
)  # fmt: skip
# Where the name that people use is missing from the locale tables, or another.
USUAL_IN_CHINESE = {"Asia/Shanghai": "北京", "Asia/Kolkata": "加尔各答"}
USUAL_WORKING_DAYS = 10
ADDRESS = r"[^@\s]+@[^@\s]+\.[^@\s]+$"


class CycleForm(Form):
    """Name, period, days, mode, group minimum, purpose and contact of a round."""

    name = StringField(_("Cycle name"), [InputRequired(), Length(max=200)])
    period_from = DateField(_("Review period from"), [InputRequired()])
    period_to = DateField(_("Review period to"), [InputRequired()])
    opens_on = DateField(_("Collection opens on"), [InputRequired()])
    closes_on = DateField(_("Collection closes on"), [InputRequired()])
    time_zone = SelectField(_("Time zone"))
    mode = RadioField(_("Protection of those who answer"), default=Mode.CONFIDENTIAL)
    k_min = IntegerField(
        _("Group minimum"), [InputRequired(), NumberRange(min=LOWEST_K, max=20)], default=LOWEST_K
    )
    customer_rest_days = IntegerField(
        _("Days before a customer is asked again"),
        [InputRequired(), NumberRange(min=0, max=LONGEST_REST_DAYS)],
        default=USUAL_REST_DAYS,
    )
    customer_most_forms = IntegerField(
        _("Forms for one customer at most"),
        [InputRequired(), NumberRange(min=1, max=HIGHEST_MOST_FORMS)],
        default=USUAL_MOST_FORMS,
    )
    compares = BooleanField(_("Reviewers may answer question by question"), default=True)
    asks_code = BooleanField(_("Ask for a code by mail when a link is opened in another browser"))
    purpose_zh = StringField(_("Purpose, in Chinese"), [InputRequired(), Length(max=200)])
    purpose_en = StringField(_("Purpose, in English"), [InputRequired(), Length(max=200)])
    contact_name = StringField(_("Contact's name"), [InputRequired(), Length(max=200)])
    contact_email = StringField(
        _("Contact's e-mail"), [InputRequired(), Regexp(ADDRESS), Length(max=254)]
    )
    contact_phone = StringField(_("Contact's phone (optional)"), [Optional(), Length(max=60)])

    def offer_choices(self, kept_zone: str | None = None) -> None:
        """Fill the lists, in the page's language."""
        zones = ZONES if kept_zone in (None, *ZONES) else (str(kept_zone), *ZONES)
        self.time_zone.choices = [(zone, zone_name(zone)) for zone in zones]
        self.mode.choices = [
            (Mode.CONFIDENTIAL.value, _("Confidential: answers can be corrected until the close")),
            (Mode.ANONYMOUS.value, _("Anonymous: cut loose when sent, no correction")),
        ]

    def plan(self) -> CyclePlan:
        """What was filled in; only after the form has been validated."""
        return CyclePlan(**{name: self[name].data for name in CyclePlan.__dataclass_fields__})


def field_of_fault(fault: PlanFault) -> str:
    """Beside which field a refusal is shown."""
    return {
        PlanFault.NAME_EMPTY: "name",
        PlanFault.PERIOD_ENDS_FIRST: "period_to",
        PlanFault.CLOSES_BEFORE_OPENING: "closes_on",
        PlanFault.UNKNOWN_ZONE: "time_zone",
        PlanFault.UNKNOWN_MODE: "mode",
        PlanFault.GROUP_MINIMUM_TOO_LOW: "k_min",
        PlanFault.REST_OUT_OF_RANGE: "customer_rest_days",
        PlanFault.FORMS_OUT_OF_RANGE: "customer_most_forms",
    }[fault]


def usual_plan(contact_name: str, contact_email: str) -> CyclePlan:
    """What a new round usually looks like: this year, from today, ten working days."""
    zone = "Asia/Shanghai"
    today = in_zone(now(), zone).date()
    calendar = calendar_of(zone, today, today + timedelta(days=USUAL_WORKING_DAYS * 3))
    return CyclePlan(
        name="",
        period_from=today.replace(month=1, day=1),
        period_to=today.replace(month=12, day=31),
        opens_on=today,
        closes_on=add_working_days(today, USUAL_WORKING_DAYS, calendar=calendar),
        contact_name=contact_name,
        contact_email=contact_email,
    )


def plan_of(cycle: Cycle) -> CyclePlan:
    """The plan that a stored round follows."""
    last_moment = in_zone(cycle.closes_at, cycle.time_zone) - timedelta(microseconds=1)
    return CyclePlan(
        name=cycle.name,
        period_from=cycle.period_from,
        period_to=cycle.period_to,
        opens_on=in_zone(cycle.opens_at, cycle.time_zone).date(),
        closes_on=last_moment.date(),
        time_zone=cycle.time_zone,
        mode=cycle.mode,
        k_min=cycle.k_min,
        customer_rest_days=cycle.customer_rest_days,
        customer_most_forms=cycle.customer_most_forms,
        compares=cycle.compares,
        asks_code=cycle.asks_code,
        purpose_zh=cycle.purpose_zh,
        purpose_en=cycle.purpose_en,
        contact_name=cycle.contact_name,
        contact_email=cycle.contact_email,
        contact_phone=cycle.contact_phone,
    )


def zone_name(zone: str) -> str:
    """How a zone is shown in a list: its city and its name in the tz database."""
    if zone == "UTC":
        return "UTC"
    place = get_timezone_location(zone, locale=language(), return_city=True)
    own = USUAL_IN_CHINESE.get(zone) if language() == "zh" else None
    return f"{own or place} ({zone})"
