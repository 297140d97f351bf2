"""Sending a form, exactly once; starting and declining."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, delete, exists, insert, select, update

from app.cycles.models import Cycle
from app.cycles.rules import Mode, accepts_answers
from app.db import db, run_plain
from app.feedback.callers import Asked, Caller, Round
from app.feedback.drafts import Page, WithdrawnError, drop_draft
from app.feedback.mixing import mix_in
from app.feedback.models import (
    DeclineReason,
    Draft,
    FeedbackRequest,
    RequestState,
    Reviewer,
    Submission,
)
from app.people.groups import RaterGroup

RECEIPT_CHARACTERS = 8

# Written once, for run_plain.
_HELD = (
    select(Cycle.opens_at, Cycle.closes_at, Cycle.launched_at, Cycle.closed_at)
    .where(Cycle.id == bindparam("cycle_id"))
    .with_for_update(read=True)
)
_MINE = (
    update(FeedbackRequest)
    .where(
        FeedbackRequest.id == bindparam("asked_id"),
        FeedbackRequest.rater_group == bindparam("group"),
    )
    .returning(FeedbackRequest.participant_id)
)
_WON = _MINE.where(FeedbackRequest.state != RequestState.SUBMITTED).values(
    state=RequestState.SUBMITTED, decline_reason=None
)
_WON_AGAIN = _MINE.where(FeedbackRequest.reopened).values(reopened=False)
_TAKEN_AWAY = delete(Submission).where(Submission.request_id == bindparam("asked_id"))
_KEPT = insert(Submission)
_STARTED = (
    update(Reviewer)
    .where(Reviewer.id == bindparam("caller_id"), Reviewer.started_on.is_(None))
    .values(started_on=bindparam("today"))
)


class MovedError(Exception):
    """HR has moved the request to another group meanwhile; the notice that was read is not its."""


class TooLateError(Exception):
    """Collection has ended while the page was open; nothing was changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A complete form, as it will be kept: given as one of `group`, under its notice."""

    group: RaterGroup
    answers: Mapping[str, int | None]
    comments: Mapping[str, str]
    notice_version: str


def receipt_of(link_key: bytes, request_id: int) -> str:
    """The code on the receipt: always the same for a request, and kept nowhere."""
    digest = hmac.new(link_key, f"receipt:{request_id}".encode(), hashlib.sha256).digest()
    code = base64.b32encode(digest).decode()[:RECEIPT_CHARACTERS]
    return f"{code[:4]}-{code[4:]}"


def last_touch(asked: Sequence[Asked]) -> datetime | None:
    """When the reviewer last saved any draft."""
    return max((row.touched_at for row in asked if row.touched_at is not None), default=None)


def accepts(
    cycle: Round | Row[Any],
    *,
    touched_at: datetime | None,
    now: datetime,
    own_deadline: datetime | None = None,
) -> bool:
    """Whether a form of this round counts when sent now, by somebody who may have longer."""
    return accepts_answers(
        now=now,
        opens_at=cycle.opens_at,
        closes_at=max(cycle.closes_at, own_deadline or cycle.closes_at),
        launched_at=cycle.launched_at,
        closed_at=cycle.closed_at,
        draft_touched_at=touched_at,
    )


def ensure_collecting(
    cycle: Round | Cycle,
    *,
    touched_at: datetime | None,
    now: datetime,
    own_deadline: datetime | None = None,
) -> None:
    """Hold the round open until this transaction ends, or raise TooLateError.

    Everybody who writes answers shares the lock; only the close asks for it alone.
    """
    held = run_plain(_HELD, cycle_id=cycle.id).one()
    if not accepts(held, touched_at=touched_at, now=now, own_deadline=own_deadline):
        raise TooLateError


def submit_form(
    *, request_id: int, cycle: Round | Cycle, sent: Sent, page: Page | None = None
) -> bool:
    """Keep the form and drop its draft. False when an earlier submission counts already.

    In anonymous mode the answers never learn the request they came from, and no trace of the
    database tells the newest from the others of its group. Raises WithdrawnError when
    the form is not asked for any more, MovedError when it is asked for from another group by now,
    NewerAnswersError when its draft holds what `page` did not know.
    """
    participant_id = _win(request_id, sent.group)
    if participant_id is None:
        _ensure_asked(request_id, sent.group)
        return False
    drop_draft(request_id, page)
    answer = {
        "participant_id": participant_id,
        "rater_group": sent.group,
        "notice_version": sent.notice_version,
        "answers": dict(sent.answers),
        "comments": dict(sent.comments),
    }
    if cycle.mode == Mode.ANONYMOUS:
        mix_in(answer)
    else:
        run_plain(_KEPT, request_id=request_id, **answer)
    return True


def _win(request_id: int, group: RaterGroup) -> int | None:
    """Let one of any number of equal tries through, on every database; gives the participant.

    For a form that is filled in anew this takes the earlier answer away.
    """
    mine = {"asked_id": request_id, "group": group}
    won: int | None = run_plain(_WON, **mine).scalar_one_or_none()
    if won is not None:
        return won
    again: int | None = run_plain(_WON_AGAIN, **mine).scalar_one_or_none()
    if again is not None:
        run_plain(_TAKEN_AWAY, asked_id=request_id)
    return again


def _ensure_asked(request_id: int, group: RaterGroup) -> None:
    kept = select(FeedbackRequest.rater_group).where(FeedbackRequest.id == request_id)
    found = db.session.scalar(kept)
    if found is None:
        raise WithdrawnError
    if found != group:
        raise MovedError


def start(reviewer: Caller, *, now: datetime) -> bool:
    """Note the day of the first start; whoever had declined all takes part after all.

    Gives whether this was the first: of several at one moment, one is.
    """
    is_first = False
    if reviewer.started_on is None:
        today = now.astimezone(ZoneInfo(reviewer.cycle.time_zone)).date()
        is_first = run_plain(_STARTED, caller_id=reviewer.id, today=today).rowcount == 1
    if reviewer.declined:
        _set_declined(reviewer.id, False)
        _reopen(reviewer.id)
    return is_first


def stop_link(reviewer: Caller) -> None:
    """Let nobody in by a link that reached somebody else, until HR mails a new one."""
    db.session.execute(update(Reviewer).where(Reviewer.id == reviewer.id).values(cut_off=True))


def decline(request_id: int, reason: DeclineReason | None) -> None:
    """Leave one person out. A form already sent stays sent; a draft stays for a change of mind."""
    db.session.execute(
        update(FeedbackRequest)
        .where(FeedbackRequest.id == request_id, FeedbackRequest.state != RequestState.SUBMITTED)
        .values(state=RequestState.DECLINED, decline_reason=reason),
        execution_options={"synchronize_session": False},
    )


def take_back_decline(reviewer: Caller, request_id: int) -> None:
    """Ask again for the person who was left out."""
    _set_declined(reviewer.id, False)
    _reopen(reviewer.id, request_id)


def decline_all(reviewer: Caller, reason: DeclineReason | None) -> None:
    """Leave out everybody who is still open."""
    _set_declined(reviewer.id, True)
    db.session.execute(
        update(FeedbackRequest)
        .where(
            FeedbackRequest.reviewer_id == reviewer.id,
            FeedbackRequest.state.in_([RequestState.OPEN, RequestState.STARTED]),
        )
        .values(state=RequestState.DECLINED, decline_reason=reason),
        execution_options={"synchronize_session": False},
    )


def _set_declined(reviewer_id: int, declined: bool) -> None:
    db.session.execute(update(Reviewer).where(Reviewer.id == reviewer_id).values(declined=declined))


def _reopen(reviewer_id: int, request_id: int | None = None) -> None:
    """Declined requests become what they were: started where there is a draft, else open."""
    has_draft = exists(select(1).where(Draft.request_id == FeedbackRequest.id))
    for state, condition in ((RequestState.STARTED, has_draft), (RequestState.OPEN, ~has_draft)):
        statement = update(FeedbackRequest).where(
            FeedbackRequest.reviewer_id == reviewer_id,
            FeedbackRequest.state == RequestState.DECLINED,
            condition,
        )
        if request_id is not None:
            statement = statement.where(FeedbackRequest.id == request_id)
        db.session.execute(
            statement.values(state=state, decline_reason=None),
            execution_options={"synchronize_session": False},
        )
