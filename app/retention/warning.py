"""Telling HR by letter, in time to act, that the answers of a round will be deleted."""

from datetime import date

from flask_babel import force_locale
from sqlalchemy import select

from app.audit.service import record
from app.auth.models import Account, Role
from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.mail.rendering import render_letter
from app.mail.service import RenderedLetter, post_many
from app.ratings.guards import lock
from app.retention.queries import moments_of
from app.retention.rules import AnswersStand, day_to_warn_of, stand_of_answers
from app.web.language import show_day

ANSWERS_GO = "answers_go"


def warn_of(cycle_id: int, *, public_url: str) -> int:
    """Post one letter to everybody in HR who may sign in; gives how many. The caller commits.

    Once for each day, whoever looks how often: the day is noted under the round's lock. Nothing is
    noted while there is nobody to write to.
    """
    cycle = db.session.get_one(Cycle, cycle_id)
    lock(cycle)
    moment = now()
    moments = moments_of(cycle)
    day = day_to_warn_of(moments, moment)
    readers = _readers()
    if day is None or not readers:
        return 0
    stand = stand_of_answers(moments, moment)
    url = f"{public_url}/hr/c/{cycle.id}"
    post_many([_letter(one, cycle, day, stand=stand, url=url) for one in readers])
    cycle.warned_of = day
    detail = f"{len(readers)} letters: answers go on {day.isoformat()}"
    record("answers.warned", f"cycle:{cycle_id}", account_id=None, detail=detail)
    db.session.flush()
    return len(readers)


def _readers() -> list[Account]:
    wanted = select(Account).where(Account.role == Role.HR, Account.active).order_by(Account.id)
    return list(db.session.scalars(wanted))


def _letter(
    reader: Account, cycle: Cycle, day: date, *, stand: AnswersStand, url: str
) -> RenderedLetter:
    with force_locale(reader.locale):
        last_day = show_day(day)
    return render_letter(
        ANSWERS_GO,
        to_name=reader.name,
        to_address=reader.email,
        locale=reader.locale,
        cycle=cycle.name,
        day=last_day,
        stand=stand.value,
        url=url,
    )
