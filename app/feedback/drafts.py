"""Answers on their way: sealed under the reviewer's own key, gone with the submission."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from app.db import db, run_plain
from app.feedback.answers import DraftState, merge, newer_than
from app.feedback.links import hash_token, seal, unseal
from app.feedback.models import Draft, FeedbackRequest, RequestState, Reviewer

_SEALED = select(Draft.sealed).where(Draft.request_id == bindparam("request_id"))
_DROPPED = delete(Draft).where(Draft.request_id == bindparam("request_id")).returning(Draft.sealed)


class NewerAnswersError(Exception):
    """A form was sent that lacks what another copy had saved; the caller rolls back and asks."""

    def __init__(self, newer: Mapping[str, str], revision: int) -> None:
        super().__init__()
        self.newer = newer
        self.revision = revision


class StaleLinkError(Exception):
    """The link was replaced while its page was open; nothing was changed."""


class WithdrawnError(Exception):
    """HR took the form back while its page was open; nothing was changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A form as it was sent: its fields, the revision it knew, and which copy it is."""

    token: str
    values: Mapping[str, str]
    base: int
    copy: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What a save led to; `newer` holds fields that other copies had changed meanwhile."""

    draft: DraftState
    newer: Mapping[str, str]


def read_draft(token: str, request_id: int) -> DraftState:
    """The saved answers; an empty draft where there is none that this token opens."""
    sealed = run_plain(_SEALED, request_id=request_id).scalar()
    return DraftState() if sealed is None else _unsealed(sealed, request_id, token)


def read_drafts(token: str, request_ids: Collection[int]) -> dict[int, DraftState]:
    """The same for several requests at once; requests without a draft have an empty one."""
    kept = db.session.scalars(select(Draft).where(Draft.request_id.in_(set(request_ids))))
    opened = {row.request_id: _unsealed(row.sealed, row.request_id, token) for row in kept}
    return {one: opened.get(one, DraftState()) for one in request_ids}


def save_draft(
    *,
    token: str,
    request_id: int,
    changes: Mapping[str, str],
    base: int,
    now: datetime,
    copy: str = "",
) -> Saved | None:
    """Merge changes into the draft; None when the form has been submitted, which ends all drafts.

    The request's row is locked first, so two pages saving at once take turns, and so do a save and
    a submission. Raises StaleLinkError when the token is no longer the reviewer's, WithdrawnError
    when the form is not asked for any more.
    """
    hold_link(token)
    asked = db.session.scalars(
        select(FeedbackRequest)
        .where(FeedbackRequest.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if asked is None:
        raise WithdrawnError
    if asked.state is RequestState.SUBMITTED and not asked.reopened:
        return None
    kept = db.session.get(Draft, request_id, populate_existing=True)
    first = DraftState(revision=_revision_anew(now) if asked.reopened else 0)
    known = first if kept is None else _unsealed(kept.sealed, request_id, token)
    draft, newer = merge(known, changes, base=base, copy=copy)
    sealed = seal(token, request_id, _to_bytes(draft))
    if kept is None:
        kept = Draft(request_id=request_id)
        db.session.add(kept)
    kept.sealed, kept.touched_at = sealed, now
    if asked.state is RequestState.OPEN:
        asked.state = RequestState.STARTED
    db.session.flush()
    return Saved(draft=draft, newer=newer)


def drop_draft(request_id: int, page: Page | None) -> None:
    """Delete the draft of a form that is being sent; the caller holds the row of its request.

    Raises NewerAnswersError when the draft holds what the page did not know, and when the page knew
    a draft that has gone: the form was sent, or left as it was, since.
    """
    sealed = run_plain(_DROPPED, request_id=request_id).scalar()
    if page is None:
        return
    if sealed is None:
        if page.base:
            raise NewerAnswersError({}, 0)
        return
    draft = _unsealed(sealed, request_id, page.token)
    newer = newer_than(draft, page.values, base=page.base, copy=page.copy)
    if newer:
        raise NewerAnswersError(newer, draft.revision)


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


def hold_link(token: str) -> None:
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


def _revision_anew(now: datetime) -> int:
    """Where the revisions of a correction begin: higher than any before it.

    So a page from before the submission is known to be older, and nothing has to be kept that would
    tell how often a form was changed. Nobody saves once in a millisecond.
    """
    return int(now.timestamp() * 1000)


def _unsealed(sealed: bytes, request_id: int, token: str) -> DraftState:
    plain = unseal(token, request_id, sealed)
    if plain is None:
        return DraftState()
    document = json.loads(plain)
    return DraftState(
        values=document["values"],
        revisions=document["revisions"],
        copies=document.get("copies", {}),
        revision=document["revision"],
    )


def _to_bytes(draft: DraftState) -> bytes:
    document = {
        "values": dict(draft.values),
        "revisions": dict(draft.revisions),
        "copies": dict(draft.copies),
        "revision": draft.revision,
    }
    return json.dumps(document, ensure_ascii=False).encode()
