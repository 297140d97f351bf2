"""Whose invitation waits, because another letter asked them for something less than a day ago."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.feedback.launching.mornings import later_moment, morning_of_opening
from app.feedback.launching.queries import PersonCard
from app.feedback.reminding.queries import last_mailed_by_address
from app.feedback.reminding.rules import LEAST_GAP


def later_letters(cycle: Cycle, reviewers: Iterable[PersonCard]) -> dict[int, datetime]:
    """Person → when their letter leaves, of those alone whose letter waits longer than the rest.

    One statement, however many there are.
    """
    moment = now()
    mailed = last_mailed_by_address().subquery()
    recently = select(mailed.c.to_address, mailed.c.at).where(mailed.c.at > moment - LEAST_GAP)
    last = {row.to_address: row.at for row in db.session.execute(recently)}
    later = {
        person.id: later_moment(
            now=moment,
            opening=morning_of_opening(cycle.opens_at, zone=person.time_zone, now=moment),
            last_mailed=last[person.email],
            closes_at=cycle.closes_at,
            gap=LEAST_GAP,
        )
        for person in reviewers
        if person.email in last
    }
    return {person_id: at for person_id, at in later.items() if at is not None}
