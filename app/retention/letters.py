"""Deleting the texts of letters; who was written to, when, about what, and its fate stay."""

from datetime import datetime

from sqlalchemy import exists, or_, select, text, update

from app.cycles.models import Cycle
from app.db import db
from app.feedback.models import Reviewer
from app.jobs.models import JobKind
from app.mail.models import WITH_TEXT, Letter, LetterState
from app.retention.rules import LETTERS_KEPT, next_night
from app.retention.traces import NO_ROUND, plan_rewriting

LETTERS_AT_ONCE = 1_000
STUCK = (LetterState.FAILED, LetterState.UNCERTAIN)


def forget_texts(moment: datetime, *, at_once: int = LETTERS_AT_ONCE) -> int:
    """Empty the oldest letters whose time is over; gives how many. Call it until it gives none.

    A letter that waits keeps its text, and so does one that did not arrive while its round still
    collects: HR may send it again. What was emptied leaves PostgreSQL's files in the next night,
    whatever else is emptied until then.
    """
    limit = moment - LETTERS_KEPT
    may_go_again = exists().where(
        Reviewer.id == Letter.link_owner_id,
        Cycle.id == Reviewer.cycle_id,
        Cycle.closed_at.is_(None),
    )
    ids = db.session.scalars(
        select(Letter.id)
        .where(
            text(WITH_TEXT),
            Letter.posted_at <= limit,
            or_(Letter.sent_at.is_(None), Letter.sent_at <= limit),
            Letter.state != LetterState.QUEUED,
            ~(Letter.state.in_(STUCK) & may_go_again),
        )
        .order_by(Letter.posted_at)
        .limit(at_once)
    ).all()
    if not ids:
        return 0
    db.session.execute(
        update(Letter)
        .where(Letter.id.in_(ids), Letter.state != LetterState.QUEUED)
        .values(text="", html=""),
        execution_options={"synchronize_session": False},
    )
    plan_rewriting(JobKind.REWRITE_LETTERS, NO_ROUND, at=next_night(moment))
    db.session.expire_all()
    return len(ids)
