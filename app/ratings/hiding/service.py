"""HR hides passages of comments before the release, and what is hidden then is hidden for good."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from app.audit.service import record, record_each
from app.auth.models import Account
from app.cycles.models import Cycle
from app.db import WrittenJson, db
from app.ratings.computing import result_text
from app.ratings.guards import RatingError, lock
from app.ratings.hiding import queries
from app.ratings.hiding.looking import spans_by_comment, text_of
from app.ratings.hiding.models import HiddenPassage
from app.ratings.hiding.queries import Hiding
from app.ratings.hiding.rules import (
    HidingFault,
    Reason,
    Span,
    fault_of,
    spans_to_hide,
    written_over,
)
from app.ratings.hiding.wording import fault_sentence, why_closed
from app.ratings.keys import comment_key
from app.ratings.models import Rating

DOCUMENTS_AT_ONCE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is to be hidden of a comment: a passage of it or all of it."""

    passage: str
    whole: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenComment:
    """A comment that HR may hide something of, with what is hidden of it so far."""

    participant_id: int
    digest: str
    name: str
    text: str
    hidings: tuple[Hiding, ...]

    @property
    def spans(self) -> list[Span]:
        return [span for one in self.hidings for span in one.spans]

    def wanted(self, wish: Wish) -> list[Span]:
        """Where the passage stands."""
        return spans_to_hide(passage=wish.passage, whole=wish.whole, text=self.text)

    def fault(self, wish: Wish) -> HidingFault | None:
        """What is wrong with a wish, if anything."""
        return fault_of(
            passage=wish.passage,
            whole=wish.whole,
            reason=wish.reason,
            text=self.text,
            earlier=self.spans,
        )


def open_comment(
    cycle: Cycle, participant_id: int, digest: str, *, by: Account, link_key: bytes
) -> OpenComment:
    """Find a comment to hide something of.

    Raises RatingError outside the time between computation and release, and for a comment that no
    reader gets, as all are that stand about `by`.
    """
    _refuse_unless_open(cycle)
    rows = queries.list_commented(cycle.id, by.id, participant_id=participant_id)
    text = text_of(rows[0], digest, link_key=link_key) if rows else None
    if text is None:
        raise RatingError(_("Readers do not get this comment, or not any more."))
    hidings = queries.list_hidings(cycle.id, participant_id=participant_id)
    return OpenComment(
        participant_id=participant_id,
        digest=digest,
        name=rows[0].name,
        text=text,
        hidings=tuple(one for one in hidings if one.comment == digest),
    )


def hide(
    cycle: Cycle, participant_id: int, digest: str, wish: Wish, *, by: Account, link_key: bytes
) -> int:
    """Hide a passage wherever it stands in the comment; gives in how many places.

    The audit trail gets the reason and the number of characters, never the words or which comment.
    Raises RatingError as `open_comment` does, and for a wish that is faulty.
    """
    lock(cycle)
    comment = open_comment(cycle, participant_id, digest, by=by, link_key=link_key)
    fault = comment.fault(wish)
    if fault is not None:
        raise RatingError(fault_sentence(fault))
    spans = comment.wanted(wish)
    db.session.add(
        HiddenPassage(
            participant_id=participant_id,
            comment=digest,
            spans=[list(span) for span in spans],
            reason=Reason(wish.reason),
        )
    )
    _note("comment.hidden", participant_id, by, reason=wish.reason, spans=spans)
    db.session.flush()
    return len(spans)


def show_again(
    cycle: Cycle,
    participant_id: int,
    digest: str,
    hiding_id: int,
    *,
    by: Account,
    link_key: bytes,
) -> None:
    """Take a hiding back; one that was taken back already stays so. Raises RatingError as above."""
    lock(cycle)
    comment = open_comment(cycle, participant_id, digest, by=by, link_key=link_key)
    for one in comment.hidings:
        if one.id == hiding_id:
            db.session.execute(delete(HiddenPassage).where(HiddenPassage.id == hiding_id))
            _note("comment.shown", participant_id, by, reason=one.reason, spans=one.spans)
    db.session.flush()


def _note(
    action: str, participant_id: int, by: Account, *, reason: str, spans: Sequence[Span]
) -> None:
    length = sum(end - start for start, end in spans)
    detail = f"{reason}, {length} characters"
    record(action, f"participant:{participant_id}", account_id=by.id, detail=detail)


def note_looking(participant_ids: Collection[int], account_id: int) -> None:
    """Who looked through comments about whom: the employee may ask."""
    subjects = [f"participant:{one}" for one in participant_ids]
    record_each("comments.read", subjects, account_id=account_id)


def write_over(cycle: Cycle, *, link_key: bytes) -> int:
    """For the release: what is hidden goes out of the results for good; gives of how many.

    Out of all their versions: an earlier one holds the same words, and results stay when answers
    are deleted. Nothing but the texts of comments is touched.
    """
    hidden = spans_by_comment(queries.list_hidings(cycle.id))
    if not hidden:
        return 0
    ids = db.session.scalars(
        select(Rating.id).where(Rating.participant_id.in_(hidden)).order_by(Rating.id)
    ).all()
    for first in range(0, len(ids), DOCUMENTS_AT_ONCE):
        _write_over(ids[first : first + DOCUMENTS_AT_ONCE], hidden, link_key)
    db.session.expire_all()
    return len(hidden)


def _write_over(
    ids: Sequence[int], hidden: Mapping[int, Mapping[str, Sequence[Span]]], link_key: bytes
) -> None:
    rows = db.session.execute(
        select(Rating.id, Rating.participant_id, Rating.result).where(Rating.id.in_(ids))
    )
    changes = []
    for key, participant_id, result in rows:
        if "view" not in result:  # figures were missing then, and nothing was published
            continue
        comments = written_over(
            result["view"]["comments"],
            hidden[participant_id],
            key=comment_key(link_key, participant_id),
        )
        view = {**result["view"], "comments": comments}
        changes.append({"id": key, "result": WrittenJson(result_text({**result, "view": view}))})
    if changes:
        db.session.execute(update(Rating), changes)


def forget_hidings(participant_ids: Collection[int]) -> None:
    """With the answers go the places of what was hidden, and the reasons."""
    db.session.execute(
        delete(HiddenPassage).where(HiddenPassage.participant_id.in_(participant_ids)),
        execution_options={"synchronize_session": False},
    )


def _refuse_unless_open(cycle: Cycle) -> None:
    sentence = why_closed(cycle)
    if sentence:
        raise RatingError(sentence)
