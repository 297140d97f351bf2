"""Let invitations leave sooner: now, where HR changes its mind; never, once the round is closed."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, select, update

from app.audit.service import record
from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.errors import DomainError
from app.feedback.leaving.queries import jobs_that_may_go
from app.feedback.models import Invitation, Reviewer
from app.jobs.models import Job, JobKind, JobState
from app.jobs.service import wake_worker


class LeavingError(DomainError):
    """Invitations that cannot leave now; the text says why."""


def send_now(cycle: Cycle, *, account_id: int) -> int:
    """Have the invitations of a round leave now that wait for their morning; gives how many.

    Whoever has another invitation or reminder within a day keeps waiting. A second press finds
    nothing and notes nothing. Raises LeavingError unless the round collects answers.
    """
    db.session.refresh(cycle, with_for_update={"read": True})
    moment = now()
    if cycle.launched_at is None or cycle.closed_at is not None or cycle.opens_at > moment:
        raise LeavingError(
            _("“%(cycle)s” is not collecting answers now, so no letter leaves.", cycle=cycle.name)
        )
    count = _bring_forward(jobs_that_may_go(cycle.id, moment), moment)
    if count:
        record("cycle.sent_now", f"cycle:{cycle.id}", account_id=account_id, detail=str(count))
    return count


def let_waiting_lapse(cycle_id: int, moment: datetime) -> None:
    """Have the worker look now at what a closed round has waiting, and take it out of the outbox.

    Otherwise the outbox would go on to promise letters that will never leave.
    """
    _bring_forward(
        select(Job.id)
        .join(Invitation, Invitation.letter_id == Job.subject_id)
        .join(Reviewer, Reviewer.id == Invitation.reviewer_id)
        .where(
            Reviewer.cycle_id == cycle_id,
            Job.kind == JobKind.SEND_LETTER,
            Job.state == JobState.QUEUED,
            Job.run_at > moment,
        ),
        moment,
    )


def _bring_forward(jobs: Select[int], moment: datetime) -> int:
    """One statement; work that somebody has taken meanwhile is left alone."""
    changed = db.session.execute(
        update(Job)
        .where(Job.id.in_(jobs), Job.state == JobState.QUEUED)
        .values(run_at=moment)
        .execution_options(synchronize_session=False)
    )
    wake_worker()
    return int(changed.rowcount)  # type: ignore[attr-defined]
