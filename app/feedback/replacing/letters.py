"""Letters that follow a change of reviewers: unsent ones are written anew, others posted."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.feedback.launching.emails import (
    INVITATIONS,
    REMIND,
    RoundCard,
    Task,
    invitation,
    task_of,
    with_link_of,
)
from app.feedback.launching.queries import PersonCard, load_schemes
from app.feedback.leaving.queries import INVITE, list_others
from app.feedback.leaving.rules import moment_of_letter, morning_of_opening, morning_with
from app.feedback.models import FeedbackRequest, Invitation, Reviewer
from app.feedback.reissuing import address_of_link
from app.feedback.reminding.queries import card_of, moments_by_address, open_tasks
from app.feedback.replacing.emails import FORM_ADDED, form_added
from app.jobs.models import Job, JobKind, JobState
from app.mail.models import Letter, LetterState
from app.mail.service import RenderedLetter, drop, post
from app.people.models import Person

NAMES_OPEN_FORMS = (REMIND, FORM_ADDED)


def earliest_letter(
    cycle: Cycle, person: Person, *, closes_at: datetime | None = None
) -> datetime | None:
    """When a letter to this person may leave; None when that is not before the last day is over.

    At once while answers are collected, because time is short; together with the others' letters
    as long as these wait for their morning. `closes_at` is a later deadline of their own.
    """
    moment = now()
    mornings = (
        morning_of_opening(cycle.opens_at, zone=person.time_zone, now=moment),
        morning_with(list_others(cycle.id), zone=person.time_zone),
    )
    address = person.email or ""
    others = moments_by_address(moment, address=address).get(address, [])
    return moment_of_letter(
        now=moment,
        opening=max((morning for morning in mornings if morning is not None), default=None),
        others=others,
        closes_at=closes_at or cycle.closes_at,
    )


def invite(cycle: Cycle, reviewer: Reviewer, *, company: str, at: datetime) -> None:
    """Post the invitation of somebody new."""
    card = RoundCard.of(cycle, company).until(reviewer.closes_at)
    letter = invitation(card, _card_of(reviewer.person), _tasks(cycle, reviewer, card))
    _post(reviewer, with_link_of(letter, reviewer.id), at=at)


def tell_of_form(
    cycle: Cycle, reviewer: Reviewer, added: FeedbackRequest, *, company: str, at: datetime
) -> None:
    """Post the letter that tells of one more form."""
    card, participant = RoundCard.of(cycle, company).until(reviewer.closes_at), added.participant
    scheme = load_schemes(cycle.id)[participant.scheme_id]
    task = task_of(_card_of(participant.person), added.rater_group, scheme, card)
    whom = replace(_card_of(reviewer.person), email=address_of_link(reviewer))
    letter = form_added(card, whom, task, reviewer_id=reviewer.id)
    _post(reviewer, letter, at=at)


def refresh_unsent(cycle: Cycle, reviewer: Reviewer, *, company: str) -> bool:
    """Make letters that have not left fit the forms there are now.

    An invitation is written anew; a reminder is dropped, because the next one names the right
    people; all are dropped for somebody with nothing left to do. Gives whether an invitation
    waits that names all forms. Letters that a worker has in hand are left alone.
    """
    waiting = _unsent_letters(reviewer.id)
    if not waiting:
        return False
    card = RoundCard.of(cycle, company).until(reviewer.closes_at)
    tasks = _tasks(cycle, reviewer, card)
    dropped = [letter.id for letter in waiting if not tasks or letter.kind in NAMES_OPEN_FORMS]
    drop(dropped)
    invitations = [
        letter.id for letter in waiting if letter.kind in INVITATIONS and letter.id not in dropped
    ]
    if not invitations:
        return False
    written = invitation(card, _card_of(reviewer.person), tasks)
    db.session.execute(
        update(Letter)
        .where(Letter.id.in_(invitations))
        .values(subject=written.subject, text=written.text, html=written.html)
        .execution_options(synchronize_session=False)
    )
    return True


def _unsent_letters(reviewer_id: int) -> list[Letter]:
    """Held until this transaction ends: a worker that looks for work passes them by."""
    return list(
        db.session.scalars(
            select(Letter)
            .join(Invitation, Invitation.letter_id == Letter.id)
            .join(Job, (Job.kind == JobKind.SEND_LETTER) & (Job.subject_id == Letter.id))
            .where(
                Invitation.reviewer_id == reviewer_id,
                Invitation.kind != "correct",  # asked for by the reviewer, about what has arrived
                Letter.state == LetterState.QUEUED,
                Letter.handed_over_at.is_(None),
                Job.state == JobState.QUEUED,
            )
            .with_for_update()
        )
    )


def _tasks(cycle: Cycle, reviewer: Reviewer, card: RoundCard) -> list[Task]:
    return open_tasks(cycle.id, [reviewer.id], card).get(reviewer.id, [])


def _card_of(person: Person) -> PersonCard:
    return card_of(person, person.department.name if person.department else None)


def _post(reviewer: Reviewer, letter: RenderedLetter, *, at: datetime) -> None:
    letter_id = post(replace(letter, send_at=at))
    db.session.add(Invitation(letter_id=letter_id, reviewer_id=reviewer.id, kind=INVITE))
    db.session.flush()
