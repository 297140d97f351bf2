"""Letters that come back after the server has taken them: reports of non-delivery (RFC 3464).

A report counts only for the letter whose Message-ID it carries, 128 random bits that nobody knows
but who got the letter. Everything else changes nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from enum import StrEnum

from sqlalchemy import select, update

from app.db import db
from app.mail.models import Letter, LetterState

OUR_ID = re.compile(r"[0-9a-f]{32}@roundview")
SMTP_CODE = re.compile(r"[245]\d\d[ -]")
MOST_CHARACTERS = 500


class Effect(StrEnum):
    """What a message in the mailbox of bounces came to."""

    FAILED = "failed"  # the letter has not arrived, and will not
    NOTED = "noted"  # it has not arrived yet, or not this time
    UNKNOWN = "unknown"  # no report, or of no letter that is ours


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """What a report says of one address. `answer` begins with a code, as mail servers' own do."""

    addresses: frozenset[str]
    is_permanent: bool
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A report of non-delivery: of which letter, and what of whom."""

    message_id: str
    recipients: tuple[Recipient, ...]


def take_in(raw: bytes) -> Effect:
    """Read a message and note on its letter what it reports; twice is once."""
    report = read_report(raw)
    if report is None:
        return Effect.UNKNOWN
    may_bounce = (LetterState.SENT, LetterState.UNCERTAIN)
    letter = db.session.scalar(
        select(Letter)
        .where(Letter.message_id == report.message_id, Letter.state.in_(may_bounce))
        .with_for_update()
    )
    said = None if letter is None else _said_of(letter.to_address.lower(), report)
    if letter is None or said is None:
        return Effect.UNKNOWN
    values: dict[str, object] = {"error": said.answer}
    if said.is_permanent:
        values |= {"state": LetterState.FAILED, "sent_at": None}
    db.session.execute(update(Letter).where(Letter.id == letter.id).values(values))
    return Effect.FAILED if said.is_permanent else Effect.NOTED


def read_report(raw: bytes) -> Report | None:
    """The report in a message; None when it is none, or tells of no letter of ours."""
    message = message_from_bytes(raw)
    if message.get_content_type() != "multipart/report":
        return None
    message_id = next(_ids_in(message), None)
    recipients = tuple(_recipients_in(message))
    if message_id is None or not recipients:
        return None
    return Report(message_id=message_id, recipients=recipients)


def _said_of(address: str, report: Report) -> Recipient | None:
    """What is said of an address; of another one only when it is the only one: it was forwarded."""
    of_it = [one for one in report.recipients if address in one.addresses]
    if not of_it and len(report.recipients) == 1:
        of_it = list(report.recipients)
    return of_it[0] if of_it else None


def _ids_in(message: Message) -> Iterator[str]:
    """The Message-ID of the letter that the report encloses, whole or only its headers."""
    for part in message.walk():
        payload = part.get_payload()
        original: object = None
        if part.get_content_type() == "message/rfc822" and isinstance(payload, list) and payload:
            original = payload[0]
        elif part.get_content_type().endswith("/rfc822-headers"):
            text = part.get_payload(decode=True)
            headers = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(payload)
            original = message_from_string(headers)
        if isinstance(original, Message):
            yield from OUR_ID.findall(str(original["Message-ID"]))


def _recipients_in(message: Message) -> Iterator[Recipient]:
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            said = _recipient(block) if isinstance(block, Message) else None
            if said is not None:
                yield said


def _recipient(block: Message) -> Recipient | None:
    """None for the part about the whole message, and for good news."""
    action = str(block.get("Action", "")).strip().lower()
    if action not in {"failed", "delayed"}:
        return None
    names = (block.get("Original-Recipient"), block.get("Final-Recipient"))
    answer = _answer(str(block.get("Status", "")), str(block.get("Diagnostic-Code", "")))
    return Recipient(
        addresses=frozenset(_after_type(str(name)).lower() for name in names if name),
        is_permanent=action == "failed" and answer.startswith("5"),
        answer=answer,
    )


def _answer(status: str, diagnostic: str) -> str:
    """The server's own words, led by a code; a report without any code means that it failed."""
    words = _after_type(diagnostic)
    if SMTP_CODE.match(words):
        return words[:MOST_CHARACTERS]
    status = status.split(" ", maxsplit=1)[0].strip() or "5.0.0"
    return f"{status[0]}50 {status} {words}".strip()[:MOST_CHARACTERS]


def _after_type(value: str) -> str:
    """What follows the type: `rfc822; li@example.com`, `smtp; 550 5.1.1 no such user`."""
    kind, mark, rest = value.partition(";")
    return " ".join((rest if mark else kind).split())
