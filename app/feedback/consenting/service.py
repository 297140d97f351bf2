"""Keeping a customer's consent, and undoing what it allowed when it is taken back."""

import hashlib
from contextlib import suppress
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from app.audit.service import record
from app.cycles.models import Cycle
from app.cycles.rules import Mode
from app.db import Base, db, run_plain
from app.feedback.callers import Caller
from app.feedback.consenting.models import Consent, ConsentText
from app.feedback.models import Draft, FeedbackRequest, RequestState, Reviewer, Submission
from app.people.groups import PersonKind

_HELD = (
    select(Consent.withdrawn_on)
    .where(
        Consent.person_id == bindparam("person_id"),
        Consent.cycle_id == bindparam("cycle_id"),
    )
    .with_for_update(read=True)
)


def is_needed(reviewer: Caller) -> bool:
    """Whether this reviewer answers by consent: employees do so under the rules of their work."""
    return reviewer.kind is PersonKind.CUSTOMER


def hash_of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def find_consent(reviewer: Caller) -> Consent | None:
    return db.session.get(Consent, (reviewer.person_id, reviewer.cycle.id))


def stands(reviewer: Caller) -> bool:
    """Whether the reviewer has agreed and not taken it back, or need not agree at all."""
    consent = find_consent(reviewer) if is_needed(reviewer) else None
    return not is_needed(reviewer) or (consent is not None and consent.withdrawn_on is None)


def has_begun(reviewer: Caller) -> bool:
    """Whether this is a customer who has pressed Start, and so agreed, at some time."""
    return reviewer.started_on is not None and is_needed(reviewer)


def is_withdrawn(reviewer: Caller) -> bool:
    consent = find_consent(reviewer) if is_needed(reviewer) else None
    return consent is not None and consent.withdrawn_on is not None


def hold(reviewer: Caller) -> bool:
    """Keep a customer's consent as it is until this transaction ends; False if they took it back.

    What is being written is there to be deleted when they take it back, or is not written at all.
    Others hold nothing.
    """
    if not is_needed(reviewer):
        return True
    kept = run_plain(_HELD, person_id=reviewer.person_id, cycle_id=reviewer.cycle.id)
    return kept.scalar() is None


def agree(reviewer: Caller, text: str, *, now: datetime) -> None:
    """Keep that a customer agreed to these very words; agreeing twice is agreeing once."""
    digest = hash_of_text(text)
    _insert_once(ConsentText(hash=digest, text=text))
    consent = _locked(reviewer)
    if consent is None:
        _insert_once(_consent_of(reviewer, digest, _today(reviewer, now)))
    elif consent.withdrawn_on is not None:
        consent.notice_hash, consent.agreed_on = digest, _today(reviewer, now)
        consent.withdrawn_on = None
        db.session.flush()


def withdraw(reviewer: Caller, *, now: datetime) -> None:
    """Take the consent back: open forms end, drafts go, and answers that can still be found.

    Answers cannot be found any more once the round has closed, or in anonymous mode once they were
    sent. Doing it twice is doing it once.
    """
    consent = _locked(reviewer)
    if consent is None:
        begun_on = reviewer.started_on or _today(reviewer, now)
        _insert_once(_consent_of(reviewer, None, begun_on))
        consent = _locked(reviewer)
    if consent is None or consent.withdrawn_on is not None:
        return
    consent.withdrawn_on = max(consent.agreed_on, _today(reviewer, now))
    cycle = db.session.get_one(Cycle, reviewer.cycle.id, with_for_update={"read": True})
    if cycle.closed_at is None:
        _end_forms(reviewer)
    record("consent.withdrawn", f"reviewer:{reviewer.id}", account_id=None)


def _end_forms(reviewer: Caller) -> None:
    """Decline every form that can be undone and delete what was written on it.

    In anonymous mode a form that was sent stays sent: its answers are nobody's now.
    """
    own = FeedbackRequest.reviewer_id == reviewer.id
    undone = own
    if reviewer.cycle.mode == Mode.ANONYMOUS:
        undone = own & (FeedbackRequest.state != RequestState.SUBMITTED)
    requests = select(FeedbackRequest.id).where(own)
    for statement in (
        update(Reviewer).where(Reviewer.id == reviewer.id).values(declined=True),
        update(FeedbackRequest)
        .where(undone)
        .values(state=RequestState.DECLINED, decline_reason=None, reopened=False),
        delete(Submission).where(Submission.request_id.in_(requests)),
        delete(Draft).where(Draft.request_id.in_(requests)),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})


def _locked(reviewer: Caller) -> Consent | None:
    return db.session.scalar(
        select(Consent)
        .where(Consent.person_id == reviewer.person_id, Consent.cycle_id == reviewer.cycle.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _consent_of(reviewer: Caller, digest: str | None, agreed_on: date) -> Consent:
    return Consent(
        person_id=reviewer.person_id,
        cycle_id=reviewer.cycle.id,
        notice_hash=digest,
        agreed_on=agreed_on,
    )


def _insert_once(row: Base) -> None:
    """Two presses at the same moment keep one row."""
    with suppress(IntegrityError), db.session.begin_nested():
        db.session.add(row)


def _today(reviewer: Caller, now: datetime) -> date:
    return now.astimezone(ZoneInfo(reviewer.cycle.time_zone)).date()
