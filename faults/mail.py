"""The suite ``mail``: whatever the server does and whenever workers die, no letter is lost.

Letters of kinds that may go twice and of kinds that may not lie in a new outbox. Workers send them
to a server that misbehaves; they are killed at random and started again. In the end the server's
journal is compared with what the outbox says. The clock is not waited for: between the rounds,
when every worker is dead, pauses and leases are ended in the database.
"""

import multiprocessing
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from time import sleep

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select, text, update

from app.clock import now
from app.config import Settings
from app.db import db, writing
from app.factory import create_app
from app.jobs.models import Job, JobState
from app.jobs.rules import ORDINARY, WITH_THE_POST
from app.mail.models import Letter
from app.mail.service import RenderedLetter, post_many
from app.worker import work_until_idle
from bench.launch import bench_settings
from faults.arrivals import Outcome, judge
from faults.post_office import post_office
from faults.running import closing_line, say

USUAL_COUNT = 400
KINDS = ("invite_internal", "remind", "invite_customer", "remind")
WORKERS = 2
MOST_ROUNDS, LAST_ROUNDS = 200, 12
LIFE_SECONDS = (0.4, 1.5)
NAP_SECONDS = 0.05
JOINING_SECONDS = 30


def run(*, count: int = USUAL_COUNT, seed: int = 1) -> bool:
    """Send so many letters and print what became of them; whether all is well."""
    say(f"mail: {count} letters, seed {seed}")
    with tempfile.TemporaryDirectory() as scratch, post_office(seed) as (url, journal):
        settings = replace(
            bench_settings(f"sqlite:///{scratch}/mail.sqlite", Path(scratch)), mail_url=url
        )
        app = create_app(settings)
        try:
            _fill(app, count)
            in_hand, killed = _kill_and_restart(app, settings, Random(seed))  # noqa: S311
            _finish(app)
            outcomes, is_whole = _outcomes(app, in_hand), _is_whole(app)
        finally:
            _let_go(app)
    verdict = judge(outcomes, journal.taken)
    states = Counter(one.state for one in outcomes)
    moods = ", ".join(f"{mood.value}: {times}" for mood, times in sorted(journal.moods.items()))
    say(f"server: {moods}")
    say(f"workers killed {killed}, of them with a letter in hand {in_hand.total()}")
    say(f"outbox: {dict(sorted(states.items()))}; copies taken {len(journal.taken)}")
    is_well = verdict.is_clean and is_whole
    say(
        closing_line(
            faults=journal.faults + killed,
            lost=verdict.lost,
            dup=verdict.dup,
            partial=verdict.partial,
            is_whole=is_whole and not verdict.strangers,
        )
    )
    return is_well


def work_for_ever(settings: Settings) -> None:
    """What a worker process does until it is killed."""
    app = create_app(settings)
    while True:
        work_until_idle(app)
        sleep(NAP_SECONDS)


def _fill(app: Flask, count: int) -> None:
    letters = [
        RenderedLetter(
            kind=KINDS[number % len(KINDS)],
            to_name="王晓明",
            to_address=f"person{number}@roundview.example",
            locale="zh" if number % 2 else "en",
            subject=f"请评价 {number}",
            text="您好\n.\n谢谢",  # a line with a full stop alone must not end the letter
            html="<p>您好</p>",
        )
        for number in range(count)
    ]
    with app.app_context(), writing():
        upgrade()
        post_many(letters)
        db.session.commit()
        db.session.remove()


def _kill_and_restart(app: Flask, settings: Settings, chance: Random) -> tuple[Counter[int], int]:
    """Rounds of workers that die, until nothing is queued; the letters they had in hand."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["faults.mail"])
    in_hand, killed = Counter[int](), 0
    for _round in range(MOST_ROUNDS):
        workers = [context.Process(target=work_for_ever, args=[settings]) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            sleep(chance.uniform(*LIFE_SECONDS))
            _kill(worker)
            killed += 1
        in_hand.update(_bring_due(app))
        if not _queued(app):
            break
    return in_hand, killed


def _kill(worker: ForkServerProcess) -> None:
    worker.kill()
    worker.join(JOINING_SECONDS)
    worker.close()


def _finish(app: Flask) -> None:
    """Let one worker that is not killed end what is left."""
    for _round in range(LAST_ROUNDS):
        work_until_idle(app)
        _bring_due(app)
        if not _queued(app):
            return


def _bring_due(app: Flask) -> list[int]:
    """End every pause and lease; gives the letters whose worker is dead. None may be alive.

    For letters that were put off eight times the days pass as well: their next try is the last.
    """
    past = now() - timedelta(seconds=1)
    with app.app_context(), writing():
        running = Job.state == JobState.RUNNING
        held = list(db.session.scalars(select(Job.subject_id).where(running)))
        db.session.execute(update(Job).where(running).values(lease_until=past))
        queued = update(Job).where(Job.state == JobState.QUEUED)
        db.session.execute(queued.values(run_at=past))
        often = queued.where(Job.attempts >= ORDINARY.most_tries)
        db.session.execute(often.values(attempts=WITH_THE_POST.most_tries - 1))
        db.session.commit()
        db.session.remove()
    return held


def _queued(app: Flask) -> int:
    with app.app_context():
        waiting = Job.state.in_([JobState.QUEUED, JobState.RUNNING])
        found = db.session.scalar(select(func.count()).where(waiting)) or 0
        db.session.remove()
    return found


def _outcomes(app: Flask, in_hand: Counter[int]) -> list[Outcome]:
    with app.app_context():
        found = [
            Outcome(
                message_id=letter.message_id,
                kind=letter.kind,
                state=letter.state.value,
                error=letter.error or "",
                kills=in_hand[letter.id],
            )
            for letter in db.session.scalars(select(Letter))
        ]
        db.session.remove()
    return found


def _is_whole(app: Flask) -> bool:
    """Whether SQLite finds its file in order, and no letter waits without a job."""
    with app.app_context():
        is_sound = db.session.scalar(text("PRAGMA integrity_check")) == "ok"
        orphans = db.session.scalar(
            text(
                "SELECT count(*) FROM letters WHERE state = 'queued' AND NOT EXISTS (SELECT 1 FROM"
                " jobs WHERE subject_id = letters.id AND jobs.state IN ('queued', 'running'))"
            )
        )
        db.session.remove()
    return is_sound and not orphans


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    app.extensions["wake_up"].close()
