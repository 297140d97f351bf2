"""The letters of all rounds and accounts as HR sees them: never with a link that opens anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import defer

from app.cycles.models import Cycle
from app.db import db
from app.feedback.cockpit.letters import trouble_of_letter
from app.feedback.cockpit.rules import MailTrouble
from app.feedback.entering.emails import ENTRY_CODE
from app.feedback.lapsing.queries import is_lapsed
from app.feedback.models import Invitation, Reviewer
from app.feedback.outbox.rules import NotAgain, Shelf, why_not_again
from app.jobs.models import Job, JobKind, JobState
from app.mail.models import OPT_OUT, Letter, LetterState
from app.mail.opting_out import is_stopped

LINES_PER_PAGE = 50
STUCK = frozenset({LetterState.FAILED, LetterState.UNCERTAIN})
FOR_MINUTES = "set_password"  # whose link lives for minutes, counted from the asking


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One letter in a list. `leaves_at` and `tries` belong to one that waits."""

    id: int
    name: str
    address: str
    locale: str
    subject: str
    posted_at: datetime
    sent_at: datetime | None
    leaves_at: datetime | None
    tries: int
    trouble: MailTrouble | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Lines, and the number to go on after; None on the last page."""

    lines: Sequence[Line]
    next_after: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One letter, what became of it, and why it cannot go once more (None when it can).

    `cycle_id` is the round to whose reviewer it went; there an address can be corrected.
    """

    letter: Letter
    leaves_at: datetime | None
    trouble: MailTrouble | None
    cycle_id: int | None
    not_again: NotAgain | None


def count_letters() -> dict[Shelf, int]:
    """How many letters lie where; every part is named."""
    rows = db.session.execute(select(Letter.state, func.count()).group_by(Letter.state))
    found = {Shelf(state.value): count for state, count in rows}
    return {shelf: found.get(shelf, 0) for shelf in Shelf}


def list_letters(shelf: Shelf, *, after: int | None = None) -> Page:
    """One part of the outbox: what waits in the order in which it leaves, the rest newest first.

    `after` is the `next_after` of the page before.
    """
    wanted = (
        select(Letter, Job.run_at, Job.attempts)
        .outerjoin(Job, _waiting_job())
        .where(Letter.state == LetterState(shelf.value))
        .options(defer(Letter.text), defer(Letter.html))
        .limit(LINES_PER_PAGE + 1)
    )
    if shelf is Shelf.WAITING:
        wanted = wanted.order_by(Job.run_at, Letter.id).offset(after or 0)
    else:
        wanted = wanted.order_by(Letter.id.desc())
        if after is not None:
            wanted = wanted.where(Letter.id < after)
    rows = db.session.execute(wanted).all()
    lines = [_line(*row) for row in rows[:LINES_PER_PAGE]]
    if len(rows) <= LINES_PER_PAGE:
        return Page(lines=lines, next_after=None)
    is_waiting = shelf is Shelf.WAITING
    return Page(
        lines=lines, next_after=(after or 0) + LINES_PER_PAGE if is_waiting else lines[-1].id
    )


def find_letter(letter_id: int) -> Found | None:
    """One letter of whatever kind; None when there is none of that number."""
    row = db.session.execute(
        select(Letter, Job.run_at, Reviewer.cycle_id, Cycle.closed_at)
        .outerjoin(Job, _waiting_job())
        .outerjoin(Reviewer, Reviewer.id == Letter.link_owner_id)
        .outerjoin(Cycle, Cycle.id == Reviewer.cycle_id)
        .where(Letter.id == letter_id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    letter = row.Letter
    is_over = letter.link_owner_id is not None and (
        row.cycle_id is None or row.closed_at is not None
    )
    return Found(
        letter=letter,
        leaves_at=_leaves_at(letter, row.run_at),
        trouble=_trouble(letter),
        cycle_id=row.cycle_id,
        not_again=why_not_again(
            is_stuck=letter.state in STUCK,
            is_unwanted=OPT_OUT in letter.text and is_stopped(letter.to_address),
            has_expired=letter.kind == FOR_MINUTES,
            is_code=letter.kind == ENTRY_CODE,
            is_over=is_over or is_lapsed(letter),
            is_replaced=_is_replaced(letter_id),
            is_forgotten=not letter.text,
        ),
    )


def _is_replaced(letter_id: int) -> bool:
    """Whether the reviewer has had a later letter than this one."""
    owner = select(Invitation.reviewer_id).where(Invitation.letter_id == letter_id)
    later = select(Invitation.letter_id).where(
        Invitation.reviewer_id == owner.scalar_subquery(), Invitation.letter_id > letter_id
    )
    return db.session.scalar(later.limit(1)) is not None


def _waiting_job() -> ColumnElement[bool]:
    return and_(
        Job.kind == JobKind.SEND_LETTER,
        Job.subject_id == Letter.id,
        Job.state.in_([JobState.QUEUED, JobState.RUNNING]),
    )


def _leaves_at(letter: Letter, run_at: datetime | None) -> datetime | None:
    """None for a letter that goes ahead of the others: it is due since before it was written."""
    return None if run_at is None or run_at < letter.posted_at else run_at


def _trouble(letter: Letter) -> MailTrouble | None:
    return trouble_of_letter(letter) if letter.error or letter.state in STUCK else None


def _line(letter: Letter, leaves_at: datetime | None, tries: int | None) -> Line:
    return Line(
        id=letter.id,
        name=letter.to_name,
        address=letter.to_address,
        locale=letter.locale,
        subject=letter.subject,
        posted_at=letter.posted_at,
        sent_at=letter.sent_at,
        leaves_at=_leaves_at(letter, leaves_at),
        tries=tries or 0,
        trouble=_trouble(letter),
    )
