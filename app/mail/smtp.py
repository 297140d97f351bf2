"""Sending one letter over SMTP, and telling apart what may be tried again."""

import logging
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from threading import Timer
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from app.mail.rules import PERMANENT, is_put_off

# A letter is done with before another worker may take its job over (app.jobs.rules.LEASE), however
# slowly the server speaks: an old session tried, two addresses, everything up to the last reply.
CHECK_SECONDS = 5.0
CONNECT_SECONDS = 10
SESSION_SECONDS = 25.0
# Many servers end a session after a hundred letters or so; better by ourselves, between two.
LETTERS_PER_SESSION = 100
# So long nobody knocks again at a server that could not be reached: many letters may wait, and
# other work waits behind them while each tries for CONNECT_SECONDS.
REST_SECONDS = 5.0

log = logging.getLogger(__name__)
OPT_OUT_HEADER = "List-Unsubscribe"


class _Wire(EmailPolicy):
    """How headers go over the wire: the library would turn a long link into encoded words, which
    mail programs do not read as a link. It may be longer than a line of 78 (RFC 5322, 2.1.1).
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name == OPT_OUT_HEADER:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


WIRE = _Wire(linesep="\r\n")


class TryLaterError(Exception):
    """The server cannot take the letter now; it was not accepted."""


class RefusedError(Exception):
    """The server will never take this letter; trying again would not help."""


class UnknownFateError(Exception):
    """The connection broke after the letter was handed over (the gap of RFC 1047)."""


class Line:
    """The line to the mail server. Letters share it one after the other; it is of one thread.

    It is opened for the first letter, and anew after anything went wrong in it, after
    LETTERS_PER_SESSION, and when the server has let it go meanwhile.
    """

    def __init__(self, mail_url: str, *, seconds: float = SESSION_SECONDS) -> None:
        self._parts = urlsplit(mail_url)
        self._seconds = seconds
        self._server: smtplib.SMTP | None = None
        self._letters = 0
        self._unreachable: TryLaterError | None = None
        self._rests_until = 0.0

    @contextmanager
    def letter_from(self, sender: str) -> Iterator[smtplib.SMTP]:
        """A session whose server has agreed to a letter from `sender`, and knows no more of it yet.

        It is cut off after a while, whatever it is doing then. Raises TryLaterError when the server
        cannot be reached, RefusedError when it takes nothing from this sender.
        """
        is_going_on = self._takes_another(sender)
        server = self._server if is_going_on and self._server else self._open()
        with _cut_off_after(self._seconds, server):
            try:
                if not is_going_on:
                    _greet(server, self._parts, self._seconds)
                    _begin(server, sender)
                yield server
            except BaseException:
                self._drop()  # in whatever state it is, the next letter gets a fresh one
                raise
        self._letters += 1

    def close(self) -> None:
        """Take leave of the server; the next letter opens a new session."""
        server, self._server = self._server, None
        if server is not None:
            with _cut_off_after(CHECK_SECONDS, server):
                _part(server)

    def _takes_another(self, sender: str) -> bool:
        """Whether the session goes on with one more letter; it is over when it does not.

        Asked before anybody notes that the letter is on its way: a session that has died meanwhile
        must not put it in doubt.
        """
        if self._server is None:
            return False
        if self._letters >= LETTERS_PER_SESSION:
            self.close()
            return False
        try:
            with _cut_off_after(CHECK_SECONDS, self._server):
                _begin(self._server, sender)
        except (TryLaterError, RefusedError) as error:
            log.info("the mail server has ended its session: %s", error)
            self._drop()
            return False
        return True

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None

    def _open(self) -> smtplib.SMTP:
        host = self._parts.hostname or "localhost"
        if self._unreachable is not None and monotonic() < self._rests_until:
            raise TryLaterError(str(self._unreachable))
        try:
            self._server = _connect(self._parts.scheme, host, self._parts.port)
        except (OSError, smtplib.SMTPException) as error:
            self._unreachable = TryLaterError(f"{host}: {error}")
            self._rests_until = monotonic() + REST_SECONDS
            raise self._unreachable from error
        self._letters = 0
        return self._server


def _begin(server: smtplib.SMTP, sender: str) -> None:
    try:
        _expect(server.mail(sender), 250)
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise TryLaterError(str(error)) from error


@contextmanager
def _cut_off_after(seconds: float, server: smtplib.SMTP) -> Iterator[None]:
    end = Timer(seconds, _cut_off, [server])
    end.daemon = True
    end.start()
    try:
        yield
    finally:
        end.cancel()


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port or 465, timeout=CONNECT_SECONDS, context=context)
    return smtplib.SMTP(host, port or 25, timeout=CONNECT_SECONDS)


def _greet(server: smtplib.SMTP, parts: SplitResult, seconds: float) -> None:
    try:
        if server.sock is not None:
            server.sock.settimeout(seconds)
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except (OSError, smtplib.SMTPException) as error:
        raise TryLaterError(f"{parts.hostname}: {error}") from error


def _cut_off(server: smtplib.SMTP) -> None:
    """Break the line from outside: a socket's own timeout begins anew with every byte."""
    if server.sock is not None:
        with suppress(OSError):
            # Not SSLSocket.shutdown, which would go on in clear for a moment.
            socket.socket.shutdown(server.sock, socket.SHUT_RDWR)


