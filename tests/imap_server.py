"""A small IMAP server on loopback that holds messages and knows which were read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

USER, PASSWORD = "bounces", "quite/secret"
WANTED = re.compile(rb"multipart/report|From: [^\r]*(mailer-daemon|postmaster)", re.IGNORECASE)
LITERAL = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(slots=True)
class Mailbox:
    """Messages by their order; `seen` holds the numbers of those that were read."""

    port: int = 0
    messages: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD.replace('/', '%2F')}@127.0.0.1:{self.port}/INBOX"


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        self.mailbox = Mailbox()
        super().__init__(("127.0.0.1", 0), _Conversation)


class _Conversation(StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, verb, *rest = line.split(" ", 2)
            words = [one or other for one, other in LITERAL.findall(rest[0] if rest else "")]
            is_fine = self._answer(verb.upper(), words)
            self._say(f"{tag} {'OK' if is_fine else 'NO'} done")
            if verb.upper() == "LOGOUT":
                return

    def _answer(self, verb: str, words: list[str]) -> bool:
        box = self.server.mailbox
        if verb == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif verb == "LOGIN":
            return words == [USER, PASSWORD]
        elif verb == "SELECT":
            self._say(f"* {len(box.messages)} EXISTS")
        elif verb == "SEARCH":
            self._say(f"* SEARCH {' '.join(self._unread_reports())}".rstrip())
        elif verb == "FETCH":
            body = box.messages[int(words[0]) - 1]
            self.wfile.write(f"* {words[0]} FETCH (BODY[] {{{len(body)}}}\r\n".encode())
            self.wfile.write(body + b")\r\n")
        elif verb == "STORE":
            box.seen.add(int(words[0]))
            self._say(f"* {words[0]} FETCH (FLAGS (\\Seen))")
        return True

    def _unread_reports(self) -> list[str]:
        return [
            str(number)
            for number, body in enumerate(self.server.mailbox.messages, 1)
            if number not in self.server.mailbox.seen and WANTED.search(body.split(b"\r\n\r\n")[0])
        ]

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def imap_server() -> Iterator[Mailbox]:
    """Run the server on a free port."""
    with _Server() as server:
        server.mailbox.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.mailbox
        finally:
            server.shutdown()
            thread.join()
