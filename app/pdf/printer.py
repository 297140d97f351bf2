"""The printing process seen from outside: started, fed, watched, buried and replaced."""

import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import BinaryIO, Self, cast

from app.pdf.errors import PdfFailedError, PdfTooLongError
from app.pdf.frames import Outcome, PrintOrder, read_frame, write_frame
from app.pdf.limits import Limits

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
GOODBYE_SECONDS = 2.0
MOST_CHARACTERS = 1_000_000
# How the process ends when a paper asks for too much: by the kernel's clock, or by a library
# that could get no memory and gave up.
SPENT = {-signal.SIGXCPU, -signal.SIGABRT, -signal.SIGTRAP, -signal.SIGSEGV, -signal.SIGBUS}


class Printer:
    """One printing process: started at the first order, kept, replaced when it has died.

    Threads may share a printer; their orders wait for one another. Start it after forking.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """The printing process, or None while there is none."""
        return self._process.pid if self._process is not None else None

    def print_paper(self, order: PrintOrder) -> bytes:
        """Return the PDF, or raise PdfTooLongError or PdfFailedError within bounded time."""
        if len(order.html) > MOST_CHARACTERS:
            raise PdfTooLongError
        with self._lock:
            process = self._running()
            with Watch(process, seconds=self._limits.wall_seconds) as watch:
                reply = _ask(process, order) or b""
            if reply[:1] != bytes([Outcome.PRINTED]):
                # A process that ran to its limits is not trusted with the next paper.
                status = self._end()
                raise _reason(reply, status=status, is_overdue=watch.has_struck)
        return reply[1:]

    def close(self) -> None:
        """End the process; another order would start a new one."""
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        self._scratch = mkdtemp(prefix="roundview-pdf-")
        self._process = process = _start(self._scratch, self._limits)
        with Watch(process, seconds=START_SECONDS):
            greeting = read_frame(cast(BinaryIO, process.stdout))
        if greeting != bytes([Outcome.READY]):
            self._end()
            raise PdfFailedError("the printing process did not start")
        return process

    def _end(self) -> int | None:
        """Stop the process and remove its files; return how it ended."""
        status = _stop(self._process) if self._process is not None else None
        if self._scratch is not None:
            # A killed process leaves its copies of the fonts here.
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._process = self._scratch = None
        return status


class Watch:
    """Kills a process that has not finished its task in time."""

    def __init__(self, process: subprocess.Popen[bytes], *, seconds: float) -> None:
        self._process = process
        self._timer = threading.Timer(seconds, self._strike)
        self._timer.daemon = True
        self.has_struck = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        self._timer.join()

    def _strike(self) -> None:
        self.has_struck = True
        self._process.kill()


def _start(scratch: str, limits: Limits) -> subprocess.Popen[bytes]:
    # None of the service's settings go along: a hostile paper finds no key in that process.
    settings = {"LANG": "C.UTF-8", "HOME": scratch, "TMPDIR": scratch, "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen(  # noqa: S603 (our own interpreter and module)
        [sys.executable, "-m", "app.pdf.renderer", str(limits.cpu_seconds), str(limits.memory_mib)],
        cwd=ROOT,
        env=settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _stop(process: subprocess.Popen[bytes]) -> int:
    """Close our side, which an idle process takes as its end; kill it if it does not go."""
    orders, papers = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
    with suppress(BrokenPipeError):  # what was still to be sent has no reader any more
        orders.close()
    try:
        status = process.wait(timeout=GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
    papers.close()
    return status


def _ask(process: subprocess.Popen[bytes], order: PrintOrder) -> bytes | None:
    """Send an order and return the answer, or None when the process has died of it."""
    try:
        write_frame(cast(BinaryIO, process.stdin), order.to_bytes())
    except BrokenPipeError:
        return None
    return read_frame(cast(BinaryIO, process.stdout))


def _reason(reply: bytes, *, status: int | None, is_overdue: bool) -> Exception:
    if reply[:1] == bytes([Outcome.TOO_LONG]):
        return PdfTooLongError()
    if reply:
        return PdfFailedError(f"printing failed: {reply[1:].decode(errors='replace')}")
    if is_overdue or status in SPENT:
        return PdfTooLongError()
    return PdfFailedError(f"the printing process ended with status {status}")
