"""A reviewer who does not exist, for looking at a form before anybody is asked. Nothing is stored.

The rows made here are never added to a session.
"""

from dataclasses import dataclass

from flask_babel import gettext as _

from app.clock import now
from app.cycles.rules import Mode
from app.feedback.callers import Asked, Caller, Round
from app.feedback.models import RequestState
from app.feedback.notices import Notice
from app.feedback.pages import FormPage, Visit, form_of
from app.feedback.rules import LEAST_GROUP_MINIMUM, Door
from app.people.groups import PersonKind, RaterGroup
from app.questionnaires.models import Questionnaire
from app.schemes.models import Scheme
from app.schemes.service import list_schemes_asking


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """What the form's own page is made from."""

    visit: Visit
    asked: Asked
    form: FormPage
    notice: Notice


def scheme_with(questionnaire: Questionnaire) -> Scheme:
    """The scheme that would ask with this version: the present one that asks with the version
    before, and without any scheme one that promises every group the most."""
    schemes = list_schemes_asking(questionnaire.code)
    namesake = [scheme for scheme in schemes if scheme.code == questionnaire.code]
    present = next(iter([*namesake, *schemes]), None)
    definition = present.definition if present else {"groups": []}
    return Scheme(
        questionnaire=questionnaire, questionnaire_id=questionnaire.id, definition=definition
    )


def groups_of(scheme: Scheme) -> list[RaterGroup]:
    """Who is asked, in the scheme's order."""
    named = [RaterGroup(row["id"]) for row in scheme.definition["groups"]]
    return named or list(RaterGroup)


def sample_of(scheme: Scheme, group: RaterGroup) -> Sample:
    """One form as a reviewer of this group finds it before anything is answered."""
    asked = Asked(
        number=1,
        id=0,
        participant_id=0,
        scheme_id=0,
        questionnaire_id=0,
        name=_("Wang Xiaoming"),
        department="",
        job="",
        group=group,
        state=RequestState.OPEN,
        decline_reason=None,
        touched_at=None,
    )
    form = form_of(scheme, group, k_min=LEAST_GROUP_MINIMUM)
    visit = Visit(token="", reviewer=_caller(), asked=[asked], accepts=True, door=Door.OPEN)
    notice = Notice(
        promise=form.promise, names=(asked.name,), groups=(group,), alone=False, standing=None
    )
    return Sample(visit=visit, asked=asked, form=form, notice=notice)


def _round() -> Round:
    """A round with the usual rules."""
    return Round(
        id=0,
        name=_("Preview"),
        time_zone="Asia/Shanghai",
        opens_at=now(),
        closes_local="",
        closes_at=now(),
        mode=Mode.CONFIDENTIAL,
        k_min=LEAST_GROUP_MINIMUM,
        compares=True,
        asks_code=False,
        purpose_zh="考核与发展",
        purpose_en="appraisal and development",
        contact_name="",
        contact_email="",
        contact_phone="",
        launched_at=None,
        closed_at=None,
    )


def _caller() -> Caller:
    """An employee of nobody's."""
    return Caller(
        id=0,
        cycle=_round(),
        person_id=0,
        kind=PersonKind.EMPLOYEE,
        name="",
        email=None,
        company="",
        department="",
        locale="",
        time_zone="",
        generation=1,
        started_on=None,
        declined=False,
        cut_off=False,
        more_time_asked_on=None,
        more_time_waits=False,
        closes_at=None,
        may_correct=False,
        ease_given=False,
        showed_code=False,
    )
