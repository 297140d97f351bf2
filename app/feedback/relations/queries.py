"""Relations that are said to be wrong: who says so, and never what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.models import FeedbackRequest, RequestState, Reviewer
from app.feedback.pages import form_of
from app.feedback.queries import get_forms
from app.feedback.relations.models import RelationClaim
from app.feedback.relations.rules import Decision, decisions_about
from app.people.groups import RaterGroup
from app.people.models import Person
from app.schemes.models import Scheme


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A claim that waits for HR's word."""

    request_id: int
    reviewer: str
    participant_id: int
    subject: str
    listed: RaterGroup
    claimed: RaterGroup | None
    is_sent: bool
    decisions: tuple[Decision, ...]


def find_claim(request_id: int) -> RelationClaim | None:
    """What was said about this request, decided or not."""
    return db.session.get(RelationClaim, request_id)


def list_claimed(cycle: Cycle) -> Sequence[Claimed]:
    """The claims of a round that wait, by the person reviewed."""
    subject = aliased(Person)
    rows = db.session.execute(
        select(RelationClaim, FeedbackRequest, Person.name, subject.name.label("about"), Scheme)
        .join(FeedbackRequest, FeedbackRequest.id == RelationClaim.request_id)
        .join(Reviewer, Reviewer.id == FeedbackRequest.reviewer_id)
        .join(Person, Person.id == Reviewer.person_id)
        .join(Participant, Participant.id == FeedbackRequest.participant_id)
        .join(subject, subject.id == Participant.person_id)
        .join(Scheme, Scheme.id == Participant.scheme_id)
        .where(Reviewer.cycle_id == cycle.id, RelationClaim.waits)
        .order_by(subject.name, Person.name, RelationClaim.request_id)
    ).all()
    schemes = get_forms([row.Scheme.id for row in rows]) if rows else {}
    return [
        Claimed(
            request_id=row.FeedbackRequest.id,
            reviewer=row.name,
            participant_id=row.FeedbackRequest.participant_id,
            subject=row.about,
            listed=row.FeedbackRequest.rater_group,
            claimed=row.RelationClaim.claimed,
            is_sent=row.FeedbackRequest.state is RequestState.SUBMITTED,
            decisions=decisions_about(
                row.FeedbackRequest.rater_group,
                row.RelationClaim.claimed,
                row.Scheme.definition,
                k_min=cycle.k_min,
                same_questions=asks_the_same(
                    schemes[row.Scheme.id],
                    row.FeedbackRequest.rater_group,
                    row.RelationClaim.claimed,
                    k_min=cycle.k_min,
                ),
            ),
        )
        for row in rows
    ]


def asks_the_same(
    scheme: Scheme, listed: RaterGroup, claimed: RaterGroup | None, *, k_min: int
) -> bool:
    """Whether both groups have the same form under a scheme."""
    if claimed is None:
        return False
    one, other = (form_of(scheme, group, k_min=k_min) for group in (listed, claimed))
    return one.shape == other.shape


@dataclass(frozen=True, kw_only=True, slots=True)
class Undecided:
    """Claims of a round that wait, and how many of them hold an answer."""

    claims: int
    answers: int


def count_claimed(cycle_id: int) -> Undecided:
    """What the close would leave out now."""
    sent = case((FeedbackRequest.state == RequestState.SUBMITTED, 1), else_=0)
    row = db.session.execute(
        select(func.count().label("claims"), func.coalesce(func.sum(sent), 0).label("answers"))
        .select_from(RelationClaim)
        .join(FeedbackRequest, FeedbackRequest.id == RelationClaim.request_id)
        .join(Reviewer, Reviewer.id == FeedbackRequest.reviewer_id)
        .where(Reviewer.cycle_id == cycle_id, RelationClaim.waits)
    ).one()
    return Undecided(claims=row.claims, answers=row.answers)
