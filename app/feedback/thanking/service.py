"""Thank whoever has sent all their forms: one letter each, by itself, whoever looks how often.

The worker does it and not the request that brings the last form: two forms sent at one moment
would each find the other one open.
"""

from datetime import datetime

from sqlalchemy import insert

from app.clock import now
from app.cycles.models import Cycle
from app.cycles.rules import Mode
from app.db import ROWS_PER_INSERT, db, reading, writing
from app.feedback.launching.emails import RoundCard
from app.feedback.thanking.emails import thanks
from app.feedback.thanking.models import Thanks
from app.feedback.thanking.queries import Finished, list_finished
from app.mail.service import RenderedLetter, post_many


def thank(cycle_id: int, *, company: str) -> int:
    """Post the letters of thanks that a round owes; gives how many. The caller commits.

    Letters are rendered first. The round is locked while it is looked at again, and the table
    takes each reviewer once.
    """
    moment = now()
    with reading():
        cycle = db.session.get_one(Cycle, cycle_id)
        letters = [_letter(cycle, row, company, moment) for row in list_finished(cycle_id)]
    db.session.rollback()
    with writing():
        cycle = db.session.get_one(Cycle, cycle_id, with_for_update=True, populate_existing=True)
        if cycle.closed_at is not None:
            return 0
        still = {row.id for row in list_finished(cycle_id)}
        kept = [letter for letter in letters if letter.link_owner_id in still]
        _post(kept)
    return len(kept)


def _letter(cycle: Cycle, row: Finished, company: str, moment: datetime) -> RenderedLetter:
    card = RoundCard.of(cycle, company).until(row.closes_at)
    is_open = cycle.mode != Mode.ANONYMOUS and moment < card.closes_at
    can_change = is_open and not row.may_correct
    return thanks(card, row.person, can_change=can_change, reviewer_id=row.id)


def _post(letters: list[RenderedLetter]) -> None:
    rows = [
        {"reviewer_id": letter.link_owner_id, "letter_id": letter_id}
        for letter_id, letter in zip(post_many(letters), letters, strict=True)
    ]
    for start in range(0, len(rows), ROWS_PER_INSERT):
        db.session.execute(insert(Thanks), rows[start : start + ROWS_PER_INSERT])
