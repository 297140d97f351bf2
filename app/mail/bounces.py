"""Letters that come back after the server has taken them: reports of non-delivery (RFC 3464).

A report counts only for the letter whose Message-ID it carries, 128 random bits that nobody knows
but who got the letter. Everything else changes nothing. Some mail systems write a plain message
instead of a report; that one counts when it names the letter too, and a code that says no for good.
"""

import base64
import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import parseaddr
from enum import StrEnum
from itertools import chain, islice

from sqlalchemy import select, update

from app.db import db
from app.mail.models import Letter, LetterState

# A letter keeps the host under which it left; a mail system's own names may look the same.
OUR_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
SMTP_CODE = re.compile(r"[245]\d\d[ -]")
# A server's own words: they begin a line or follow a mark, so that a number of bytes is none.
REFUSED = re.compile(r"(?:^|[:>(])[ \t]*(5[05]\d[ -](?!bytes|octets)\S.*)", re.MULTILINE)
REFUSED_STATUS = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,190}")
COPY = re.compile(r"^message-id:", re.IGNORECASE | re.MULTILINE)
STATUSES = frozenset({"message/delivery-status", "message/global-delivery-status"})
ENCLOSED = frozenset({"message/rfc822", "message/global"})
MAIL_SYSTEMS = frozenset({"mailer-daemon", "postmaster"})
MOST_CHARACTERS = 500
MOST_PLAIN_CHARACTERS = 64 * 1024
MOST_IDS = 20


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
    """A report of non-delivery: of which letter, and what of whom.

    `message_ids` are what may be the letter's name, the likeliest first: some may be of others.
    """

    message_ids: tuple[str, ...]
    recipients: tuple[Recipient, ...]


def take_in(raw: bytes) -> Effect:
    """Read a message and note on its letter what it reports; twice is once."""
    report = read_report(raw)
    if report is None:
        return Effect.UNKNOWN
    letter = _letter_of(report)
    said = None if letter is None else _said_of(letter.to_address.lower(), report)
    if letter is None or said is None:
        return Effect.UNKNOWN
    values: dict[str, object] = {"error": said.answer}
    if said.is_permanent:
        values |= {"state": LetterState.FAILED, "sent_at": None}
    db.session.execute(update(Letter).where(Letter.id == letter.id).values(values))
    return Effect.FAILED if said.is_permanent else Effect.NOTED


def _letter_of(report: Report) -> Letter | None:
    """The likeliest of our letters that it may be about, unless that one bounces no more: then the
    report has come before, and is about no other.
    """
    found = db.session.scalars(
        select(Letter)
        .where(Letter.message_id.in_(report.message_ids))
        .order_by(Letter.id)
        .with_for_update()
    )
    by_likeliness = sorted(found, key=lambda one: report.message_ids.index(one.message_id))
    letter = next(iter(by_likeliness), None)
    may_bounce = letter is not None and letter.state in {LetterState.SENT, LetterState.UNCERTAIN}
    return letter if may_bounce else None


def read_report(raw: bytes) -> Report | None:
    """The report in a message; None when it is none, or tells of no letter of ours."""
    message = message_from_bytes(raw)
    if message.get_content_type() == "multipart/report":
        recipients = tuple(_recipients_in(message))
        found = _ids_in(message)
    elif _is_from_mail_system(message):
        text = _words_of(message)
        recipients = tuple(_refused_in(text))
        found = chain(_ids_in(message), OUR_ID.findall(text))
    else:
        return None
    message_ids = tuple(islice(dict.fromkeys(found), MOST_IDS))
    if not message_ids or not recipients:
        return None
    return Report(message_ids=message_ids, recipients=recipients)


def _said_of(address: str, report: Report) -> Recipient | None:
    """What is said of an address; of another one only when it is the only one: it was forwarded."""
    of_it = [one for one in report.recipients if address in one.addresses]
    if not of_it and len(report.recipients) == 1:
        of_it = list(report.recipients)
    return of_it[0] if of_it else None


def _ids_in(message: Message) -> Iterator[str]:
    """The Message-ID of the letter that the report encloses, whole or only its headers.

    One that encloses nothing answers the letter, as a reply does.
    """
    for part in message.walk():
        kind = part.get_content_type()
        if kind in ENCLOSED or kind.endswith(("/rfc822-headers", "/global-headers")):
            original = message_from_string(_text_of(part))
            yield from OUR_ID.findall(str(original["Message-ID"]))
    for name in ("In-Reply-To", "References"):
        yield from OUR_ID.findall(str(message[name]))


def _recipients_in(message: Message) -> Iterator[Recipient]:
    for part in message.walk():
        if part.get_content_type() in STATUSES:
            for block in re.split(r"\r?\n[ \t]*\r?\n", _text_of(part)):
                said = _recipient(message_from_string(block.lstrip()))
                if said is not None:
                    yield said


def _text_of(part: Message) -> str:
    """What a part says, decoded: the parser takes enclosed messages apart without decoding them."""
    payload = part.get_payload()
    if isinstance(payload, list):
        text = "\n".join(_as_sent(one) for one in payload if isinstance(one, Message))
    else:
        text = str(payload)
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "base64":
        with suppress(ValueError):  # none at all, after all
            return base64.b64decode("".join(text.split())).decode("utf-8", "replace")
    if encoding == "quoted-printable":
        return quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    return text


def _as_sent(message: Message) -> str:
    """Its headers and its text; its own way of saying so refuses headers that are broken."""
    headers = "".join(f"{name}: {value}\n" for name, value in message.items())
    payload = message.get_payload()
    return headers + "\n" + (payload if isinstance(payload, str) else "")


def _is_from_mail_system(message: Message) -> bool:
    """Whether a mail server wrote this, and not somebody's note that they are away."""
    _name, address = parseaddr(str(message.get("From", "")))
    return address.lower().partition("@")[0] in MAIL_SYSTEMS


def _words_of(message: Message) -> str:
    """The text of a plain message, as far as anybody would read it."""
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    texts = []
    for part in parts:
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            with suppress(LookupError):  # a character set that nobody knows
                texts.append(content.decode(part.get_content_charset("utf-8"), "replace"))
    return "\n".join(texts)[:MOST_PLAIN_CHARACTERS]


def _refused_in(text: str) -> Iterator[Recipient]:
    """The address of which a plain message says that it is refused for good."""
    notice = COPY.split(text, maxsplit=1)[0]
    refused, status = REFUSED.search(notice), REFUSED_STATUS.search(notice)
    if refused is not None:
        answer = refused[1]
    elif status is not None:
        answer = f"550 {status[0]} {_line_around(notice, status.start())}"
    else:
        return
    yield Recipient(
        addresses=frozenset(found.lower().rstrip(".") for found in ADDRESS.findall(notice)),
        is_permanent=True,
        answer=" ".join(answer.split())[:MOST_CHARACTERS],
    )


def _line_around(text: str, place: int) -> str:
    end = text.find("\n", place)
    return text[text.rfind("\n", 0, place) + 1 : end if end >= 0 else None]


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
