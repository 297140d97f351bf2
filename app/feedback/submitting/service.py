"""Submit forms: one by itself, or several of one reviewer together or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.cycles.rules import Mode
from app.db import db
from app.feedback import drafts
from app.feedback.answers import answers_of, comments_of
from app.feedback.callers import Asked
from app.feedback.drafts import NewerAnswersError, WithdrawnError
from app.feedback.measuring.rules import measure_of
from app.feedback.measuring.service import count_form
from app.feedback.mixing import take_turns
from app.feedback.models import FeedbackRequest, RequestState, Submission
from app.feedback.pages import FormPage, Visit
from app.feedback.submissions import (
    MovedError,
    Sent,
    TooLateError,
    ensure_collecting,
    last_touch,
    submit_form,
)
from app.feedback.submitting.rules import Change


class HeldBackError(Exception):
    """Something is otherwise than the page of several forms showed it; the caller rolls back."""

    def __init__(self, change: Change, name: str = "") -> None:
        super().__init__()
        self.change = change
        self.name = name  # of the person whom the form is about, where that may be told


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """A form as its page sent it.

    `base` is the revision of the draft that the page knew, `copy` names which copy of the form it
    was, `opened` is the second at which it was first shown, 0 where it was not filled in
    at one go.
    """

    asked: Asked
    form: FormPage
    values: Mapping[str, str]
    base: int
    copy: str = ""
    opened: int = 0


def ensure_open(visit: Visit, *, now: datetime) -> None:
    """Hold the round open until this transaction ends, or raise TooLateError."""
    if visit.holds_round:
        if not visit.accepts:
            raise TooLateError
        return
    ensure_collecting(
        visit.cycle,
        touched_at=last_touch(visit.asked),
        now=now,
        own_deadline=visit.reviewer.closes_at,
    )


def submit_one(visit: Visit, filled: Filled, *, now: datetime) -> bool:
    """Whether this was the first submission. The caller commits.

    Raises TooLateError, and what `submit_form` raises.
    """
    ensure_open(visit, now=now)
    first = _submit(visit, filled)
    if first and not filled.asked.reopened and filled.opened:
        count_form(
            visit.cycle.id,
            measure_of(filled.form.promise.audience, done_before=visit.done_count),
            seconds=int(now.timestamp()) - filled.opened,
            items=len(filled.form.shape.items),
        )
    return first


def submit_all(visit: Visit, forms: Sequence[Filled], *, now: datetime) -> list[Filled]:
    """Submit these forms, or none of them; gives those that were submitted already, and stay.

    They are not measured: each was taken up again after it had been filled in. The caller commits.
    Raises TooLateError, StaleLinkError, and HeldBackError for a form that has changed meanwhile.
    """
    ensure_open(visit, now=now)
    drafts.hold_link(visit.token)
    # Always in one order, and all of a kind before the next: nobody waits in a ring.
    states = _hold([one.asked.id for one in forms])
    if visit.cycle.mode == Mode.ANONYMOUS:
        take_turns([one.asked.participant_id for one in forms])
    stayed = []
    for one in forms:
        if states.get(one.asked.id) is RequestState.DECLINED:
            raise HeldBackError(Change.DECLINED, one.asked.name)
        try:
            if not _submit(visit, one):
                stayed.append(one)
        except NewerAnswersError as error:
            raise HeldBackError(Change.NEWER, one.asked.name) from error
        except MovedError as error:
            raise HeldBackError(Change.MOVED, one.asked.name) from error
        except WithdrawnError as error:
            raise HeldBackError(Change.WITHDRAWN) from error
    return stayed


def count_not_taken(visit: Visit, stayed: Sequence[Filled]) -> int:
    """How many of these forms, submitted before, say otherwise than the submission that counts.

    In an anonymous round nothing connects a form with its answers, so that each may. One statement.
    """
    if visit.cycle.mode == Mode.ANONYMOUS:
        return len(stayed)
    rows = db.session.execute(
        select(Submission.request_id, Submission.answers, Submission.comments).where(
            Submission.request_id.in_([one.asked.id for one in stayed])
        )
    )
    counts = {row.request_id: (row.answers, row.comments) for row in rows}
    return sum(counts.get(one.asked.id) != _content(one) for one in stayed)


def _content(filled: Filled) -> tuple[dict[str, int | None], dict[str, str]]:
    shape, values = filled.form.shape, filled.values
    return dict(answers_of(shape, values)), dict(comments_of(shape, values))


def _submit(visit: Visit, filled: Filled) -> bool:
    form, (answers, comments) = filled.form, _content(filled)
    return submit_form(
        request_id=filled.asked.id,
        cycle=visit.cycle,
        sent=Sent(
            group=form.promise.group,
            answers=answers,
            comments=comments,
            notice_version=form.promise.version(visit.cycle.mode),
        ),
        page=drafts.Page(
            token=visit.token, values=filled.values, base=filled.base, copy=filled.copy
        ),
    )


def _hold(request_ids: Sequence[int]) -> Mapping[int, RequestState]:
    """Keep these requests as they are until this transaction ends; what each of them is now."""
    rows = db.session.execute(
        select(FeedbackRequest.id, FeedbackRequest.state)
        .where(FeedbackRequest.id.in_(request_ids))
        .order_by(FeedbackRequest.id)
        .with_for_update()
    )
    return {row.id: row.state for row in rows}
