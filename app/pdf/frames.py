"""What goes over the pipes to and from the printing process: a length, then that many bytes."""

import json
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import BinaryIO, Self

HEAD = 4
LONGEST = 64 * 1024 * 1024


class Outcome(IntEnum):
    """The first byte of an answer."""

    READY = 0
    PRINTED = 1
    TOO_LONG = 2
    FAILED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintOrder:
    html: str
    title: str
    language: str

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, frame: bytes) -> Self:
        return cls(**json.loads(frame))


def write_frame(pipe: BinaryIO, content: bytes) -> None:
    pipe.write(len(content).to_bytes(HEAD, "big"))
    pipe.write(content)
    pipe.flush()


def read_frame(pipe: BinaryIO) -> bytes | None:
    """Return the next frame, or None when the other side has gone or talks nonsense."""
    head = pipe.read(HEAD)
    length = int.from_bytes(head, "big")
    if len(head) < HEAD or length > LONGEST:
        return None
    content = pipe.read(length)
    return content if len(content) == length else None
