"""The measurement of a response: a short form of it, and that it counts what it should."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from bench.cpu import PROC, loop_seconds, parent_of, used_by
from bench.submit import WARM_UP, measure
from bench.visitors import VisitError, answers_on

BUSY_HALF_A_SECOND = (
    "import time\nwhile time.process_time() < 0.5: pass\nprint('busy', flush=True)\ninput()"
)
ALMOST = 0.4  # the kernel counts in hundredths
needs_linux = pytest.mark.skipif(not PROC.exists(), reason="processor time is read from /proc")


@needs_linux
def test_a_short_measurement_sends_every_form_it_counts(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bench.sqlite'}"

    found = list(measure(url, tmp_path, responses=4, clients=(1, 3)))

    assert [(row.engine, row.clients, row.responses) for row in found] == [
        ("sqlite", 1, 4),
        ("sqlite", 3, 4),
    ]
    for row in found:
        assert row.web > 0
        assert row.database == 0
        assert row.pages == pytest.approx(row.web / 4 / row.bare_page)
        assert row.pages_with_thanks == pytest.approx((row.web + row.thanks) / 4 / row.bare_page)
        assert row.per_second > 0
        assert row.loop > 0
    with closing(connect(tmp_path / "bench.sqlite")) as database:
        kept = database.execute("SELECT count(*) FROM submissions").fetchone()
    assert kept == (2 * (WARM_UP + 4),)


def test_a_page_with_another_form_is_not_measured() -> None:
    with pytest.raises(VisitError, match="a form with 1 ratings and 0 texts"):
        answers_on('<input type="radio" name="a-q1" value="1">')


@needs_linux
def test_the_time_of_children_is_counted_while_they_run_and_afterwards() -> None:
    script = f'{sys.executable} -c "$0"; echo ended; read line'
    with subprocess.Popen(
        ["sh", "-c", script, BUSY_HALF_A_SECOND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"busy\n"
        assert used_by(parent.pid) > ALMOST
        parent.stdin.write(b"\n")
        assert parent.stdout.readline() == b"ended\n"
        assert used_by(parent.pid) > ALMOST
        assert parent_of(parent.pid) == os.getpid()
        parent.stdin.write(b"\n")
    assert used_by(0) == 0


def test_the_loop_takes_some_time() -> None:
    assert loop_seconds() > 0
