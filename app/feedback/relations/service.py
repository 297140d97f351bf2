"""Say that a relation is wrong, take that back, settle it; the close leaves out the undecided.

HR sees what the reviewer says to be, never an answer.
"""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from app.audit.service import record
from app.cycles.models import Cycle, Participant
from app.db import db
from app.errors import DomainError
from app.feedback.drafts import WithdrawnError
from app.feedback.models import (
    DeclineReason,
    FeedbackRequest,
    RequestState,
    Reviewer,
    Submission,
)
from app.feedback.relations.models import RelationClaim
from app.feedback.relations.queries import asks_the_same
from app.feedback.relations.rules import Decision, decisions_about
from app.feedback.replacing.letters import refresh_unsent
from app.feedback.rules import Promise, promise_to
from app.people.groups import RaterGroup
from app.schemes.models import Scheme

APART = {"synchronize_session": False}


class SettlingError(DomainError):
    """A claim that cannot be settled so; the text says why."""


def say_wrong(request_id: int, claimed: RaterGroup | None) -> None:
    """Hold the answer of this request until HR has decided; said again, the last word counts.

    What HR has decided stays. Raises WithdrawnError when the form is not asked for any more.
    """
    asked = _hold(request_id)
    claim = db.session.get(RelationClaim, request_id)
    if claim is None:
        db.session.add(RelationClaim(request_id=request_id, claimed=claimed))
        record("reviewer.wrong_relation", f"reviewer:{asked.reviewer_id}", account_id=None)
    elif claim.waits:
        claim.claimed = claimed
    db.session.flush()


def take_back(request_id: int) -> None:
    """The relation is right after all."""
    _hold(request_id)
    db.session.execute(
        delete(RelationClaim).where(RelationClaim.request_id == request_id, RelationClaim.waits),
        execution_options=APART,
    )


def settle(
    cycle: Cycle, request_id: int, decision: Decision, *, company: str, account_id: int | None
) -> bool:
    """Do as HR has decided; False when there is no such claim in this round.

    Letters that have not left fit the forms that are asked for then. The round is held alone, so
    that no form arrives meanwhile. Pressed twice, the first counts. Raises SettlingError once the
    round is closed, and for a group the answer was not given for.
    """
    db.session.refresh(cycle, with_for_update=True)
    found = _claim_in(cycle, request_id)
    if found is None:
        return False
    claim, asked, scheme = found
    reviewer_id, listed, definition = asked.reviewer_id, asked.rater_group, scheme.definition
    if cycle.closed_at is not None:
        raise SettlingError(_("“%(cycle)s” takes no answers any more.", cycle=cycle.name))
    if not claim.waits:
        return True
    same = asks_the_same(scheme, listed, claim.claimed, k_min=cycle.k_min)
    if decision not in decisions_about(
        listed, claim.claimed, definition, k_min=cycle.k_min, same_questions=same
    ):
        raise SettlingError(
            _("The other group is asked or promised something else, so the answer stays here.")
        )
    _carry_out(cycle, decision, claim, asked, definition)
    if decision is not Decision.KEEP:
        refresh_unsent(cycle, db.session.get_one(Reviewer, reviewer_id), company=company)
    record(
        "reviewer.relation_settled",
        f"reviewer:{reviewer_id}",
        account_id=account_id,
        detail=decision,
    )
    return True


def leave_out_undecided(cycle_id: int) -> None:
    """For the close: an answer whose relation nobody has confirmed does not count."""
    held = (
        select(RelationClaim.request_id)
        .join(FeedbackRequest, FeedbackRequest.id == RelationClaim.request_id)
        .join(Participant, Participant.id == FeedbackRequest.participant_id)
        .where(Participant.cycle_id == cycle_id)
    )
    waiting = held.where(RelationClaim.waits)
    for statement in (
        delete(Submission).where(Submission.request_id.in_(waiting)),
        update(FeedbackRequest)
        .where(FeedbackRequest.id.in_(waiting), FeedbackRequest.state == RequestState.SUBMITTED)
        .values(state=RequestState.DECLINED, decline_reason=DeclineReason.OTHER, reopened=False),
        delete(RelationClaim).where(RelationClaim.request_id.in_(held)),
    ):
        db.session.execute(statement, execution_options=APART)
    db.session.expire_all()


def _claim_in(
    cycle: Cycle, request_id: int
) -> tuple[RelationClaim, FeedbackRequest, Scheme] | None:
    """A claim of this very round as it stands now, its request, and the scheme."""
    row = db.session.execute(
        select(RelationClaim, FeedbackRequest, Scheme)
        .join(FeedbackRequest, FeedbackRequest.id == RelationClaim.request_id)
        .join(Participant, Participant.id == FeedbackRequest.participant_id)
        .join(Scheme, Scheme.id == Participant.scheme_id)
        .where(RelationClaim.request_id == request_id, Participant.cycle_id == cycle.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        return None
    return row.RelationClaim, row.FeedbackRequest, row.Scheme


def _carry_out(
    cycle: Cycle,
    decision: Decision,
    claim: RelationClaim,
    asked: FeedbackRequest,
    definition: dict[str, Any],
) -> None:
    if decision is Decision.LEAVE_OUT:
        _leave_out(claim, asked)
    else:
        claim.waits = False
    if decision is Decision.MOVE and claim.claimed is not None:
        promise = promise_to(claim.claimed, definition, k_min=cycle.k_min)
        _move(asked, promise, version=promise.version(cycle.mode))
    db.session.flush()


def _leave_out(claim: RelationClaim, asked: FeedbackRequest) -> None:
    """Ask for the form no more; claim and draft go with it."""
    request_id = asked.id
    db.session.expunge(claim)
    db.session.expunge(asked)
    for statement in (
        delete(Submission).where(Submission.request_id == request_id),
        delete(FeedbackRequest).where(FeedbackRequest.id == request_id),
    ):
        db.session.execute(statement, execution_options=APART)


def _move(asked: FeedbackRequest, promise: Promise, *, version: str) -> None:
    """Count the answer in the other group.

    The notice goes by the other group's name too, which promised the same: left as it was, it would
    point at the one answer that was moved.
    """
    asked.rater_group = promise.group
    db.session.execute(
        update(Submission)
        .where(Submission.request_id == asked.id)
        .values(rater_group=promise.group, notice_version=version),
        execution_options=APART,
    )


def _hold(request_id: int) -> FeedbackRequest:
    """The request, held against another word about it at the same moment."""
    asked = db.session.get(
        FeedbackRequest, request_id, with_for_update=True, populate_existing=True
    )
    if asked is None:
        raise WithdrawnError
    return asked
