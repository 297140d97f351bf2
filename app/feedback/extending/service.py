"""Ask for more time, and answer: a later day for one reviewer, told by letter, or no more time."""

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import update

from app.audit.service import record
from app.cycles.models import Cycle
from app.cycles.rules import deadline
from app.db import db
from app.errors import DomainError
from app.feedback.callers import Caller
from app.feedback.extending.queries import find_reviewer_of
from app.feedback.launching.emails import RoundCard, more_time
from app.feedback.measuring.service import load_usual
from app.feedback.models import Invitation, Reviewer
from app.feedback.reissuing import address_of_link
from app.feedback.reminding.queries import card_of, count_submitted, open_tasks
from app.feedback.replacing.letters import refresh_unsent
from app.mail.service import RenderedLetter, post

KIND = "more_time"


class Told(StrEnum):
    """How a reviewer hears of the time that they were given."""

    BY_LETTER = "by_letter"
    BY_INVITATION = "by_invitation"  # it has not left yet, and names the new day when it does
    BEFORE = "before"  # this day was given already
    NOT = "not"  # nothing is open any more, or no address is known


class ExtendingError(DomainError):
    """More time that cannot be given; the text says why."""


def ask(reviewer: Caller, *, now: datetime) -> None:
    """Note that the reviewer asks for more time; once a day is enough."""
    today = now.astimezone(ZoneInfo(reviewer.cycle.time_zone)).date()
    if reviewer.more_time_waits or reviewer.more_time_asked_on == today:
        return
    db.session.execute(
        update(Reviewer)
        .where(Reviewer.id == reviewer.id)
        .values(more_time_asked_on=today, more_time_waits=True)
    )
    record("reviewer.asked_more_time", f"reviewer:{reviewer.id}", account_id=None)


def give(
    cycle: Cycle,
    reviewer_id: int,
    *,
    until: date,
    company: str,
    now: datetime,
    account_id: int | None = None,
) -> Told | None:
    """Let one reviewer answer until the end of a day of the round's zone, and tell them: by a
    letter, or by the invitation that has not left yet. Gives which.

    The close waits for this transaction and the other way round. None for a reviewer who has left
    the round. Raises ExtendingError for a day that is over, and once the round is closed.
    """
    db.session.refresh(cycle, with_for_update={"read": True})
    if cycle.launched_at is None or cycle.closed_at is not None:
        raise ExtendingError(_("“%(cycle)s” takes no answers any more.", cycle=cycle.name))
    closes_local, closes_at = deadline(until, cycle.time_zone)
    if closes_at <= max(now, cycle.closes_at):
        raise ExtendingError(
            _("Choose a day after the cycle's own last day, today at the earliest.")
        )
    reviewer = find_reviewer_of(cycle.id, reviewer_id)
    if reviewer is None:
        return None
    if reviewer.closes_at == closes_at:
        return Told.BEFORE  # pressed twice
    reviewer.closes_at, reviewer.more_time_waits = closes_at, False
    told = _tell(cycle, reviewer, company, closes_at)
    record(
        "reviewer.more_time", f"reviewer:{reviewer.id}", account_id=account_id, detail=closes_local
    )
    db.session.flush()
    return told


def refuse(cycle: Cycle, reviewer_id: int, *, account_id: int | None = None) -> bool:
    """Give no more time; False for a reviewer who is not in the round. No letter goes out."""
    reviewer = find_reviewer_of(cycle.id, reviewer_id)
    if reviewer is None:
        return False
    if reviewer.more_time_waits:
        reviewer.more_time_waits = False
        record("reviewer.no_more_time", f"reviewer:{reviewer.id}", account_id=account_id)
    return True


def _tell(cycle: Cycle, reviewer: Reviewer, company: str, closes_at: datetime) -> Told:
    """An invitation that waits names the new day itself: a letter of its own would come first."""
    letter = _letter(cycle, reviewer, company, closes_at)
    if letter is None:
        return Told.NOT
    if refresh_unsent(cycle, reviewer, company=company):
        return Told.BY_INVITATION
    db.session.add(Invitation(letter_id=post(letter), reviewer_id=reviewer.id, kind=KIND))
    return Told.BY_LETTER


def _letter(
    cycle: Cycle, reviewer: Reviewer, company: str, closes_at: datetime
) -> RenderedLetter | None:
    """None where nothing is open any more, or no address is known."""
    card = RoundCard.of(cycle, company).until(closes_at)
    tasks = open_tasks(cycle.id, [reviewer.id], card).get(reviewer.id, [])
    person, address = reviewer.person, address_of_link(reviewer)
    if not tasks or not address:
        return None
    whom = card_of(person, person.department.name if person.department else None)
    return more_time(
        card,
        replace(whom, email=address),
        tasks,
        usual=load_usual(cycle.id),
        submitted=count_submitted(reviewer.id),
        reviewer_id=reviewer.id,
    )
