"""Reviewers who have sent all their forms and were not thanked yet."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from app.cycles.models import Cycle
from app.db import db
from app.feedback.launching.queries import PersonCard
from app.feedback.models import FeedbackRequest, Invitation, RequestState, Reviewer
from app.feedback.reissuing import last_address
from app.feedback.reminding.queries import STILL_OPEN, card_of
from app.feedback.reminding.rules import MOST_LETTERS
from app.feedback.thanking.models import Thanks
from app.mail.models import Letter, LetterState, OptOut
from app.people.models import Department, Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """A reviewer who has sent everything, with the deadline that is theirs alone."""

    id: int
    person: PersonCard
    closes_at: datetime | None
    may_correct: bool  # has asked for a change already, and been mailed the link


def rounds_to_thank(moment: datetime) -> list[int]:
    """Rounds that collect and have somebody to thank."""
    rows = db.session.scalars(
        select(Reviewer.cycle_id)
        .join(Cycle, Cycle.id == Reviewer.cycle_id)
        .join(Person, Person.id == Reviewer.person_id)
        .where(
            Cycle.launched_at.is_not(None),
            Cycle.closed_at.is_(None),
            Cycle.opens_at <= moment,
            *_to_thank(),
        )
        .distinct()
        .order_by(Reviewer.cycle_id)
    )
    return list(rows)


def list_finished(cycle_id: int) -> list[Finished]:
    """Whom to thank in a round now, in a fixed order."""
    rows = db.session.execute(
        select(Reviewer, Person, Department.name.label("department"), _address().label("address"))
        .join(Person, Person.id == Reviewer.person_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(Reviewer.cycle_id == cycle_id, *_to_thank())
        .order_by(Reviewer.id)
    )
    return [
        Finished(
            id=row.Reviewer.id,
            person=replace(card_of(row.Person, row.department), email=row.address),
            closes_at=row.Reviewer.closes_at,
            may_correct=row.Reviewer.may_correct,
        )
        for row in rows
    ]


def _to_thank() -> tuple[ColumnElement[bool], ...]:
    """Sent something, nothing is left, no thanks yet, and the address may be written to."""
    letters = (
        select(func.count())
        .where(Invitation.reviewer_id == Reviewer.id)
        .scalar_subquery()
        .correlate(Reviewer)
    )
    undelivered = exists().where(
        Invitation.reviewer_id == Reviewer.id,
        Letter.id == Invitation.letter_id,
        Letter.to_address == _address(),
        Letter.state == LetterState.FAILED,
    )
    return (
        _has_form(RequestState.SUBMITTED),
        ~_has_form(*STILL_OPEN),
        ~exists().where(Thanks.reviewer_id == Reviewer.id),
        ~Reviewer.cut_off,
        Person.email.is_not(None),
        ~exists().where(OptOut.address == _address()),
        ~undelivered,
        letters < MOST_LETTERS,
    )


def _address() -> ColumnElement[str]:
    """The mailbox of the link, because the letter of thanks carries it too."""
    return func.coalesce(last_address(), Person.email)


def _has_form(*states: RequestState) -> ColumnElement[bool]:
    return exists().where(
        FeedbackRequest.reviewer_id == Reviewer.id, FeedbackRequest.state.in_(states)
    )
