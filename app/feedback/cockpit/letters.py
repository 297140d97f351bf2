"""Letters of a round that did not arrive, and sending one again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager

from app.audit.service import record
from app.cycles.models import Cycle
from app.db import db
from app.feedback.cockpit.addresses import checked_address
from app.feedback.cockpit.fresh_links import replace_link
from app.feedback.cockpit.rules import MailTrouble, trouble_of
from app.feedback.correcting.emails import CORRECT_LINK
from app.feedback.correcting.service import end_corrections
from app.feedback.launching.emails import INVITATIONS
from app.feedback.models import Invitation, Reviewer
from app.feedback.reissuing import locked_reviewer, raise_generation
from app.mail.delivery import CAME_BACK, NOT_WANTED
from app.mail.models import Letter, LetterState
from app.mail.service import RenderedLetter, post

MOST_LINES = 200
SENT_AGAIN = "letter.sent_again"  # in the audit trail; also read there: the address is right


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
    if letter.error == CAME_BACK and letter.state is LetterState.FAILED:
        return MailTrouble.CAME_BACK
    return trouble_of(
        letter.error or "",
        is_uncertain=letter.state is LetterState.UNCERTAIN,
        has_failed=letter.state is LetterState.FAILED,
    )


def send_again(
    cycle: Cycle,
    letter_id: int,
    *,
    address: str,
    link_key: bytes,
    company: str,
    account_id: int | None = None,
) -> bool:
    """Post a stuck letter anew, to a corrected address; False when there is no such letter.

    The person keeps the corrected address. Raises AddressError when it is none, or somebody else's.
    A letter to another address has a new link. An invitation keeps its words unless they were
    deleted, draft or no draft; for any other letter the one that tells of the new link goes. A
    letter with the right to correct goes only to the mailbox it was asked to, so never again.
    """
    db.session.refresh(cycle, with_for_update={"read": True})
    invitation = _stuck_invitation(cycle.id, letter_id)
    if invitation is None or cycle.closed_at is not None or _has_later_letter(invitation):
        return False
    letter = invitation.letter
    reviewer = locked_reviewer(invitation.reviewer_id)
    wanted = checked_address(address, reviewer.person)
    if wanted != letter.to_address or not letter.text:
        if letter.kind not in INVITATIONS or not letter.text:
            replace_link(
                cycle,
                reviewer.id,
                address=wanted,
                link_key=link_key,
                company=company,
                account_id=account_id,
            )
            return True
        end_corrections(reviewer)
        raise_generation(reviewer, link_key, address=wanted)
    reviewer.person.email = wanted
    _post_copy(invitation, wanted)
    record(SENT_AGAIN, f"reviewer:{reviewer.id}", account_id=account_id)
    return True


def _post_copy(stuck: Invitation, address: str) -> None:
    letter_id = post(_copy(stuck.letter, address))
    copy = Invitation(letter_id=letter_id, reviewer_id=stuck.reviewer_id, kind=stuck.kind)
    db.session.add(copy)
    db.session.flush()


def _stuck_invitation(cycle_id: int, letter_id: int) -> Invitation | None:
    """What ties a letter that did not arrive to its reviewer; both are held."""
    return db.session.scalar(
        select(Invitation)
        .join(Letter, Letter.id == Invitation.letter_id)
        .join(Reviewer, Reviewer.id == Invitation.reviewer_id)
        .where(
            Letter.id == letter_id,
            Reviewer.cycle_id == cycle_id,
            Letter.state.in_([LetterState.FAILED, LetterState.UNCERTAIN]),
            Letter.kind != CORRECT_LINK,
        )
        .options(contains_eager(Invitation.letter))
        .with_for_update(of=[Letter, Invitation])
        .execution_options(populate_existing=True)
    )


def _has_later_letter(invitation: Invitation) -> bool:
    later = select(Invitation.letter_id).where(
        Invitation.reviewer_id == invitation.reviewer_id,
        Invitation.letter_id > invitation.letter_id,
    )
    return db.session.scalar(later.limit(1)) is not None


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
        from_name=letter.from_name,
        reply_to=letter.reply_to,
    )
