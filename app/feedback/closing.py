"""The close of a round: late links refused, and the tie between rater and answer cut for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, delete, func, select, update

from app.audit.service import record
from app.cycles.models import Cycle, Participant
from app.db import db
from app.errors import DomainError
from app.feedback.entering.service import forget_codes_of
from app.feedback.leaving.service import let_waiting_lapse
from app.feedback.measuring.service import forget_order
from app.feedback.mixing import plan_rewriting, write_anew
from app.feedback.models import Draft, FeedbackRequest, Reviewer, Submission
from app.feedback.quality.service import keep_counts
from app.feedback.relations.service import leave_out_undecided
from app.people.groups import RaterGroup


class NotLaunchedError(DomainError):
    """A round that has not begun cannot end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FormCount:
    """How many forms of a rater group were submitted about a participant."""

    participant_id: int
    group: RaterGroup
    forms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    closed_at: datetime
    counts: tuple[FormCount, ...]

    @property
    def forms(self) -> int:
        return sum(count.forms for count in self.counts)


def close_cycle(cycle: Cycle, now: datetime, *, account_id: int | None = None) -> Closing:
    """End the collection; a second call changes nothing and gives the same counts.

    The round's row is locked first: whoever is sending a form finishes before, or is refused after.
    """
    db.session.refresh(cycle, with_for_update=True)
    if cycle.launched_at is None:
        raise NotLaunchedError(_("%(cycle)s has not been launched.", cycle=cycle.name))
    if cycle.closed_at is None:
        cycle.closed_at = now
        leave_out_undecided(cycle.id)
        keep_counts(cycle)
        write_anew(cycle.id)
        plan_rewriting(cycle.id, now=now)
        _delete_drafts(cycle.id)
        _end_corrections(cycle.id)
        forget_order(cycle.id)
        forget_codes_of(cycle.id)
        let_waiting_lapse(cycle.id, now)
        record("cycle.closed", f"cycle:{cycle.id}", account_id=account_id)
        db.session.flush()
    return Closing(closed_at=cycle.closed_at, counts=tuple(count_forms(cycle.id)))


def count_forms(cycle_id: int) -> Sequence[FormCount]:
    """Submitted forms per participant and rater group; pairs without any are left out."""
    rows = db.session.execute(
        select(Submission.participant_id, Submission.rater_group, func.count().label("forms"))
        .join(Participant, Submission.participant_id == Participant.id)
        .where(Participant.cycle_id == cycle_id)
        .group_by(Submission.participant_id, Submission.rater_group)
        .order_by(Submission.participant_id, Submission.rater_group)
    )
    return [
        FormCount(participant_id=row.participant_id, group=row.rater_group, forms=row.forms)
        for row in rows
    ]


def _delete_drafts(cycle_id: int) -> None:
    requests = select(FeedbackRequest.id).where(
        FeedbackRequest.participant_id.in_(_participants(cycle_id))
    )
    db.session.execute(
        delete(Draft).where(Draft.request_id.in_(requests)),
        execution_options={"synchronize_session": False},
    )


def _end_corrections(cycle_id: int) -> None:
    """Forms being changed stay as they were submitted."""
    for statement in (
        update(FeedbackRequest)
        .where(
            FeedbackRequest.reopened, FeedbackRequest.participant_id.in_(_participants(cycle_id))
        )
        .values(reopened=False),
        update(Reviewer)
        .where(Reviewer.may_correct, Reviewer.cycle_id == cycle_id)
        .values(may_correct=False),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})
    db.session.expire_all()


def _participants(cycle_id: int) -> Select[int]:
    return select(Participant.id).where(Participant.cycle_id == cycle_id)
