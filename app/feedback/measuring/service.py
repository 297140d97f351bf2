"""Counting how long forms take and how easy they are, without a trace of whose they were."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Executable,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from app.cycles.models import Cycle
from app.db import db, run_plain
from app.driver import DriverSelect
from app.feedback.callers import Caller
from app.feedback.measuring.models import UsageCount
from app.feedback.measuring.rules import (
    EASE,
    KEPT,
    Counts,
    Durations,
    Ease,
    Haste,
    Letters,
    Measure,
    bucket_of,
    durations_to_show,
    ease_to_show,
    haste_to_show,
    letters_to_show,
    pace_of,
    seconds_usual,
    shows_begun,
)
from app.feedback.models import FeedbackRequest, Invitation, RequestState, Reviewer
from app.feedback.thanking.models import Thanks
from app.mail.models import Letter, LetterState
from app.people.groups import PersonKind
from app.people.models import Person

_COUNTS = DriverSelect(
    select(UsageCount.measure, UsageCount.bucket, UsageCount.number).where(
        UsageCount.cycle_id == bindparam("cycle_id")
    )
)


def _one_more(dialect: Any) -> Executable:
    new = dialect.insert(UsageCount).values(
        cycle_id=bindparam("cycle_id"),
        measure=bindparam("measure"),
        bucket=bindparam("bucket"),
        number=1,
    )
    statement: Executable = new.on_conflict_do_update(
        index_elements=["cycle_id", "measure", "bucket"], set_={"number": UsageCount.number + 1}
    )
    return statement


# Written once: every form that is sent is counted.
_ONE_MORE = {"sqlite": _one_more(sqlite), "postgresql": _one_more(postgresql)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Turnout:
    """Reviewers of one kind: how many were asked, started, and of these finished."""

    kind: PersonKind
    asked: int
    started: int | None  # None where it would point at somebody who began and did not finish
    finished: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What HR reads about a round's forms after the close."""

    turnout: tuple[Turnout, ...]
    durations: tuple[Durations, ...]
    ease: Ease | None
    haste: Haste | None
    letters: Letters | None


def count_form(cycle_id: int, measure: Measure, *, seconds: int, items: int) -> None:
    """Add a form to the count of its bucket, and to those of hasty ones where it was."""
    bucket, pace = bucket_of(seconds, items=items), pace_of(seconds, items=items)
    if bucket is not None:
        _add_one(cycle_id, measure, bucket)
    if pace is not None:
        _add_one(cycle_id, Measure.HASTY_FORM, pace)


def count_ease(reviewer: Caller, level: int) -> None:
    """Add an answer to the ease question, once for each reviewer; what is no level is nothing.

    That a reviewer has answered is noted until the close, the answer itself never beside it.
    """
    if level not in EASE:
        return
    first = db.session.scalar(
        update(Reviewer)
        .where(Reviewer.id == reviewer.id, Reviewer.ease_given.is_(False))
        .values(ease_given=True)
        .returning(Reviewer.id),
        execution_options={"synchronize_session": False},
    )
    if first is not None:
        _add_one(reviewer.cycle.id, Measure.EASE, level)


def load_counts(cycle_id: int) -> dict[Measure, Counts]:
    """The counts of a round as they stand."""
    counts: dict[Measure, dict[int, int]] = {}
    for measure, bucket, number in _COUNTS.rows(cycle_id=cycle_id):
        counts.setdefault(measure, {})[bucket] = number
    return dict(counts)


def load_usual(cycle_id: int) -> Mapping[Measure, int]:
    """The seconds that forms of a round usually take, where enough were measured. One statement."""
    return seconds_usual(load_counts(cycle_id))


def load_figures(cycle_id: int, *, k: int) -> Figures:
    """Only for a closed round: while answers come in, two readings would tell one of them."""
    counts = load_counts(cycle_id)
    turnout = _turnout(cycle_id)
    return Figures(
        turnout=tuple(turnout),
        durations=tuple(durations_to_show(counts)),
        ease=ease_to_show(
            counts.get(Measure.EASE, {}), finished=sum(row.finished for row in turnout), k=k
        ),
        haste=haste_to_show(counts, k=k),
        letters=letters_to_show(count_letters(cycle_id)),
    )


