"""Sending one letter over SMTP, and telling apart what may be tried again."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

# A letter is done with before another worker may take its job over (app.jobs.rules.LEASE), however
# slowly the server speaks: two addresses tried, then everything up to the last reply.
CONNECT_SECONDS = 10
SESSION_SECONDS = 30.0
TEMPORARY, PERMANENT = range(400, 500), range(500, 600)


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


@contextmanager
def connection(mail_url: str, *, seconds: float = SESSION_SECONDS) -> Iterator[smtplib.SMTP]:
    """An open SMTP session, cut off after so many seconds, whatever it is doing then.

    Raises TryLaterError when the server cannot be reached.
    """
    parts = urlsplit(mail_url)
    host = parts.hostname or "localhost"
    try:
        server = _connect(parts.scheme, host, parts.port)
    except (OSError, smtplib.SMTPException) as error:
        raise TryLaterError(f"{host}: {error}") from error
    end = Timer(seconds, _cut_off, [server])
    end.daemon = True
    end.start()
    try:
        _greet(server, parts, seconds)
        yield server
    finally:
        _part(server)
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
    sender_name: str,
    sender: str,
    to_name: str,
    to_address: str,
    locale: str,
    subject: str,
    text: str,
    html: str,
    opt_out: str | None = None,
) -> EmailMessage:
    """The message as it goes over the wire: text first and complete, HTML beside it.

    `opt_out` is where mail programs may end such letters in the reader's name, with one POST and
    no question asked (RFC 8058).
    """
    message = EmailMessage(policy=WIRE)
    message["Message-ID"] = f"<{message_id}>"
    message["From"] = Address(display_name=sender_name, addr_spec=sender)
    message["Reply-To"] = sender
    message["To"] = Address(display_name=to_name, addr_spec=to_address)
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "zh-CN" if locale == "zh" else "en"
    if opt_out is not None:
        message[OPT_OUT_HEADER] = f"<{opt_out}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


def send(server: smtplib.SMTP, message: EmailMessage, *, sender: str, to_address: str) -> None:
    """Hand one message over.

    Raises TryLaterError or RefusedError when it was surely not accepted, UnknownFateError when the
    connection broke after its last byte, so that nobody can tell.
    """
    handed_over = False
    try:
        _expect(server.mail(sender), 250)
        _expect(server.rcpt(to_address), 250, 251)
        _expect(server.docmd("DATA"), 354)
        handed_over = True
        _expect(_body(server, message), 250)
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        if handed_over:
            raise UnknownFateError(str(error)) from error
        raise TryLaterError(str(error)) from error


def _body(server: smtplib.SMTP, message: EmailMessage) -> tuple[int, bytes]:
    lines = message.as_bytes().split(b"\r\n")
    server.send(b"\r\n".join(b"." + line if line[:1] == b"." else line for line in lines))
    server.send(b"\r\n.\r\n")
    return server.getreply()


def _expect(reply: tuple[int, bytes], *wanted: int) -> None:
    code, words = reply
    if code in wanted:
        return
    sentence = f"{code} {words.decode('utf-8', 'replace')}"
    if code in PERMANENT:
        raise RefusedError(sentence)
    if code in TEMPORARY:
        raise TryLaterError(sentence)
    raise smtplib.SMTPServerDisconnected(sentence)  # half a reply: the line was cut within it
