"""Whose address returned the last letter that was sent to it."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.cycles.models import Cycle
from app.db import db
from app.feedback.cockpit.letters import trouble_of_letter
from app.feedback.cockpit.rules import MailTrouble
from app.feedback.launching.queries import DraftRound, PersonCard
from app.feedback.models import Invitation, Reviewer
from app.mail.models import Letter, LetterState

# The address itself is at fault, and not the day: a full mailbox has been emptied by now.
GONE = frozenset({MailTrouble.NO_SUCH_ADDRESS, MailTrouble.REFUSED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    """A reviewer of a draft whose address returned mail; `cycle` is None for other letters."""

    person: PersonCard
    cycle: str | None
    trouble: MailTrouble


def list_returned(draft: DraftRound) -> list[Returned]:
    """The reviewers of a draft whose last letter came back, by name. One statement."""
    reviewers = {row.person_id for row in draft.assignments}
    found = _last_returned()
    return sorted(
        (
            Returned(person=person, cycle=found[person.email][0], trouble=found[person.email][1])
            for person in draft.people.values()
            if person.id in reviewers and person.email in found
        ),
        key=lambda row: (row.person.name, row.person.id),
    )


def _last_returned() -> dict[str | None, tuple[str | None, MailTrouble]]:
    """Address → the round of the letter that came back, and why.

    A letter that waits says nothing; one that arrived later takes back what an earlier one said.
    """
    latest = (
        select(func.max(Letter.id))
        .where(Letter.state.in_([LetterState.SENT, LetterState.FAILED]))
        .group_by(Letter.to_address)
    )
    rows = db.session.execute(
        select(Letter, Cycle.name)
        .outerjoin(Invitation, Invitation.letter_id == Letter.id)
        .outerjoin(Reviewer, Reviewer.id == Invitation.reviewer_id)
        .outerjoin(Cycle, Cycle.id == Reviewer.cycle_id)
        .where(Letter.id.in_(latest), Letter.state == LetterState.FAILED)
    )
    troubles = [(row.Letter.to_address, row.name, trouble_of_letter(row.Letter)) for row in rows]
    return {address: (cycle, trouble) for address, cycle, trouble in troubles if trouble in GONE}
