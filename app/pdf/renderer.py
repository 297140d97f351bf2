"""The printing process: orders in, papers out, by pipes.

Started as `python -m app.pdf.renderer CPU_SECONDS MEMORY_MIB`.
"""

import os
import resource
import sys
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from app.pdf.frames import Outcome, PrintOrder, read_frame, write_frame
from app.pdf.press import Press, TooManyPagesError

MIB = 1024 * 1024


def main() -> None:
    cpu_seconds, memory_mib = map(int, sys.argv[1:])
    orders, papers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not get between the frames
    limit_memory(memory_mib)
    press = Press()
    write_frame(papers, bytes([Outcome.READY]))
    serve(press, orders, papers, before_each=partial(allow_more_cpu, cpu_seconds))


def serve(
    press: Press, orders: BinaryIO, papers: BinaryIO, *, before_each: Callable[[], None]
) -> None:
    """Answer every order until the other side closes its pipe."""
    while (frame := read_frame(orders)) is not None:
        before_each()
        write_frame(papers, answer(press, PrintOrder.from_bytes(frame)))


def answer(press: Press, order: PrintOrder) -> bytes:
    """Print, or say why not. What too much content can cause counts as too long."""
    try:
        return bytes([Outcome.PRINTED]) + press.print_paper(order)
    except (TooManyPagesError, MemoryError, RecursionError):
        return bytes([Outcome.TOO_LONG])
    except Exception as error:
        # Only the kind of error: its text may quote the paper.
        return bytes([Outcome.FAILED]) + type(error).__name__.encode()


def limit_memory(mib: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (mib * MIB, mib * MIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_more_cpu(seconds: int) -> None:
    """Let the process use so many seconds from now on; the kernel ends it after that."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(used.ru_utime + used.ru_stime) + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))


if __name__ == "__main__":
    main()
