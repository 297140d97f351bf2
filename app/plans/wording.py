"""The words for the states of goals and the faults of check-ins."""

from flask_babel import gettext as _

from app.plans.models import GoalStatus
from app.plans.rules import CheckInFault


def status_name(status: GoalStatus | None) -> str:
    names: dict[GoalStatus | None, str] = {
        None: _("No check-in yet"),
        GoalStatus.ON_TRACK: _("On track"),
        GoalStatus.AT_RISK: _("At risk"),
        GoalStatus.BLOCKED: _("Blocked"),
        GoalStatus.DONE: _("Done"),
    }
    return names[status]


def fault_sentence(fault: CheckInFault) -> str:
    sentences: dict[CheckInFault, str] = {
        CheckInFault.STATUS: _("Choose how the goal stands."),
        CheckInFault.DONE: _("Write what you did."),
        CheckInFault.TOO_LONG: _("Each answer may have 2,000 characters."),
    }
    return sentences[fault]
