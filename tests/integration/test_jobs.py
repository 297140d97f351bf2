"""The queue's rows: claimed once, taken over after a kill, tried again with a pause."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.clock import now
from app.db import db, writing
from app.jobs import service as jobs
from app.jobs.models import Job, JobKind, JobState
from app.jobs.rules import LEASE, ORDINARY


def queue(*subjects: int) -> None:
    jobs.enqueue_many(JobKind.SEND_LETTER, subjects)
    db.session.commit()


def test_a_job_exists_only_once_its_transaction_commits(app: Flask) -> None:
    jobs.enqueue(JobKind.SEND_LETTER, 1)
    db.session.rollback()

    assert jobs.claim_next() is None


def test_work_that_waits_already_is_not_queued_twice(app: Flask) -> None:
    for _ in range(3):
        jobs.enqueue(JobKind.RENDER_RECORD, 5)
        db.session.commit()

    assert db.session.scalar(select(func.count()).select_from(Job)) == 1


def test_work_that_has_begun_is_queued_again(app: Flask) -> None:
    queue(5)
    jobs.claim_next()
    jobs.enqueue(JobKind.SEND_LETTER, 5)
    db.session.commit()

    assert jobs.claim_next() is not None


def test_jobs_are_taken_in_the_order_in_which_they_fell_due(app: Flask) -> None:
    queue(1, 2)

    first, second = jobs.claim_next(), jobs.claim_next()

    assert first is not None
    assert second is not None
    assert (first.subject_id, second.subject_id) == (1, 2)
    assert jobs.claim_next() is None


def test_a_killed_workers_job_is_taken_over_when_its_lease_runs_out(app: Flask) -> None:
    queue(7)
    lost = jobs.claim_next()
    assert lost is not None

    assert jobs.claim_next() is None
    with time_machine.travel(now() + LEASE + timedelta(seconds=1)):
        taken_over = jobs.claim_next()

    assert taken_over is not None
    assert taken_over.subject_id == 7


def test_a_worker_whose_job_was_taken_over_can_no_longer_settle_it(app: Flask) -> None:
    queue(7)
    slow = jobs.claim_next()
    assert slow is not None
    old_claim = slow.claim
    with time_machine.travel(now() + LEASE + timedelta(seconds=1)):
        jobs.claim_next()

    assert jobs.finish(slow.id, old_claim or "") is False
    assert db.session.get_one(Job, slow.id).state == JobState.RUNNING


def test_a_failed_job_waits_and_is_parked_after_its_last_try(app: Flask) -> None:
    queue(7)
    moment = now()
    for attempt in range(1, ORDINARY.most_tries + 1):
        with time_machine.travel(moment):
            job = jobs.claim_next()
            assert job is not None, attempt
            jobs.put_back(job.id, job.claim or "", attempts=job.attempts, error="busy")
            db.session.commit()
            assert jobs.claim_next() is None
        moment += timedelta(hours=2)

    parked = db.session.scalars(select(Job)).one()
    assert (parked.state, parked.error) == (JobState.DEAD, "busy")


def test_workers_side_by_side_never_take_the_same_job(app: Flask) -> None:
    queue(*range(40))
    db.session.remove()

    def take_all() -> list[int]:
        taken = []
        with app.app_context(), writing():
            while (job := jobs.claim_next()) is not None:
                taken.append(job.subject_id)
            db.session.remove()
        return taken

    with ThreadPoolExecutor(4) as workers:
        shares = list(workers.map(lambda _worker: take_all(), range(4)))

    assert sorted(subject for share in shares for subject in share) == list(range(40))
    assert db.session.scalar(select(func.count()).select_from(Job)) == 40
