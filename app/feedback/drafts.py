"""Answers on their way: sealed under the reviewer's own key, gone with the submission."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.feedback.answers import DraftState, merge
from app.feedback.links import hash_token, seal, unseal
from app.feedback.models import Draft, FeedbackRequest, RequestState, Reviewer
from app.feedback.submissions import WithdrawnError


class StaleLinkError(Exception):
    """The link was replaced while its page was open; nothing was changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What a save led to; `newer` holds fields that another page had changed meanwhile."""

    draft: DraftState
    newer: Mapping[str, str]


def read_draft(token: str, request_id: int) -> DraftState:
    """The saved answers; an empty draft where there is none that this token opens."""
    return _opened(db.session.get(Draft, request_id), token)


def save_draft(
    *, token: str, request_id: int, changes: Mapping[str, str], base: int, now: datetime
) -> Saved | None:
    """Merge changes into the draft; None when the form has been submitted, which ends all drafts.

    The request's row is locked first, so two pages saving at once take turns, and so do a save and
    a submission. Raises StaleLinkError when the token is no longer the reviewer's, WithdrawnError
    when the form is not asked for any more.
    """
    _hold_link(token)
    asked = db.session.scalars(
        select(FeedbackRequest)
        .where(FeedbackRequest.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if asked is None:
        raise WithdrawnError
    if asked.state is RequestState.SUBMITTED:
        return None
    kept = db.session.get(Draft, request_id, populate_existing=True)
    draft, newer = merge(_opened(kept, token), changes, base=base)
    sealed = seal(token, request_id, _to_bytes(draft))
    if kept is None:
        kept = Draft(request_id=request_id)
        db.session.add(kept)
    kept.sealed, kept.revision, kept.touched_at = sealed, draft.revision, now
    if asked.state is RequestState.OPEN:
        asked.state = RequestState.STARTED
    db.session.flush()
    return Saved(draft=draft, newer=newer)


def seal_anew(reviewer_id: int, *, old: str, new: str) -> None:
    """Move all drafts of a reviewer from one token to another; what does not open stays as it is.

    The caller has locked the reviewer's row against saves. The requests are locked here, so that
    no submission takes a draft away meanwhile.
    """
    db.session.scalars(
        select(FeedbackRequest.id)
        .where(FeedbackRequest.reviewer_id == reviewer_id)
        .order_by(FeedbackRequest.id)
        .with_for_update()
    ).all()
    rows = db.session.scalars(
        select(Draft)
        .join(FeedbackRequest, FeedbackRequest.id == Draft.request_id)
        .where(FeedbackRequest.reviewer_id == reviewer_id)
        .execution_options(populate_existing=True)
    )
    for kept in rows:
        plain = unseal(old, kept.request_id, kept.sealed)
        if plain is not None:
            kept.sealed = seal(new, kept.request_id, plain)


def _hold_link(token: str) -> None:
    """Keep the link as it is until this transaction ends, or raise StaleLinkError.

    A draft sealed under a token that has been replaced meanwhile could be opened by nobody.
    """
    held = db.session.scalar(
        select(Reviewer.id)
        .where(Reviewer.token_hash == hash_token(token))
        .with_for_update(read=True, key_share=True)
    )
    if held is None:
        raise StaleLinkError


def _opened(kept: Draft | None, token: str) -> DraftState:
    plain = unseal(token, kept.request_id, kept.sealed) if kept is not None else None
    if plain is None:
        return DraftState()
    document = json.loads(plain)
    return DraftState(
        values=document["values"],
        revisions=document["revisions"],
        revision=document["revision"],
    )


def _to_bytes(draft: DraftState) -> bytes:
    document = {
        "values": dict(draft.values),
        "revisions": dict(draft.revisions),
        "revision": draft.revision,
    }
    return json.dumps(document, ensure_ascii=False).encode()
