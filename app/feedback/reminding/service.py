"""Remind those who have not answered: one letter each with the same link, never too often.

HR presses a button, or a reminder goes by itself; both obey the same rules.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import insert

from app.audit.service import record
from app.clock import now
from app.cycles.models import Cycle
from app.cycles.rules import accepts_answers
from app.cycles.workdays.queries import calendars_of
from app.db import ROWS_PER_INSERT, db, reading, writing
from app.errors import DomainError
from app.feedback.launching.emails import RoundCard, reminder
from app.feedback.measuring.service import load_usual
from app.feedback.models import Invitation
from app.feedback.reminding.queries import (
    ReviewerRow,
    list_standings,
    open_tasks,
    wait_for_other_letters,
)
from app.feedback.reminding.rules import Nudge, Skip, due_nudge, reason_to_skip
from app.mail.service import RenderedLetter, post_many

LOOK_BACK = timedelta(days=60)  # no three working days take longer


class RemindingError(DomainError):
    """A round whose reviewers cannot be reminded now; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminding:
    """Who would be reminded now, and how many are left out for which reason."""

    chosen: list[ReviewerRow]
    skipped: Counter[Skip] = field(default_factory=Counter)
    nudges: dict[int, Nudge] = field(default_factory=dict)  # reviewer → which goes by itself

    @property
    def skipped_total(self) -> int:
        return sum(self.skipped.values())


def plan_reminding(
    cycle: Cycle, *, moment: datetime, only: Collection[int] | None = None
) -> Reminding:
    """Decide about every reviewer of a round, or about `only` these."""
    rows = list_standings(cycle.id)
    _refuse_unless_collecting(cycle, rows, moment)
    chosen: list[ReviewerRow] = []
    skipped: Counter[Skip] = Counter()
    for row in rows:
        if only is not None and row.id not in only:
            continue
        skip = reason_to_skip(row.standing, now=moment)
        if skip is None:
            chosen.append(row)
        else:
            skipped[skip] += 1
    return Reminding(chosen=chosen, skipped=skipped)


def plan_nudges(cycle: Cycle, *, moment: datetime) -> Reminding:
    """Whom a reminder reaches by itself now; whoever may not be reminded waits, or stays out."""
    rows = list_standings(cycle.id)
    _refuse_unless_collecting(cycle, rows, moment)
    chosen: list[ReviewerRow] = []
    nudges: dict[int, Nudge] = {}
    first, last = moment.date() - LOOK_BACK, moment.date() + timedelta(days=1)
    calendars = calendars_of({row.person.time_zone for row in rows}, first, last)
    for row in rows:
        nudge = due_nudge(
            row.standing,
            zone=row.person.time_zone,
            now=moment,
            calendar=calendars[row.person.time_zone],
        )
        if nudge is not None and reason_to_skip(row.standing, now=moment) is None:
            chosen.append(row)
            nudges[row.id] = nudge
    return Reminding(chosen=chosen, nudges=nudges)


def write_letters(
    cycle: Cycle, rows: Collection[ReviewerRow], *, company: str, moment: datetime
) -> list[RenderedLetter]:
    """The reminders as they would go out, one for each row and in that order."""
    card = RoundCard.of(cycle, company)
    tasks = open_tasks(cycle.id, [row.id for row in rows], card)
    usual = load_usual(cycle.id)
    return [
        reminder(
            card.until(row.standing.closes_at),
            row.person,
            tasks[row.id],
            now=moment,
            usual=usual,
            submitted=row.standing.submitted_forms,
            reviewer_id=row.id,
        )
        for row in rows
        if row.id in tasks
    ]


def remind(
    cycle_id: int,
    *,
    company: str,
    only: Collection[int] | None = None,
    account_id: int | None = None,
) -> int:
    """Remind everybody who may be reminded; gives how many. The caller commits, before and after.

    Letters are rendered first. Whoever answered, declined or was mailed meanwhile is left out, so
    that pressing the button twice sends one letter.
    """
    moment = now()
    db.session.rollback()
    with reading():
        cycle = db.session.get_one(Cycle, cycle_id)
        chosen = plan_reminding(cycle, moment=moment, only=only).chosen
        letters = write_letters(cycle, chosen, company=company, moment=moment)
    db.session.rollback()
    with writing():
        cycle = db.session.get_one(Cycle, cycle_id, with_for_update=True)
        wait_for_other_letters()
        still = {row.id for row in plan_reminding(cycle, moment=moment, only=only).chosen}
        kept = [letter for letter in letters if letter.link_owner_id in still]
        _post(cycle_id, kept, account_id)
    return len(kept)


def remind_by_itself(cycle_id: int, *, company: str) -> int:
    """Post the reminders of a round that are due now; gives how many. The caller commits.

    Safe to run by several workers at once: the round is locked while it is looked at again, and
    the table takes each of a reviewer's reminders once.
    """
    moment = now()
    with reading():
        cycle = db.session.get_one(Cycle, cycle_id)
        letters = write_letters(
            cycle, plan_nudges(cycle, moment=moment).chosen, company=company, moment=moment
        )
    db.session.rollback()
    if not letters:
        return 0
    with writing():
        cycle = db.session.get_one(Cycle, cycle_id, with_for_update=True, populate_existing=True)
        if cycle.closed_at is not None:
            return 0
        wait_for_other_letters()
        nudges = plan_nudges(cycle, moment=moment).nudges
        kept = [letter for letter in letters if letter.link_owner_id in nudges]
        _post(cycle_id, kept, None, nudges=nudges)
    return len(kept)


def _post(
    cycle_id: int,
    letters: list[RenderedLetter],
    account_id: int | None,
    *,
    nudges: Mapping[int, Nudge] | None = None,
) -> None:
    if not letters:
        return
    rows = [
        {
            "letter_id": letter_id,
            "reviewer_id": letter.link_owner_id,
            "kind": "remind",
            "nudge": (nudges or {}).get(letter.link_owner_id or 0),
        }
        for letter_id, letter in zip(post_many(letters), letters, strict=True)
    ]
    for start in range(0, len(rows), ROWS_PER_INSERT):
        db.session.execute(insert(Invitation), rows[start : start + ROWS_PER_INSERT])
    record("cycle.reminded", f"cycle:{cycle_id}", account_id=account_id, detail=str(len(letters)))


def _refuse_unless_collecting(
    cycle: Cycle, rows: Collection[ReviewerRow], moment: datetime
) -> None:
    """A round collects as long as anybody in it has time."""
    closes_at = max((row.standing.closes_at for row in rows), default=cycle.closes_at)
    collecting = accepts_answers(
        now=moment,
        opens_at=cycle.opens_at,
        closes_at=closes_at,
        launched_at=cycle.launched_at,
        closed_at=cycle.closed_at,
    )
    if not collecting:
        raise RemindingError(
            _("“%(cycle)s” is not collecting answers now, so nobody is reminded.", cycle=cycle.name)
        )
