"""How many letters a second leave, with one worker process and with two, beside plain smtplib.

The letters are the invitations of a round, with links to fill in; the server takes whatever comes,
in a process of its own. The reference sends the very same messages, as they came over the wire,
over one connection. Measured on SQLite, and on a PostgreSQL of its own where that is installed
(BENCH_DATABASE_URL names an empty database to use instead).
"""

import json
import multiprocessing
import smtplib
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter, process_time
from urllib.parse import urlsplit

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import update

from app.clock import now
from app.config import Settings
from app.cycles.models import Cycle
from app.db import db, writing
from app.factory import create_app
from app.feedback.launching.service import prepare_launch, write_launch
from app.jobs.models import Job, JobState
from app.mail.models import Letter, LetterState
from app.worker import work_until_idle
from bench.launch import bench_settings, build_draft
from bench.mail_sink import Sink, mail_sink
from bench.postgres import postgres

LETTERS = 1_200
LETTERS_PER_TEAM = 6
WORKERS = (1, 2)
PATIENCE_SECONDS = 300
RESULT = "bench/mail.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """Letters in a second, and the processor's time that the senders took for one of them."""

    letters_per_second: float
    milliseconds_each: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """One engine. `plain` is smtplib, the faster of two; `workers` by the number of processes."""

    engine: str
    letters: int
    kilobytes_each: float
    plain: Pace
    workers: dict[int, Pace]

    def ratio(self, workers: int) -> float:
        """Our letters a second over those of smtplib."""
        return self.workers[workers].letters_per_second / self.plain.letters_per_second

    @property
    def cpu_ratio(self) -> float:
        """The processor's time for one of our letters over that for one of smtplib."""
        return self.workers[1].milliseconds_each / self.plain.milliseconds_each


def main(arguments: Sequence[str]) -> int:
    """Measure on every engine at hand, print, and keep the figures in the instance folder."""
    parser = ArgumentParser(prog="script/bench mail")
    parser.add_argument("--letters", type=int, default=LETTERS)
    letters: int = parser.parse_args(arguments).letters
    found = []
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory())
        for url in (f"sqlite:///{scratch}/bench.sqlite", stack.enter_context(postgres())):
            if url is not None:
                found.append(measure(url, Path(scratch), letters=letters))
                _print(found[-1])
    target = Settings.from_env().instance_dir / RESULT
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = [
        {
            **asdict(row),
            "ratios": {number: row.ratio(number) for number in row.workers},
            "cpu_ratio": row.cpu_ratio,
        }
        for row in found
    ]
    target.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return 0


def measure(database_url: str, scratch: Path, *, letters: int) -> Measurement:
    """Launch a round and send its letters: by one worker, by smtplib, by two, by smtplib again."""
    with mail_sink() as sink:
        settings = replace(bench_settings(database_url, scratch), mail_url=sink.url)
        app = create_app(settings)
        try:
            count = _post(app, max(1, letters // LETTERS_PER_TEAM))
            workers, plain = {}, []
            for processes in WORKERS:
                _queue_anew(app)
                workers[processes], bodies = _by_workers(settings, sink, count, processes)
                plain.append(_by_smtplib(sink, bodies))
            engine = _engine(app)
        finally:
            app.extensions["wake_up"].close()
    return Measurement(
        engine=engine,
        letters=count,
        kilobytes_each=sum(map(len, bodies)) / count / 1000,
        plain=max(plain, key=lambda pace: pace.letters_per_second),
        workers=workers,
    )


def _post(app: Flask, teams: int) -> int:
    """Launch a round of so many teams; gives how many letters that is."""
    with app.app_context(), writing():
        upgrade()
        cycle = db.session.get_one(Cycle, build_draft(teams))
        launched = write_launch(
            prepare_launch(cycle, company="Roundview"),
            link_key=app.extensions["settings"].link_key,
        )
        db.session.commit()
        db.session.remove()
    return launched.letters


def _queue_anew(app: Flask) -> None:
    with app.app_context(), writing():
        db.session.execute(update(Letter).values(state=LetterState.QUEUED, sent_at=None))
        db.session.execute(update(Job).values(state=JobState.QUEUED, run_at=now(), attempts=0))
        db.session.commit()
        db.session.remove()


def _engine(app: Flask) -> str:
    with app.app_context():
        name = db.engine.dialect.name
        db.engine.dispose()
    return name


def _by_workers(
    settings: Settings, sink: Sink, count: int, processes: int
) -> tuple[Pace, list[bytes]]:
    """Send everything that is queued; the letters as they came, in their order.

    The clock runs from the moment when all processes are ready until the last letter is there.
    """
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(processes + 1)
    here, there = context.Pipe()
    workers = [
        context.Process(target=work_once, args=[settings, ready, there], daemon=True)
        for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    ready.wait(PATIENCE_SECONDS)
    began = perf_counter()
    arrived = sink.wait_for(count)
    spent = sum(here.recv() for _ in workers)
    for worker in workers:
        worker.join(PATIENCE_SECONDS)
        worker.close()
    return _pace(count, arrived.last_at - began, spent), arrived.bodies


def work_once(settings: Settings, ready: Barrier, line: Connection) -> None:
    """A worker process: sends what is due, then tells how long the processor was busy with it."""
    app = create_app(settings)
    ready.wait(PATIENCE_SECONDS)
    began = process_time()
    work_until_idle(app)
    line.send(process_time() - began)


def _by_smtplib(sink: Sink, bodies: Sequence[bytes]) -> Pace:
    port = urlsplit(sink.url).port or 0
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo()
        began, busy = perf_counter(), process_time()
        for number, body in enumerate(bodies):
            server.sendmail("hr@roundview.example", f"person{number}@roundview.example", body)
        spent = process_time() - busy
        arrived = sink.wait_for(len(bodies))
    return _pace(len(bodies), arrived.last_at - began, spent)


def _pace(count: int, seconds: float, spent: float) -> Pace:
    return Pace(letters_per_second=count / seconds, milliseconds_each=1000 * spent / count)


def _print(found: Measurement) -> None:
    lines = [
        ("database", found.engine),
        ("letters", f"{found.letters:,}"),
        ("size of one", f"{found.kilobytes_each:.1f} kB"),
        *_lines("smtplib, one connection", found.plain),
    ]
    for number, pace in found.workers.items():
        lines += _lines(f"worker processes: {number}", pace)
        lines.append(("  ratio to smtplib", f"{found.ratio(number):.3f}"))
    lines.append(("processor, worker / smtplib", f"{found.cpu_ratio:.1f}"))
    for name, value in lines:
        print(f"{name:<32}{value:>14}")  # noqa: T201
    print()  # noqa: T201


def _lines(name: str, pace: Pace) -> list[tuple[str, str]]:
    return [
        (name, f"{pace.letters_per_second:.0f} /s"),
        ("  processor for one", f"{pace.milliseconds_each:.2f} ms"),
    ]
