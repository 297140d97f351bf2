"""A mail server in a process of its own that takes every letter and says as little as it may."""

import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Lock, Thread
from time import perf_counter, sleep

CHUNK = 64 * 1024
END_OF_LETTER = b"\r\n.\r\n"
NAP_SECONDS, PATIENCE_SECONDS = 0.01, 600.0


class LateError(Exception):
    """The letters that were waited for did not come."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrivals:
    """What came since the last question, as it came over the wire; when the last one was there.

    The moment is on the system's own steady clock, which all processes of a machine share.
    """

    bodies: list[bytes]
    last_at: float


@dataclass(frozen=True, slots=True)
class Sink:
    """The process that runs the server, as this process sees it."""

    port: int
    line: Connection

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def wait_for(self, count: int) -> Arrivals:
        """Take what came, once it is so many letters; nothing is left after that."""
        end = perf_counter() + PATIENCE_SECONDS
        while self._ask("count") < count:
            if perf_counter() > end:
                raise LateError(f"not {count} letters within {PATIENCE_SECONDS:.0f} s")
            sleep(NAP_SECONDS)
        self.line.send("take")
        taken: Arrivals = self.line.recv()
        return taken

    def _ask(self, question: str) -> int:
        self.line.send(question)
        answer: int = self.line.recv()
        return answer


@contextmanager
def mail_sink() -> Iterator[Sink]:
    """Run the server; it ends with the block."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=[there], daemon=True)
    process.start()
    try:
        yield Sink(here.recv(), here)
    finally:
        process.kill()
        process.join()
        process.close()


@dataclass(slots=True)
class _Kept:
    bodies: list[bytes] = field(default_factory=list)
    last_at: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def keep(self, body: bytes) -> None:
        with self.lock:
            self.bodies.append(body)
            self.last_at = perf_counter()

    def take(self) -> Arrivals:
        with self.lock:
            taken = Arrivals(bodies=self.bodies, last_at=self.last_at)
            self.bodies = []
            return taken


class _Server(ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        self.kept = _Kept()
        super().__init__(("127.0.0.1", 0), _Conversation)


class _Conversation(BaseRequestHandler):
    """One session; commands come one at a time, because the sender waits for each answer."""

    request: socket.socket
    server: _Server

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError):
            self.request.sendall(b"220 ready\r\n")
            while line := self._until(b"\r\n"):
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.request.sendall(b"354 go on\r\n")
                    self.server.kept.keep(self._until(END_OF_LETTER))
                self.request.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")

    def _until(self, end: bytes) -> bytes:
        """Everything up to `end`, which is the last that comes; nothing once the line is closed."""
        found = bytearray()
        while not found.endswith(end):
            part = self.request.recv(CHUNK)
            if not part:
                return b""
            found += part
        return bytes(found)


def _serve(line: Connection) -> None:
    with _Server() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        line.send(server.server_address[1])
        with suppress(EOFError):
            while question := line.recv():
                line.send(len(server.kept.bodies) if question == "count" else server.kept.take())
