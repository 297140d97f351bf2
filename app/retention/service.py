"""Deleting what belongs to a round when its time is over. Services flush, the edge commits."""

from collections.abc import Iterator, Sequence

from sqlalchemy import delete, select, update

from app.audit.service import record
from app.clock import now
from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.closing import close_cycle
from app.feedback.links import forget_links
from app.feedback.mixing import plan_rewriting as plan_rewriting_of_drafts
from app.feedback.models import Draft, FeedbackRequest, RequestState, Reviewer, Submission
from app.jobs.models import JobKind
from app.ratings.forgetting import forget_inputs, forget_ratings
from app.ratings.guards import lock
from app.ratings.hiding.service import forget_hidings
from app.retention.queries import is_too_late, moments_of
from app.retention.rules import answers_are_due, links_are_due, today_in
from app.retention.traces import plan_rewriting

PEOPLE_AT_ONCE = 500


def delete_answers(cycle_id: int) -> bool:
    """Delete the answers of a round if they are due; a second call changes nothing.

    What was released stays as it is. Of a round that was never released everything goes that was
    computed from the answers, and one that was never closed is closed first. The round's row is
    locked, so that a release either comes before, and gives them another year, or is refused.
    """
    cycle = db.session.get_one(Cycle, cycle_id)
    lock(cycle)
    moment = now()
    if not answers_are_due(moments_of(cycle), moment):
        return False
    was_released = cycle.released_at is not None
    if cycle.closed_at is None:
        close_cycle(cycle, moment)
    cycle.answers_deleted_on = day = today_in(cycle.time_zone, moment)
    forms = ratings = 0
    for some in _participants(cycle_id):
        forms += _delete_submissions(some)
        forget_hidings(some)
        ratings += forget_inputs(some, day) if was_released else forget_ratings(some)
    plan_rewriting(JobKind.REWRITE_ANSWERS, cycle_id, at=moment)
    detail = f"{forms} forms, {ratings} ratings {'emptied' if was_released else 'deleted'}"
    record("answers.deleted", f"cycle:{cycle_id}", account_id=None, detail=detail)
    db.session.flush()
    db.session.expire_all()
    return True


def _participants(cycle_id: int) -> Iterator[Sequence[int]]:
    """The people of a round, so many at a time: no statement grows with the round."""
    ids = db.session.scalars(
        select(Participant.id).where(Participant.cycle_id == cycle_id).order_by(Participant.id)
    ).all()
    for first in range(0, len(ids), PEOPLE_AT_ONCE):
        yield ids[first : first + PEOPLE_AT_ONCE]


def _delete_submissions(participant_ids: Sequence[int]) -> int:
    done = db.session.execute(
        delete(Submission).where(Submission.participant_id.in_(participant_ids)),
        execution_options={"synchronize_session": False},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def delete_links(cycle_id: int) -> bool:
    """Delete what the mailed links of a round are known by, if it is due; once is enough.

    By then the texts of its letters are emptied too, so their table is written anew.
    """
    cycle = db.session.get_one(Cycle, cycle_id)
    lock(cycle)
    moment = now()
    if not links_are_due(moments_of(cycle), moment):
        return False
    links = forget_links(cycle_id)
    cycle.links_deleted_on = today_in(cycle.time_zone, moment)
    plan_rewriting(JobKind.REWRITE_LETTERS, cycle_id, at=moment)
    record("links.deleted", f"cycle:{cycle_id}", account_id=None, detail=f"{links} links")
    db.session.flush()
    db.session.expire_all()
    return True


def delete_drafts(cycle_id: int) -> int:
    """Delete drafts that can hardly be sent any more, of a round that nobody has closed.

    Gives how many there were. The close deletes them all; this is for rounds that are forgotten.
    """
    cycle = db.session.get_one(Cycle, cycle_id)
    lock(cycle)
    if cycle.closed_at is not None:
        return 0
    moment = now()
    requests = db.session.scalars(
        select(Draft.request_id)
        .join(FeedbackRequest, FeedbackRequest.id == Draft.request_id)
        .join(Reviewer, Reviewer.id == FeedbackRequest.reviewer_id)
        .join(Cycle, Cycle.id == Reviewer.cycle_id)
        .where(Cycle.id == cycle_id, *is_too_late(moment))
        .order_by(Draft.request_id)
    ).all()
    for first in range(0, len(requests), PEOPLE_AT_ONCE):
        _delete_drafts_of(requests[first : first + PEOPLE_AT_ONCE])
    if requests:
        plan_rewriting_of_drafts(cycle_id, now=moment)
        detail = f"{len(requests)} drafts"
        record("drafts.deleted", f"cycle:{cycle_id}", account_id=None, detail=detail)
    db.session.flush()
    db.session.expire_all()
    return len(requests)


def _delete_drafts_of(requests: Sequence[int]) -> None:
    """The forms stand as not begun."""
    for statement in (
        delete(Draft).where(Draft.request_id.in_(requests)),
        update(FeedbackRequest)
        .where(FeedbackRequest.id.in_(requests), FeedbackRequest.state == RequestState.STARTED)
        .values(state=RequestState.OPEN),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})
