"""Whose address returned the last letter that was sent to it."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import defer

from app.audit.models import AuditEvent
from app.cycles.models import Cycle
from app.db import db
from app.feedback.cockpit.letters import SENT_AGAIN, trouble_of_letter
from app.feedback.cockpit.rules import MailTrouble
from app.feedback.correcting.emails import CORRECT_LINK
from app.feedback.entering.emails import ENTRY_CODE
from app.feedback.launching.emails import FRESH_LINK
from app.feedback.launching.queries import DraftRound, PersonCard
from app.feedback.models import Invitation, Reviewer
from app.mail.models import Letter, LetterState

# The address itself is at fault, and not the day: a full mailbox has been emptied by now.
GONE = frozenset({MailTrouble.CAME_BACK, MailTrouble.NO_SUCH_ADDRESS, MailTrouble.REFUSED})
# Nothing goes there by itself any more. A server's refusal for other reasons may be none of the
# address, but of the sender.
NO_MAILBOX = frozenset({MailTrouble.CAME_BACK, MailTrouble.NO_SUCH_ADDRESS})
# Whoever is to read these has just asked for them, or HR has, and chosen the address.
ASKED_FOR = frozenset({FRESH_LINK, CORRECT_LINK, ENTRY_CODE, "set_password"})


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


def has_returned(letter: Letter) -> bool:
    """Whether a letter goes by itself to an address that has no mailbox, by the last one to it.

    Not once HR has sent the letter, or another of the reviewer's, again: then the address is right.
    """
    if letter.kind in ASKED_FOR:
        return False
    last = db.session.scalar(
        select(Letter)
        .where(
            Letter.to_address == letter.to_address,
            Letter.id != letter.id,
            Letter.state.in_([LetterState.SENT, LetterState.FAILED]),
        )
        .options(defer(Letter.text), defer(Letter.html))
        .order_by(Letter.id.desc())
        .limit(1)
    )
    if last is None or last.state is LetterState.SENT:
        return False
    return trouble_of_letter(last) in NO_MAILBOX and not _is_sent_again(letter)


def _is_sent_again(letter: Letter) -> bool:
    subjects = [f"letter:{letter.id}", f"reviewer:{letter.link_owner_id}"]
    sent_again = exists().where(AuditEvent.subject.in_(subjects), AuditEvent.action == SENT_AGAIN)
    return bool(db.session.scalar(select(sent_again)))


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
