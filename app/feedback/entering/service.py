"""Mail a code, and take it back from whoever read it.

Nobody notes which browser came in, or when: a log of that could be laid beside answers.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, delete, func, select, update

from app.db import db, run_plain
from app.feedback.drafts import StaleLinkError
from app.feedback.entering.codes import code_of_letter, hash_of_code
from app.feedback.entering.emails import ENTRY_CODE, entry_code
from app.feedback.entering.models import EntryCode
from app.feedback.entering.rules import LIFE, MOST_TRIES, Outcome, outcome_of
from app.feedback.launching.emails import RoundCard
from app.feedback.links import hash_token
from app.feedback.models import Reviewer
from app.feedback.pages import Visit
from app.feedback.reissuing import address_of_link, locked_reviewer
from app.feedback.reminding.queries import card_of
from app.mail.models import Letter, LetterState
from app.mail.service import post

# Due before all that waits: a code that stands behind a whole launch comes too late.
AHEAD = timedelta(days=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
APART = {"synchronize_session": False}


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What a page about codes says: where they go, whether one can be entered, what comes next."""

    address: str | None
    is_live: bool
    outcome: Outcome  # of asking for another
    came_back: bool  # the last letter to this mailbox did not arrive


def standing_of(visit: Visit, *, now: datetime) -> Standing:
    """How a reviewer's codes stand. It reads only."""
    reviewer = db.session.get_one(Reviewer, visit.reviewer.id)
    return _standing(reviewer, now=now, anew=True)


def ask_for_code(
    visit: Visit, *, anew: bool, link_key: bytes, company: str, now: datetime
) -> Outcome:
    """Mail a code to where the link was mailed, in place of the one before.

    Unless `anew`, one that can still be entered stays the one. The caller commits. Raises
    StaleLinkError when the link was stopped or replaced meanwhile.
    """
    reviewer = locked_reviewer(visit.reviewer.id)
    if reviewer.cut_off or reviewer.token_hash != hash_token(visit.token):
        raise StaleLinkError
    standing = _standing(reviewer, now=now, anew=anew)
    if standing.outcome is Outcome.SEND and standing.address:
        message_id = _post(visit, reviewer, standing.address, company=company, now=now)
        _keep(reviewer, code_of_letter(message_id, link_key), link_key=link_key, now=now)
    return standing.outcome


def enter(visit: Visit, code: str, *, link_key: bytes, now: datetime) -> bool:
    """Whether this is the code; then it is used up, and counts as a sign of who reads the mailbox.

    The caller commits either way, because a wrong one counts as a try. Two who enter the right
    one at one moment: one of them comes in.
    """
    reviewer = visit.reviewer
    tried = update(EntryCode).where(*_can_be_entered(reviewer.id, reviewer.generation, now))
    kept = run_plain(
        tried.values(tries=EntryCode.tries + 1).returning(EntryCode.code_hash)
    ).scalar_one_or_none()
    typed = hash_of_code(
        code, reviewer_id=reviewer.id, generation=reviewer.generation, link_key=link_key
    )
    if kept is None or not hmac.compare_digest(kept, typed):
        return False
    run_plain(delete(EntryCode).where(EntryCode.reviewer_id == reviewer.id))
    run_plain(update(Reviewer).where(Reviewer.id == reviewer.id).values(showed_code=True))
    return True


def forget_codes(moment: datetime) -> int:
    """Delete the codes whose time is over; gives how many there were."""
    done = run_plain(delete(EntryCode).where(EntryCode.expires_at <= moment))
    return done.rowcount


def forget_codes_of(cycle_id: int) -> None:
    """Delete all codes of a round; for its close."""
    mine = select(Reviewer.id).where(Reviewer.cycle_id == cycle_id)
    db.session.execute(
        delete(EntryCode).where(EntryCode.reviewer_id.in_(mine)), execution_options=APART
    )


def _standing(reviewer: Reviewer, *, now: datetime, anew: bool) -> Standing:
    address = address_of_link(reviewer)
    condition = _can_be_entered(reviewer.id, reviewer.generation, now)
    is_live = db.session.scalar(select(EntryCode.reviewer_id).where(*condition)) is not None
    mailed = _count_mailed(reviewer.id, now)
    outcome = outcome_of(
        has_address=bool(address),
        is_live=is_live,
        anew=anew,
        in_hour=mailed.in_hour,
        in_day=mailed.in_day,
    )
    return Standing(
        address=address, is_live=is_live, outcome=outcome, came_back=_came_back(address or "")
    )


def _can_be_entered(
    reviewer_id: int, generation: int, now: datetime
) -> tuple[ColumnElement[bool], ...]:
    return (
        EntryCode.reviewer_id == reviewer_id,
        EntryCode.generation == generation,
        EntryCode.expires_at > now,
        EntryCode.tries < MOST_TRIES,
    )


def _count_mailed(reviewer_id: int, now: datetime) -> Row[int, int]:
    """How many codes were asked for in the last hour and the last day."""
    in_hour = func.count().filter(Letter.posted_at > now - HOUR).label("in_hour")
    asked = select(in_hour, func.count().label("in_day")).where(
        Letter.link_owner_id == reviewer_id,
        Letter.kind == ENTRY_CODE,
        Letter.posted_at > now - DAY,
    )
    return db.session.execute(asked).one()


def _came_back(address: str) -> bool:
    """Whether the last letter to this mailbox whose fate is known did not arrive."""
    last = db.session.scalar(
        select(Letter.state)
        .where(
            Letter.to_address == address,
            Letter.state.in_([LetterState.SENT, LetterState.FAILED]),
        )
        .order_by(Letter.id.desc())
        .limit(1)
    )
    return last is LetterState.FAILED


def _post(visit: Visit, reviewer: Reviewer, address: str, *, company: str, now: datetime) -> str:
    """Put the letter in the outbox; gives its random number."""
    person = reviewer.person
    place = person.department.name if person.department else None
    letter = entry_code(
        RoundCard.of(visit.cycle, company),
        replace(card_of(person, place), email=address),
        expires_at=now + LIFE,
        reviewer_id=reviewer.id,
    )
    letter_id = post(replace(letter, send_at=now - AHEAD))
    return db.session.get_one(Letter, letter_id).message_id


def _keep(reviewer: Reviewer, code: str, *, link_key: bytes, now: datetime) -> None:
    """In place of the code before; the row of the reviewer is locked."""
    kept = db.session.get(EntryCode, reviewer.id, populate_existing=True)
    if kept is None:
        kept = EntryCode(reviewer_id=reviewer.id)
        db.session.add(kept)
    kept.generation = reviewer.generation
    kept.code_hash = hash_of_code(
        code, reviewer_id=reviewer.id, generation=reviewer.generation, link_key=link_key
    )
    kept.expires_at, kept.tries = now + LIFE, 0
    db.session.flush()
