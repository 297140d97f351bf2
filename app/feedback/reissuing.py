"""A new link in place of a reviewer's present one, which dies at once (decision 0021).

A link belongs to the mailbox that it was mailed to, and so does what was typed behind it.
"""

from sqlalchemy import ScalarSelect, delete, select, update
from sqlalchemy.orm import joinedload

from app.db import db
from app.feedback.drafts import seal_anew
from app.feedback.links import hash_token, make_token
from app.feedback.models import Draft, FeedbackRequest, Invitation, RequestState, Reviewer
from app.jobs.models import Job, JobKind, JobState
from app.mail.models import Letter, LetterState
from app.people.models import Person

REPLACED = "Not sent: a new link has gone to another address."
APART = {"synchronize_session": False}


def locked_reviewer(reviewer_id: int) -> Reviewer:
    """A reviewer as the row stands now, with the person; nobody else makes a link meanwhile."""
    return db.session.scalars(
        select(Reviewer)
        .where(Reviewer.id == reviewer_id)
        .options(joinedload(Reviewer.person).joinedload(Person.department))
        .with_for_update(of=Reviewer)
        .execution_options(populate_existing=True)
    ).one()


def address_of_link(reviewer: Reviewer) -> str | None:
    """Where the present link was mailed, or the person's address while no letter was posted.

    Every letter with the present link goes there, whatever address the person is given meanwhile.
    """
    wanted = select(last_address()).where(Reviewer.id == reviewer.id)
    return db.session.scalar(wanted) or reviewer.person.email


def last_address() -> ScalarSelect[str]:
    """For a statement over reviewers: where each one's latest letter with the link was mailed."""
    return (
        select(Letter.to_address)
        .join(Invitation, Invitation.letter_id == Letter.id)
        .where(Invitation.reviewer_id == Reviewer.id)
        .order_by(Letter.id.desc())
        .limit(1)
        .correlate(Reviewer)
        .scalar_subquery()
    )


def raise_generation(reviewer: Reviewer, link_key: bytes, *, address: str) -> bool:
    """Make a new link for the mailbox `address`. The caller has locked the reviewer.

    Drafts move along to the mailbox that had the link before; for any other they are deleted, and
    letters that wait for the mailbox of before are taken back, because they would carry the new
    link. Gives whether it is another mailbox, so that the forms begin anew.
    """
    stays = address == address_of_link(reviewer)
    old = make_token(link_key, reviewer.id, reviewer.generation)
    reviewer.generation += 1
    new = make_token(link_key, reviewer.id, reviewer.generation)
    reviewer.token_hash, reviewer.cut_off = hash_token(new), False
    db.session.flush()
    if stays:
        seal_anew(reviewer.id, old=old, new=new)
        return False
    _take_back_letters(reviewer.id)
    _delete_drafts(reviewer.id)
    return True


def _delete_drafts(reviewer_id: int) -> None:
    """The requests are locked first, as for a submission."""
    mine = (
        select(FeedbackRequest.id)
        .where(FeedbackRequest.reviewer_id == reviewer_id)
        .order_by(FeedbackRequest.id)
    )
    ids = db.session.scalars(mine.with_for_update()).all()
    db.session.execute(delete(Draft).where(Draft.request_id.in_(ids)), execution_options=APART)
    db.session.execute(
        update(FeedbackRequest)
        .where(FeedbackRequest.id.in_(ids), FeedbackRequest.state == RequestState.STARTED)
        .values(state=RequestState.OPEN),
        execution_options=APART,
    )
    db.session.expire_all()


def _take_back_letters(reviewer_id: int) -> None:
    """Delete what waits; a letter that may have arrived in an earlier try is not tried again."""
    waits = (Letter.link_owner_id == reviewer_id) & (Letter.state == LetterState.QUEUED)
    clean = select(Letter.id).where(waits, Letter.handed_over_at.is_(None))
    # A job that a worker has taken meanwhile is not queued any more, and its letter stays.
    taken_back = db.session.scalars(
        delete(Job)
        .where(
            Job.kind == JobKind.SEND_LETTER,
            Job.state == JobState.QUEUED,
            Job.subject_id.in_(clean),
        )
        .returning(Job.subject_id),
        execution_options=APART,
    ).all()
    db.session.execute(delete(Letter).where(Letter.id.in_(taken_back)), execution_options=APART)
    db.session.execute(
        update(Letter)
        .where(waits, Letter.handed_over_at.is_not(None))
        .values(state=LetterState.UNCERTAIN, error=REPLACED, handed_over_at=None),
        execution_options=APART,
    )
