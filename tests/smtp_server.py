"""A real SMTP server on loopback that keeps what it accepts, or misbehaves on demand."""

import socket
from asyncio import Transport, get_running_loop
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Thread
from time import sleep
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.servers import START_SECONDS, free_port


class Sink:
    """What arrived. `answers` gives the reply to an address; `cut` breaks the line after DATA.

    A curt server ends the session after each letter, when it has said that it took it.
    """

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.cut: set[str] = set()
        self.port = 0
        self.sessions = 0
        self.is_curt = False

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.sessions += 1
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802
        content = envelope.original_content
        self.received.append(message_from_bytes(content, policy=default))
        transport = server.transport
        assert isinstance(transport, Transport)
        if self.cut & set(envelope.rcpt_tos):
            transport.abort()
        if self.is_curt:
            get_running_loop().call_soon(transport.close)
        return "250 kept"


@contextmanager
def smtp_server() -> Iterator[Sink]:
    """Run the server on a free port."""
    sink = Sink()
    sink.port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, ready_timeout=START_SECONDS)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


@contextmanager
def dripping_server() -> Iterator[str]:
    """A server that greets, then answers one byte at a time and never comes to an end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=_drip, args=[listener], daemon=True).start()
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"


def _drip(listener: socket.socket) -> None:
    line, _address = listener.accept()
    with line, suppress(OSError):
        line.sendall(b"220 ready\r\n")
        while True:
            line.sendall(b"2")
            sleep(0.05)
