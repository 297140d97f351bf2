"""The mailbox to which letters come back, read over IMAP."""

import imaplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 10
MOST_AT_ONCE = 100
# Only what calls itself a report, or comes from a mail system, is looked at: in a mailbox that
# people read too, their mail stays as unread as it is.
UNREAD_REPORTS = (
    *("UNSEEN", "OR", "HEADER", "Content-Type", "multipart/report"),
    *("OR", "FROM", "mailer-daemon", "FROM", "postmaster"),
)


class MailboxError(Exception):
    """The mailbox cannot be read now; the text names no password."""


def read_reports(url: str, take: Callable[[bytes], None]) -> int:
    """Hand every unread report to `take`, then mark it as read; gives how many there were.

    One whose `take` raises stays unread and comes again.
    """
    parts = urlsplit(url)
    try:
        mailbox = _connect(parts.scheme, parts.hostname or "localhost", parts.port)
        try:
            mailbox.login(unquote(parts.username or ""), unquote(parts.password or ""))
            mailbox.select(unquote(parts.path.strip("/")) or "INBOX")
            return _read(mailbox, take)
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                mailbox.logout()
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxError(f"{parts.hostname}: {type(error).__name__}") from error


def _connect(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    if scheme == "imaps":
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=context, timeout=TIMEOUT_SECONDS)
    return imaplib.IMAP4(host, port or 143, timeout=TIMEOUT_SECONDS)


def _read(mailbox: imaplib.IMAP4, take: Callable[[bytes], None]) -> int:
    _answer, found = mailbox.search(None, *UNREAD_REPORTS)
    numbers = (found[0] or b"").split()[:MOST_AT_ONCE]
    for number in numbers:
        _answer, parts = mailbox.fetch(number.decode(), "(BODY.PEEK[])")
        for part in parts:
            if isinstance(part, tuple):
                take(part[1])
        mailbox.store(number.decode(), "+FLAGS", r"(\Seen)")
    return len(numbers)
