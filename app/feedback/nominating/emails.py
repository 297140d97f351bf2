"""The letters about lists of reviewers. They hold a link to sign in, and nobody's name but theirs.

Letters that ask keep a day from others to the same person; a returned list is told at once.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from flask_babel import force_locale
from sqlalchemy import select

from app.clock import now
from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.leaving.rules import Departures
from app.feedback.nominating.models import NominationRound
from app.feedback.reminding.queries import (
    mailed_by_address,
    moments_by_address,
    wait_for_other_letters,
)
from app.feedback.reminding.rules import LEAST_GAP, first_moment_apart
from app.feedback.wording import deadline_in_words
from app.mail.models import Letter, LetterState
from app.mail.rendering import render_letter
from app.mail.service import RenderedLetter, post, post_many
from app.people.models import Person

PROPOSE = "propose_reviewers"
REMINDER = "list_reminder"
TO_APPROVE = "lists_to_approve"
RETURNED = "list_returned"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminded:
    """How many were written to, and how many were not because of another letter within a day."""

    letters: int
    spared: int


def ask_employees(
    nomination: NominationRound, participant_ids: Collection[int], *, public_url: str
) -> Departures:
    """Ask these participants for their lists; gives when the letters leave, one for each of them
    who has an address to write to.
    """
    wanted = set(participant_ids)
    wait_for_other_letters()
    moment = now()
    others = moments_by_address(moment)
    rows = db.session.execute(
        select(Participant.id, Person)
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.cycle_id == nomination.cycle_id, Person.email.is_not(None))
        .order_by(Participant.id)
    )
    asked = [row.Person for row in rows if row.id in wanted]
    moments = {
        person.id: first_moment_apart(moment, others.get(person.email, ())) for person in asked
    }
    post_many(
        [
            replace(
                _letter(PROPOSE, nomination, person, url=f"{public_url}/me/reviewers"),
                send_at=moments[person.id],
            )
            for person in asked
        ]
    )
    later = {person_id: at for person_id, at in moments.items() if at > moment}
    return Departures(letters=len(asked), later=later)


def tell_manager(nomination: NominationRound, manager: Person | None, *, public_url: str) -> None:
    """Say that lists wait. One letter stands for all of them, so a second is not posted beside."""
    if manager is None or not manager.email:
        return
    waiting = select(Letter.id).where(
        Letter.kind == TO_APPROVE,
        Letter.to_address == manager.email,
        Letter.state == LetterState.QUEUED,
    )
    if db.session.scalar(waiting.limit(1)) is not None:
        return
    wait_for_other_letters()
    moment = now()
    others = moments_by_address(moment, address=manager.email).get(manager.email, ())
    letter = _letter(TO_APPROVE, nomination, manager, url=f"{public_url}/m/reviewers")
    post(replace(letter, send_at=first_moment_apart(moment, others)))


def remind_of_lists(
    nomination: NominationRound,
    *,
    missing: Collection[Person],
    deciding: Collection[Person],
    public_url: str,
) -> Reminded:
    """Write once to each: to a manager about the lists that wait, to an employee about their own.

    Whoever was asked or reminded of anything within the last day, or will be within a day, is
    spared.
    """
    wanted = {one.email: (REMINDER, one, "/me/reviewers") for one in missing if one.email}
    # The lists of others come first: whoever signs in for them finds their own beside.
    wanted |= {one.email: (TO_APPROVE, one, "/m/reviewers") for one in deciding if one.email}
    wait_for_other_letters()
    moment, mailed = now(), mailed_by_address().subquery()
    has_left = mailed.c.left_at > moment - LEAST_GAP
    leaves_soon = mailed.c.next_at < moment + LEAST_GAP
    near = set(db.session.scalars(select(mailed.c.to_address).where(has_left | leaves_soon)))
    letters = [
        _letter(kind, nomination, person, url=f"{public_url}{page}")
        for address, (kind, person, page) in wanted.items()
        if address not in near
    ]
    post_many(letters)
    return Reminded(letters=len(letters), spared=len(wanted) - len(letters))


def tell_of_return(
    nomination: NominationRound, participant: Participant, reason: str, *, public_url: str
) -> None:
    """Hand a list back with what the manager or HR wrote."""
    if participant.person.email:
        url = f"{public_url}/me/reviewers/{participant.id}"
        post(_letter(RETURNED, nomination, participant.person, url=url, reason=reason))


def _letter(
    kind: str, nomination: NominationRound, person: Person, *, url: str, reason: str = ""
) -> RenderedLetter:
    cycle: Cycle = nomination.cycle
    with force_locale(person.locale):
        last_day = deadline_in_words(nomination.last_local, cycle.time_zone)
    return render_letter(
        kind,
        to_name=person.name,
        to_address=person.email or "",
        locale=person.locale,
        reply_to=cycle.contact_email,
        cycle=cycle.name,
        last_day=last_day,
        is_over=now() >= nomination.ends_at,
        reason=reason,
        contact=cycle.contact_name,
        url=url,
    )
