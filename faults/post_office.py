"""A mail server on loopback that misbehaves as its seed says, and keeps a journal of what it did.

What it does to a letter depends on the seed, the address and the number of the try only, so that
it does the same whichever worker comes first.
"""

import socket
import struct
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from enum import StrEnum
from random import Random
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Lock, Thread
from time import monotonic, sleep

PATIENT_TRIES = 4  # after so many it takes every letter that it takes at all
REFUSED_SHARE, STUBBORN_SHARE = 0.06, 0.03
HANG_SECONDS = (0.05, 0.4)
RATE_WINDOW, RATE_LIMIT = 0.5, 5  # letters in so many seconds
SILENCE_SECONDS = 10.0
RESET = struct.pack("ii", 1, 0)  # closing breaks the line instead of ending it


class Mood(StrEnum):
    """What happens to one try."""

    TAKE = "take"
    BUSY = "450 mailbox busy"
    GREYLIST = "451 come back later"
    SHUT = "421 closing down"
    REFUSE = "550 no such mailbox"
    STUBBORN = "450 mailbox always busy"
    RATE = "451 too many letters"
    HANG = "hangs, then takes"
    TAKE_AND_HANG = "takes, then hangs"
    TAKE_AND_CUT = "takes, then cuts"
    DROP_AND_CUT = "drops, then cuts"
    TAKE_AND_LEAVE = "takes, says so, then leaves"


PASSING = (
    Mood.BUSY,
    Mood.GREYLIST,
    Mood.SHUT,
    Mood.HANG,
    Mood.TAKE_AND_HANG,
    Mood.TAKE_AND_CUT,
    Mood.DROP_AND_CUT,
    Mood.TAKE_AND_LEAVE,
)
SAID_AT_ONCE = frozenset({Mood.BUSY, Mood.GREYLIST, Mood.REFUSE, Mood.STUBBORN, Mood.RATE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """One copy that the server accepted; `is_cut` when the sender was never told."""

    message_id: str
    is_cut: bool = False


@dataclass(slots=True)
class Journal:
    """What the server took, and how often it did what to whom."""

    taken: list[Taken] = field(default_factory=list)
    moods: Counter[Mood] = field(default_factory=Counter)
    tries: Counter[str] = field(default_factory=Counter)
    lately: deque[float] = field(default_factory=deque)
    lock: Lock = field(default_factory=Lock)

    def mood_for(self, address: str, seed: int) -> Mood:
        """Decide about the next try of this address, and note it."""
        with self.lock:
            self.tries[address] += 1
            mood = mood_of(seed, address, self.tries[address])
            if mood is Mood.TAKE and self.tries[address] <= PATIENT_TRIES and self._is_too_fast():
                mood = Mood.RATE
            self.moods[mood] += 1
            return mood

    def take(self, body: bytes, *, is_cut: bool) -> None:
        message_id = str(message_from_bytes(body)["Message-ID"]).strip("<> ")
        with self.lock:
            self.taken.append(Taken(message_id=message_id, is_cut=is_cut))

    def _is_too_fast(self) -> bool:
        present = monotonic()
        while self.lately and self.lately[0] < present - RATE_WINDOW:
            self.lately.popleft()
        if len(self.lately) >= RATE_LIMIT:
            return True
        self.lately.append(present)
        return False

    @property
    def faults(self) -> int:
        return sum(count for mood, count in self.moods.items() if mood is not Mood.TAKE)


def mood_of(seed: int, address: str, number: int) -> Mood:
    """What the server does to the try of that number."""
    fate = Random(f"{seed}:{address}").random()  # noqa: S311 - repeatable, not secret
    if fate < REFUSED_SHARE:
        return Mood.REFUSE
    if fate < REFUSED_SHARE + STUBBORN_SHARE:
        return Mood.STUBBORN
    chance = Random(f"{seed}:{address}:{number}")  # noqa: S311
    if number > PATIENT_TRIES or chance.random() < 1 / 2:
        return Mood.TAKE
    return chance.choice(PASSING)


class _Server(ThreadingTCPServer):
    daemon_threads = False  # closing waits for the last letter, so that the journal is whole
    request_queue_size = 64

    def __init__(self, seed: int) -> None:
        self.seed, self.journal = seed, Journal()
        super().__init__(("127.0.0.1", 0), _Conversation)


class _Conversation(StreamRequestHandler):
    """One session. A killed sender leaves it with an error of the line, which is no news."""

    timeout = SILENCE_SECONDS
    server: _Server

    def handle(self) -> None:
        with suppress(OSError):
            self._say("220 ready")
            mood = Mood.TAKE
            while line := self.rfile.readline().decode("ascii", "replace").strip():
                verb = line[:4].upper()
                if verb == "RCPT":
                    address = line.partition("<")[2].partition(">")[0]
                    mood = self.server.journal.mood_for(address, self.server.seed)
                    if not self._answer_recipient(mood):
                        return
                elif verb == "DATA":
                    if not self._answer_data(mood):
                        return
                else:
                    self._say("221 bye" if verb == "QUIT" else "250 fine")

    def _answer_recipient(self, mood: Mood) -> bool:
        """Whether the session goes on."""
        if mood is Mood.SHUT:
            self._say(mood)
            return False
        self._say(mood if mood in SAID_AT_ONCE else "250 fine")
        return True

    def _answer_data(self, mood: Mood) -> bool:
        """Whether the session goes on."""
        self._say("354 go on")
        body = self._body()
        if body is None:
            return False
        is_cut = mood is Mood.TAKE_AND_CUT
        if mood is Mood.HANG:
            self._hang()
        if mood is not Mood.DROP_AND_CUT:
            self.server.journal.take(body, is_cut=is_cut)
        if mood is Mood.TAKE_AND_HANG:
            self._hang()
        if is_cut or mood is Mood.DROP_AND_CUT:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            return False
        self._say("250 kept")
        return mood is not Mood.TAKE_AND_LEAVE

    def _body(self) -> bytes | None:
        """The letter, or None when the sender died before its end."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            lines.append(line)
        return b"".join(lines)

    def _hang(self) -> None:
        sleep(Random(len(self.server.journal.taken)).uniform(*HANG_SECONDS))  # noqa: S311

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def post_office(seed: int) -> Iterator[tuple[str, Journal]]:
    """Run the server; gives its URL and its journal, which is whole once the block is left."""
    with _Server(seed) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"smtp://127.0.0.1:{server.server_address[1]}", server.journal
        finally:
            server.shutdown()
            thread.join()
