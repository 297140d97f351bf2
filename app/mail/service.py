"""The outbox: letters are rendered and written with the change that asks for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.clock import now
from app.db import ROWS_PER_INSERT, db
from app.jobs.models import JobKind
from app.jobs.service import enqueue_many, forget
from app.mail.message_ids import fresh_message_id
from app.mail.models import MOST_FROM_NAME, MOST_SUBJECT, Letter, LetterState


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderedLetter:
    """A letter ready to post. Text and HTML hold LINK where a secret link belongs."""

    kind: str
    to_name: str
    to_address: str
    locale: str
    subject: str
    text: str
    html: str
    link_owner_id: int | None = None
    from_name: str = ""
    reply_to: str = ""
    send_at: datetime | None = None  # not before this moment


def post(letter: RenderedLetter) -> int:
    """Put one letter in the outbox; gives its id. The worker sends it after the commit."""
    return post_many([letter])[0]


def post_many(letters: Sequence[RenderedLetter]) -> list[int]:
    """Put many in the outbox, in the order given; statements grow with rows/5,000 only.

    Each leaves at once, or at its `send_at` when that is still to come.
    """
    ids: list[int] = []
    moment = now()
    for start in range(0, len(letters), ROWS_PER_INSERT):
        rows = [
            {
                "message_id": fresh_message_id(),
                "kind": letter.kind,
                "to_name": one_line(letter.to_name),
                "to_address": letter.to_address,
                "from_name": one_line(letter.from_name)[:MOST_FROM_NAME],
                "reply_to": one_line(letter.reply_to),
                "locale": letter.locale,
                "subject": one_line(letter.subject)[:MOST_SUBJECT],
                "text": letter.text,
                "html": letter.html,
                "link_owner_id": letter.link_owner_id,
                "state": LetterState.QUEUED,
                "posted_at": moment,
            }
            for letter in letters[start : start + ROWS_PER_INSERT]
        ]
        db.session.execute(insert(Letter), rows)
        ids.extend(_ids_of([row["message_id"] for row in rows]))
    moments = [letter.send_at or moment for letter in letters]
    enqueue_many(JobKind.SEND_LETTER, ids, run_at=moments)
    return ids


def drop(letter_ids: Collection[int]) -> None:
    """Take letters that are not to leave any more out of the outbox, and the work of sending them.

    To be called by whoever holds their jobs, so that no worker has one in hand.
    """
    forget(JobKind.SEND_LETTER, letter_ids)
    db.session.execute(delete(Letter).where(Letter.id.in_(letter_ids)))


def one_line(text: str) -> str:
    """Header text: line breaks would let a name add headers of its own."""
    return " ".join(text.split())


def _ids_of(message_ids: Sequence[object]) -> list[int]:
    last = db.session.scalar(select(Letter.id).where(Letter.message_id == message_ids[-1]))
    first = db.session.scalar(select(Letter.id).where(Letter.message_id == message_ids[0]))
    rows = db.session.execute(
        select(Letter.message_id, Letter.id).where(Letter.id.between(first, last))
    )
    found = {row.message_id: row.id for row in rows}
    return [found[str(message_id)] for message_id in message_ids]
