"""Letters of a round that did not arrive, and sending one again."""

import re
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from app.audit.service import record
from app.cycles.models import Cycle
from app.db import db
from app.errors import DomainError
from app.feedback.cockpit.rules import MailTrouble, trouble_of
from app.feedback.correcting.emails import CORRECT_LINK
from app.feedback.correcting.service import end_corrections
from app.feedback.models import Invitation, Reviewer
from app.mail.delivery import NOT_WANTED
from app.mail.models import Letter, LetterState
from app.mail.opting_out import is_stopped
from app.mail.service import RenderedLetter, post
from app.people.models import Person

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MOST_LINES = 200


class AddressError(DomainError):
    """An address that no letter can go to; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StuckLetter:
    """A letter that did not arrive, or waits because the server would not take it."""

    id: int
    name: str
    address: str
    subject: str
    trouble: MailTrouble
    answer: str  # the server's own words
    posted_at: datetime
    is_waiting: bool
    reviewer_id: int | None
    is_correction: bool  # asked for by the reviewer, so that HR sends an ordinary link instead


def list_undelivered(cycle_id: int) -> list[StuckLetter]:
    """The latest letter of each reviewer where it is stuck, newest first."""
    latest = (
        select(func.max(Invitation.letter_id))
        .join(Reviewer, Reviewer.id == Invitation.reviewer_id)
        .where(Reviewer.cycle_id == cycle_id)
        .group_by(Invitation.reviewer_id)
    )
    stuck = or_(
        Letter.state.in_([LetterState.FAILED, LetterState.UNCERTAIN]),
        (Letter.state == LetterState.QUEUED) & Letter.error.is_not(None),
    )
    rows = db.session.scalars(
        select(Letter)
        .where(Letter.id.in_(latest), stuck)
        .order_by(Letter.id.desc())
        .limit(MOST_LINES)
    )
    return [
        StuckLetter(
            id=row.id,
            name=row.to_name,
            address=row.to_address,
            subject=row.subject,
            trouble=trouble_of_letter(row),
            answer=row.error or "",
            posted_at=row.posted_at,
            is_waiting=row.state is LetterState.QUEUED,
            reviewer_id=row.link_owner_id,
            is_correction=row.kind == CORRECT_LINK,
        )
        for row in rows
    ]


def trouble_of_letter(letter: Letter) -> MailTrouble:
    """What happened to a letter that did not arrive, or not yet."""
    if letter.error == NOT_WANTED:
        return MailTrouble.NOT_WANTED
    return trouble_of(letter.error or "", is_uncertain=letter.state is LetterState.UNCERTAIN)


def send_again(
    cycle: Cycle, letter_id: int, *, address: str, account_id: int | None = None
) -> bool:
    """Post a stuck letter anew, to a corrected address; False when there is no such letter.

    The person keeps the corrected address. Raises AddressError when it is none, or somebody else's.
    A link with the right to correct goes to no other address than the one it was asked to: its own
    letter is not sent again, and any other letter takes that right with it.
    """
    row = db.session.execute(
        select(Letter, Invitation, Reviewer)
        .join(Invitation, Invitation.letter_id == Letter.id)
        .join(Reviewer, Reviewer.id == Invitation.reviewer_id)
        .where(
            Letter.id == letter_id,
            Reviewer.cycle_id == cycle.id,
            Letter.state.in_([LetterState.FAILED, LetterState.UNCERTAIN]),
            Letter.kind != CORRECT_LINK,
        )
        .with_for_update()
    ).one_or_none()
    if row is None or cycle.closed_at is not None or _has_later_letter(row.Invitation):
        return False
    person = db.session.get_one(Person, row.Reviewer.person_id)
    wanted = checked_address(address, person)
    if wanted != person.email:
        end_corrections(row.Reviewer)
    person.email = wanted
    letter_id = post(_copy(row.Letter, person.email))
    kind = row.Invitation.kind
    db.session.add(Invitation(letter_id=letter_id, reviewer_id=row.Reviewer.id, kind=kind))
    db.session.flush()
    record("letter.sent_again", f"reviewer:{row.Reviewer.id}", account_id=account_id)
    return True


def _has_later_letter(invitation: Invitation) -> bool:
    later = select(Invitation.letter_id).where(
        Invitation.reviewer_id == invitation.reviewer_id,
        Invitation.letter_id > invitation.letter_id,
    )
    return db.session.scalar(later.limit(1)) is not None


def checked_address(address: str, person: Person) -> str:
    """The address as it is kept. Raises AddressError when it is none, or somebody else's."""
    wanted = address.strip().lower()
    if not ADDRESS.fullmatch(wanted):
        raise AddressError(_("“%(address)s” is not an e-mail address.", address=address))
    owner = db.session.scalar(select(Person.id).where(Person.email == wanted))
    if owner not in (None, person.id):
        raise AddressError(_("“%(address)s” belongs to somebody else.", address=wanted))
    if is_stopped(wanted):
        raise AddressError(
            _("Whoever reads “%(address)s” asked for no more mails about feedback.", address=wanted)
        )
    return wanted


def _copy(letter: Letter, address: str) -> RenderedLetter:
    return RenderedLetter(
        kind=letter.kind,
        to_name=letter.to_name,
        to_address=address,
        locale=letter.locale,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        link_owner_id=letter.link_owner_id,
    )
