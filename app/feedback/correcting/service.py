"""Mail a link with the right to correct, open a submitted form anew, or leave it as it was.

What was submitted is never shown again: HR can change an address, and would read it otherwise.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from app.audit.service import record
from app.db import db
from app.feedback.correcting.emails import CORRECT_LINK, correct_link
from app.feedback.correcting.rules import PERIOD, Outcome, outcome_of
from app.feedback.drafts import StaleLinkError
from app.feedback.launching.emails import RoundCard
from app.feedback.links import hash_token
from app.feedback.models import Draft, FeedbackRequest, Invitation, RequestState, Reviewer
from app.feedback.pages import Visit
from app.feedback.reissuing import address_of_link, locked_reviewer, raise_generation
from app.feedback.reminding.queries import card_of
from app.feedback.submitting.service import ensure_open
from app.mail.models import Letter, LetterState
from app.mail.service import post

KIND = "correct"
APART = {"synchronize_session": False}


def ask_for_link(
    visit: Visit, *, link_key: bytes, company: str, now: datetime
) -> tuple[Outcome, str | None]:
    """Make a new link that may correct, and mail it where the old one went, which dies.

    Gives what became of it, and that address. Asked once more behind the link that died so, the
    letter with the new one is repeated. Raises TooLateError after the deadline, StaleLinkError when
    somebody else has stopped the link.
    """
    ensure_open(visit, now=now)
    reviewer = locked_reviewer(visit.reviewer.id)
    is_present = reviewer.token_hash == hash_token(visit.token)
    if reviewer.cut_off or not (is_present or reviewer.may_correct):
        raise StaleLinkError
    address = address_of_link(reviewer)
    outcome = outcome_of(
        has_address=bool(address),
        is_waiting=reviewer.may_correct
        and _count(reviewer, Letter.state == LetterState.QUEUED) > 0,
        recent=_count(reviewer, Letter.posted_at > now - PERIOD),
    )
    if outcome is Outcome.SEND and address:
        if is_present:
            raise_generation(reviewer, link_key, address=address)
        reviewer.may_correct = True
        _post(visit, reviewer, company, address)
        record("reviewer.asked_for_link", f"reviewer:{reviewer.id}", account_id=None)
    return outcome, address


def reopen(request_id: int) -> None:
    """Let a submitted form be filled in anew; until it is sent, the earlier answer counts."""
    db.session.execute(
        update(FeedbackRequest)
        .where(FeedbackRequest.id == request_id, FeedbackRequest.state == RequestState.SUBMITTED)
        .values(reopened=True),
        execution_options=APART,
    )


def keep_earlier(request_id: int) -> None:
    """Leave the submitted form as it was; what was typed anew is deleted."""
    kept = db.session.execute(
        update(FeedbackRequest)
        .where(FeedbackRequest.id == request_id, FeedbackRequest.reopened)
        .values(reopened=False)
        .returning(FeedbackRequest.id),
        execution_options=APART,
    ).one_or_none()
    if kept is not None:
        db.session.execute(
            delete(Draft).where(Draft.request_id == request_id), execution_options=APART
        )


def end_corrections(reviewer: Reviewer) -> None:
    """Take the right back: what is being changed stays as it was submitted.

    For links that HR makes. Nobody else may read, or send, what the reviewer was typing.
    """
    reviewer.may_correct = False
    reopened = select(FeedbackRequest.id).where(
        FeedbackRequest.reviewer_id == reviewer.id, FeedbackRequest.reopened
    )
    db.session.execute(delete(Draft).where(Draft.request_id.in_(reopened)), execution_options=APART)
    db.session.execute(
        update(FeedbackRequest)
        .where(FeedbackRequest.reviewer_id == reviewer.id, FeedbackRequest.reopened)
        .values(reopened=False),
        execution_options=APART,
    )


def _count(reviewer: Reviewer, condition: ColumnElement[bool]) -> int:
    """How many letters of this kind the reviewer has asked for."""
    asked = select(func.count()).where(
        Letter.link_owner_id == reviewer.id, Letter.kind == CORRECT_LINK, condition
    )
    return db.session.scalar(asked) or 0


def _post(visit: Visit, reviewer: Reviewer, company: str, address: str) -> None:
    card = RoundCard.of(visit.cycle, company).until(visit.reviewer.closes_at)
    person = reviewer.person
    place = person.department.name if person.department else None
    whom = replace(card_of(person, place), email=address)
    letter = correct_link(card, whom, reviewer_id=reviewer.id)
    db.session.add(Invitation(letter_id=post(letter), reviewer_id=reviewer.id, kind=KIND))
    db.session.flush()
