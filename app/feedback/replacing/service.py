"""Ask somebody else, or somebody more, while answers are collected. One transaction each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from app.audit.service import record
from app.clock import now
from app.cycles.models import Cycle, Participant
from app.db import db, random_id
from app.errors import DomainError
from app.feedback.launching.quota import resting_contacts
from app.feedback.launching.wording import enough_sentence, rest_sentence
from app.feedback.links import hash_token, make_token
from app.feedback.models import FeedbackRequest, RequestState, Reviewer
from app.feedback.replacing.letters import (
    earliest_letter,
    invite,
    refresh_unsent,
    tell_of_form,
)
from app.feedback.replacing.queries import is_overloaded
from app.feedback.replacing.rules import Case, Refusal, Telling, refusal_of, telling_of
from app.feedback.replacing.wording import sentence_of
from app.mail.opting_out import is_stopped
from app.people.groups import PersonKind, RaterGroup
from app.people.models import Person


class ReplacingError(DomainError):
    """Somebody who cannot be asked now; the text says why and what helps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What happened: who is asked, how they learn of it, and when their letter leaves."""

    name: str
    telling: Telling
    letter_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """With what letters are written and links made, and who does it."""

    link_key: bytes
    company: str
    account_id: int | None = None
    confirms_load: bool = False  # one more form for somebody who has 15 is meant


def replace_reviewer(cycle: Cycle, request_id: int, person: Person, desk: Desk) -> Outcome:
    """Give a form that has not arrived to somebody else, as one of the same group.

    The reviewer asked so far keeps the link for their other forms; the draft of this one goes.
    A submission under way is waited for, and wins. Raises ReplacingError.
    """
    _hold(cycle)
    form = db.session.scalar(
        select(FeedbackRequest)
        .join(Participant, Participant.id == FeedbackRequest.participant_id)
        .where(FeedbackRequest.id == request_id, Participant.cycle_id == cycle.id)
        .with_for_update(of=FeedbackRequest)
        .execution_options(populate_existing=True)
    )
    if form is None:
        raise ReplacingError(sentence_of(Refusal.GIVEN_AWAY, person.name))
    participant, group, before = form.participant, form.rater_group, form.reviewer
    is_submitted = form.state is RequestState.SUBMITTED
    # The new one comes first: so that the id of the old one is never given again.
    asked = _ask(cycle, participant, person, group, desk, is_submitted=is_submitted)
    db.session.execute(
        delete(FeedbackRequest).where(FeedbackRequest.id == request_id),
        execution_options={"synchronize_session": False},
    )
    refresh_unsent(cycle, before, company=desk.company)
    record(
        "reviewer.replaced",
        f"participant:{participant.id}",
        account_id=desk.account_id,
        detail=f"{before.person_id} gives way to {person.id}: {group}",
    )
    return asked


def add_reviewer(
    cycle: Cycle, participant: Participant, person: Person, group: RaterGroup, desk: Desk
) -> Outcome:
    """Ask one more person about a participant. Raises ReplacingError."""
    _hold(cycle)
    asked = _ask(cycle, participant, person, group, desk)
    record(
        "reviewer.added",
        f"participant:{participant.id}",
        account_id=desk.account_id,
        detail=f"{person.id}: {group}",
    )
    return asked


def _hold(cycle: Cycle) -> None:
    """Nobody submits, closes or changes reviewers until this transaction ends."""
    db.session.refresh(cycle, with_for_update=True)


def _ask(
    cycle: Cycle,
    participant: Participant,
    person: Person,
    group: RaterGroup,
    desk: Desk,
    *,
    is_submitted: bool = False,
) -> Outcome:
    reviewer = _reviewer_of(cycle.id, person.id)
    own_deadline = None if reviewer is None else reviewer.closes_at
    letter_at = earliest_letter(cycle, person, closes_at=own_deadline)
    refusal = refusal_of(
        Case(
            group=group,
            asked_groups=frozenset(row["id"] for row in participant.scheme.definition["groups"]),
            is_collecting=_is_collecting(cycle),
            is_submitted=is_submitted,
            is_participant=person.id == participant.person_id,
            is_asked=reviewer is not None and _is_asked(participant.id, reviewer.id),
            is_manager=person.id in (participant.manager_id, participant.person.manager_id),
            has_opted_out=bool(person.email) and is_stopped(person.email or ""),
            has_email=bool(person.email),
            is_cut_off=reviewer is not None and reviewer.cut_off,
            needs_letter=reviewer is None,
            has_letter=letter_at is not None,
            is_overloaded=is_overloaded(cycle.id, person.id) and not desk.confirms_load,
        )
    )
    if refusal is not None:
        raise ReplacingError(sentence_of(refusal, person.name))
    _refuse_tired_customer(cycle, person, reviewer)
    is_new = reviewer is None
    reviewer = reviewer or _new_reviewer(cycle, person, desk.link_key)
    added = _add_form(participant, reviewer, group)
    return _tell(cycle, reviewer, added, desk, is_new=is_new, letter_at=letter_at)


def _add_form(participant: Participant, reviewer: Reviewer, group: RaterGroup) -> FeedbackRequest:
    reviewer.declined = False  # whoever had declined all is asked anew about this one
    added = FeedbackRequest(
        participant_id=participant.id, reviewer_id=reviewer.id, rater_group=group
    )
    db.session.add(added)
    db.session.flush()
    return added


def _tell(
    cycle: Cycle,
    reviewer: Reviewer,
    added: FeedbackRequest,
    desk: Desk,
    *,
    is_new: bool,
    letter_at: datetime | None,
) -> Outcome:
    telling = telling_of(
        is_new=is_new,
        in_invitation=not is_new and refresh_unsent(cycle, reviewer, company=desk.company),
        has_letter=letter_at is not None,
    )
    if letter_at is not None and telling is Telling.INVITATION:
        invite(cycle, reviewer, company=desk.company, at=letter_at)
    elif letter_at is not None and telling is Telling.OF_ONE_MORE:
        tell_of_form(cycle, reviewer, added, company=desk.company, at=letter_at)
    has_own = telling in {Telling.INVITATION, Telling.OF_ONE_MORE}
    return Outcome(
        name=reviewer.person.name,
        telling=telling,
        letter_at=letter_at if has_own else None,
    )


def _refuse_tired_customer(cycle: Cycle, person: Person, reviewer: Reviewer | None) -> None:
    """Leave customers in peace who were asked not long ago, or are asked about enough people."""
    if person.kind is not PersonKind.CUSTOMER:
        return
    again_on = resting_contacts(cycle).get(person.id)
    if again_on is not None:
        raise ReplacingError(rest_sentence(person.name, again_on))
    forms = 0 if reviewer is None else _count_forms(reviewer.id)
    if forms >= cycle.customer_most_forms:
        raise ReplacingError(enough_sentence(person.name, forms))


def _is_collecting(cycle: Cycle) -> bool:
    """Launched, not closed, and the last day is not over; letters of a later opening wait."""
    return cycle.launched_at is not None and cycle.closed_at is None and now() < cycle.closes_at


def _reviewer_of(cycle_id: int, person_id: int) -> Reviewer | None:
    return db.session.scalar(
        select(Reviewer)
        .where(Reviewer.cycle_id == cycle_id, Reviewer.person_id == person_id)
        .options(joinedload(Reviewer.person).joinedload(Person.department))
        .execution_options(populate_existing=True)
    )


def _is_asked(participant_id: int, reviewer_id: int) -> bool:
    found = select(FeedbackRequest.id).where(
        FeedbackRequest.participant_id == participant_id,
        FeedbackRequest.reviewer_id == reviewer_id,
    )
    return db.session.scalar(found) is not None


def _count_forms(reviewer_id: int) -> int:
    count = select(func.count()).where(FeedbackRequest.reviewer_id == reviewer_id)
    return db.session.scalar(count) or 0


def _new_reviewer(cycle: Cycle, person: Person, link_key: bytes) -> Reviewer:
    """The hash of a link depends on the row's id, so a random one stands in until there is one."""
    reviewer = Reviewer(
        cycle_id=cycle.id, person_id=person.id, generation=1, token_hash=random_id()
    )
    db.session.add(reviewer)
    db.session.flush()
    reviewer.token_hash = hash_token(make_token(link_key, reviewer.id, reviewer.generation))
    return reviewer