def _part(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def compose(
    *,
    message_id: str,
    date: datetime,
    sender_name: str,
    sender: str,
    to_name: str,
    to_address: str,
    locale: str,
    subject: str,
    text: str,
    html: str,
    reply_to: str = "",
    opt_out: str | None = None,
) -> EmailMessage:
    """The message as it goes over the wire: text first and complete, HTML beside it.

    `date` is the moment of this try, also when an earlier one failed: mail programs put letters in
    the order of their dates, and one that waited out an outage would lie days below what is new.
    `opt_out` is where mail programs may end such letters in the reader's name, with one POST and
    no question asked (RFC 8058).
    """
    message = EmailMessage(policy=WIRE)
    message["Message-ID"] = f"<{message_id}>"
    message["Date"] = format_datetime(date)
    message["From"] = Address(display_name=sender_name, addr_spec=sender)
    message["Reply-To"] = reply_to or sender
    message["To"] = Address(display_name=to_name, addr_spec=to_address)
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    if opt_out is not None:
        message[OPT_OUT_HEADER] = f"<{opt_out}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    # Last: each of the two above takes away every header that begins with Content.
    message["Content-Language"] = "zh-CN" if locale == "zh" else "en"
    return message


def send(server: smtplib.SMTP, message: EmailMessage, *, to_address: str) -> None:
    """Hand one message over, in a session that has agreed to it.

    Raises TryLaterError or RefusedError when it was surely not accepted, UnknownFateError when the
    connection broke after its last byte, so that nobody can tell.
    """
    handed_over = False
    try:
        _expect(server.rcpt(to_address), 250, 251)
        _expect(server.docmd("DATA"), 354)
        handed_over = True
        _expect(_body(server, message), 250)
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        if handed_over:
            raise UnknownFateError(str(error)) from error
        raise TryLaterError(str(error)) from error


def _body(server: smtplib.SMTP, message: EmailMessage) -> tuple[int, bytes]:
    """In one go: a last small packet would wait until the server has confirmed the one before."""
    lines = message.as_bytes().split(b"\r\n")
    body = b"\r\n".join(b"." + line if line[:1] == b"." else line for line in lines)
    server.send(body + b"\r\n.\r\n")
    return server.getreply()


def _expect(reply: tuple[int, bytes], *wanted: int) -> None:
    code, words = reply
    if code in wanted:
        return
    sentence = f"{code} {words.decode('utf-8', 'replace')}"
    if is_put_off(code, sentence):
        raise TryLaterError(sentence)
    if code in PERMANENT:
        raise RefusedError(sentence)
    raise smtplib.SMTPServerDisconnected(sentence)  # half a reply: the line was cut within it