def count_letters(cycle_id: int) -> Counts:
    """Letters that left → how many reviewers of the round had so many. One statement.

    A letter that may have arrived counts. One that the reviewer asked for, with the link that may
    correct, does not; nor does somebody whom no letter has reached.
    """
    posted = union_all(
        select(Invitation.reviewer_id, Invitation.letter_id).where(Invitation.kind != "correct"),
        select(Thanks.reviewer_id, Thanks.letter_id),
    ).subquery()
    had = (
        select(func.count().label("letters"))
        .select_from(posted)
        .join(Reviewer, Reviewer.id == posted.c.reviewer_id)
        .join(Letter, Letter.id == posted.c.letter_id)
        .where(
            Reviewer.cycle_id == cycle_id,
            Letter.state.in_([LetterState.SENT, LetterState.UNCERTAIN]),
        )
        .group_by(posted.c.reviewer_id)
        .subquery()
    )
    rows = db.session.execute(select(had.c.letters, func.count()).group_by(had.c.letters))
    return {row[0]: row[1] for row in rows}


def rounds_to_forget(moment: datetime) -> list[int]:
    """Closed rounds whose counts have been kept long enough."""
    rows = db.session.scalars(
        select(Cycle.id)
        .where(Cycle.closed_at <= moment - KEPT, exists().where(UsageCount.cycle_id == Cycle.id))
        .order_by(Cycle.id)
    )
    return list(rows)


def forget_counts(cycle_id: int) -> None:
    """Delete what was counted of a round."""
    db.session.execute(
        delete(UsageCount).where(UsageCount.cycle_id == cycle_id),
        execution_options={"synchronize_session": False},
    )


def forget_order(cycle_id: int) -> None:
    """In the close: who answered the ease question, and which counts were raised last.

    A database keeps beside a row which transaction wrote it last, and that one also sent a form.
    Written anew in one transaction, and in the order of their key, all rows say the same.
    """
    rows: list[Mapping[str, Any]] = [
        dict(row)
        for row in db.session.execute(
            select(*UsageCount.__table__.columns)
            .where(UsageCount.cycle_id == cycle_id)
            .order_by(UsageCount.measure, UsageCount.bucket)
        ).mappings()
    ]
    forget_counts(cycle_id)
    if rows:
        db.session.execute(insert(UsageCount), rows)
    db.session.execute(
        update(Reviewer)
        .where(Reviewer.cycle_id == cycle_id, Reviewer.ease_given)
        .values(ease_given=False),
        execution_options={"synchronize_session": False},
    )


def _add_one(cycle_id: int, measure: Measure, bucket: int) -> None:
    one_more = _ONE_MORE[db.session.get_bind().dialect.name]
    run_plain(one_more, cycle_id=cycle_id, measure=measure, bucket=bucket)


def _turnout(cycle_id: int) -> list[Turnout]:
    mine = FeedbackRequest.reviewer_id == Reviewer.id
    waits = exists().where(
        mine, FeedbackRequest.state.in_([RequestState.OPEN, RequestState.STARTED])
    )
    has_sent = exists().where(mine, FeedbackRequest.state == RequestState.SUBMITTED)
    started = Reviewer.started_on.is_not(None)
    rows = db.session.execute(
        select(
            Person.kind,
            func.count(),
            func.sum(case((started, 1), else_=0)),
            func.sum(case((started & has_sent & ~waits, 1), else_=0)),
        )
        .join(Person, Person.id == Reviewer.person_id)
        .where(Reviewer.cycle_id == cycle_id, exists().where(mine))
        .group_by(Person.kind)
    )
    found = {
        kind: Turnout(
            kind=kind,
            asked=asked,
            started=begun if shows_begun(waiting=asked - done, begun=begun - done) else None,
            finished=done,
        )
        for kind, asked, begun, done in rows
    }
    return [found[kind] for kind in PersonKind if kind in found]
