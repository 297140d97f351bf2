"""Decide how many of each group are asked, and how many forms a reviewer should have."""

from flask_babel import gettext as _
from sqlalchemy import delete

from app.audit.service import record
from app.cycles.models import Cycle
from app.cycles.service import refuse_unless_draft
from app.db import db
from app.errors import DomainError
from app.feedback.assigning.models import GroupLimitRow, LoadCap
from app.feedback.assigning.rules import (
    HIGHEST_LIMIT,
    HIGHEST_LOAD_CAP,
    LimitFault,
    Limits,
    faults_of_limits,
)


class LimitsError(DomainError):
    """Limits that cannot be used; the text says why."""


def set_limits(cycle: Cycle, limits: Limits, *, account_id: int | None = None) -> None:
    """Keep these limits for a draft; the proposal follows them from now on.

    Raises LimitsError for limits that contradict themselves, CycleError once it is launched.
    """
    refuse_unless_draft(cycle)
    faults = faults_of_limits(limits)
    if faults:
        raise LimitsError(" ".join(sentence_of_fault(fault) for fault in faults))
    db.session.execute(delete(GroupLimitRow).where(GroupLimitRow.cycle_id == cycle.id))
    db.session.execute(delete(LoadCap).where(LoadCap.cycle_id == cycle.id))
    db.session.add(LoadCap(cycle_id=cycle.id, forms=limits.load_cap))
    for group, limit in limits.groups.items():
        db.session.add(
            GroupLimitRow(cycle_id=cycle.id, rater_group=group, least=limit.least, most=limit.most)
        )
    db.session.flush()
    detail = "; ".join(
        f"{group} {limit.least}-{limit.most or 'any'}" for group, limit in limits.groups.items()
    )
    record(
        "cycle.limits_changed",
        f"cycle:{cycle.id}",
        account_id=account_id,
        detail=f"at most {limits.load_cap} forms; {detail or 'usual groups'}",
    )


def sentence_of_fault(fault: LimitFault) -> str:
    """What to tell whoever entered it so."""
    sentences: dict[LimitFault, str] = {
        LimitFault.MOST_BELOW_LEAST: _("The most must not be below the least."),
        LimitFault.OUT_OF_RANGE: _(
            "A group needs a least between 0 and %(most)s and a most between 1 and %(most)s.",
            most=HIGHEST_LIMIT,
        ),
        LimitFault.LOAD_CAP_OUT_OF_RANGE: _(
            "The forms for each reviewer must be between 1 and %(most)s.", most=HIGHEST_LOAD_CAP
        ),
    }
    return sentences[fault]
