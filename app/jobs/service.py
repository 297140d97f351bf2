"""Queue work and take it. The rows are the truth; the queue engine only wakes workers."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, insert, or_, select, update

from app.clock import now
from app.db import db, random_id
from app.jobs.models import Job, JobKind, JobState
from app.jobs.rules import LEASE, ORDINARY, Patience, is_exhausted, pause_before_retry


def enqueue(kind: JobKind, subject_id: int, *, run_at: datetime | None = None) -> None:
    """Queue a job, unless the same one waits already; it exists once the caller commits.

    The waiting job is locked until then, so that no worker begins it before it can see the change.
    """
    waiting = select(Job.id).where(
        Job.kind == kind, Job.subject_id == subject_id, Job.state == JobState.QUEUED
    )
    if db.session.scalar(waiting.limit(1).with_for_update()) is None:
        enqueue_many(kind, [subject_id], run_at=[run_at] if run_at else None)


def enqueue_many(
    kind: JobKind, subject_ids: Sequence[int], *, run_at: Sequence[datetime] | None = None
) -> None:
    """Queue one job per subject in one statement; `run_at` has a moment for each."""
    if not subject_ids:
        return
    moments = run_at or [now()] * len(subject_ids)
    rows = [
        {
            "kind": kind,
            "subject_id": subject_id,
            "state": JobState.QUEUED,
            "run_at": due,
            "attempts": 0,
        }
        for subject_id, due in zip(subject_ids, moments, strict=True)
    ]
    db.session.execute(insert(Job), rows)
    wake_worker()


def forget(kind: JobKind, subject_ids: Collection[int]) -> None:
    """Drop the jobs of subjects that are deleted.

    SQLite gives the number of a deleted row to a new one, which its job must not come upon.
    """
    db.session.execute(
        delete(Job)
        .where(Job.kind == kind, Job.subject_id.in_(subject_ids))
        .execution_options(synchronize_session=False)
    )


def wake_worker() -> None:
    """Have a worker look at the queue once the caller commits."""
    db.session.info["wake"] = True


def claim_next(*, without: JobKind | None = None) -> Job | None:
    """Take the next due job with a lease, and commit; None when nothing is due.

    Jobs of the kind `without` stay where they are.

    Two workers never hold the same job: the claim is one conditional UPDATE. A job whose lease has
    run out (its worker was killed) is due again.
    """
    moment = now()
    due = or_(
        and_(Job.state == JobState.QUEUED, Job.run_at <= moment),
        and_(Job.state == JobState.RUNNING, Job.lease_until < moment),
    )
    if without is not None:
        due = and_(due, Job.kind != without)
    candidate = (
        select(Job.id)
        .where(due)
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = (
        update(Job)
        .where(Job.id == candidate, due)
        .values(
            state=JobState.RUNNING,
            lease_until=moment + LEASE,
            claim=random_id(),
            attempts=Job.attempts + 1,
        )
        .returning(Job)
        .execution_options(synchronize_session=False)
    )
    job = db.session.scalar(taken)
    db.session.commit()
    return job


def finish(job_id: int, claim: str) -> bool:
    """Mark a job done; False when another worker has taken it over since (nothing is changed)."""
    return _settle(job_id, claim, state=JobState.DONE, error=None, run_at=None)


def put_back(
    job_id: int, claim: str, *, attempts: int, error: str, patience: Patience = ORDINARY
) -> bool:
    """Queue a failed job again after a pause, or park it when it has failed too often."""
    if is_exhausted(attempts, patience):
        return _settle(job_id, claim, state=JobState.DEAD, error=error, run_at=None)
    later = now() + pause_before_retry(attempts, patience)
    return _settle(job_id, claim, state=JobState.QUEUED, error=error, run_at=later)


def bring_forward(kind: JobKind) -> None:
    """Have jobs that wait after a failed try done now; those that wait for their time stay."""
    moment = now()
    db.session.execute(
        update(Job)
        .where(
            Job.kind == kind,
            Job.state == JobState.QUEUED,
            Job.attempts > 0,
            Job.run_at > moment,
        )
        .values(run_at=moment)
        .execution_options(synchronize_session=False)
    )
    wake_worker()


def give_back(job_id: int, claim: str) -> None:
    """Put a job back as it was before it was claimed; the try does not count."""
    db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.claim == claim)
        .values(state=JobState.QUEUED, lease_until=None, claim=None, attempts=Job.attempts - 1)
        .execution_options(synchronize_session=False)
    )


def seconds_until_next(*, without: JobKind | None = None) -> timedelta | None:
    """How long until some queued job is due; None when nothing is queued.

    Jobs of the kind `without` do not count.
    """
    queued = select(Job.run_at).where(Job.state == JobState.QUEUED)
    if without is not None:
        queued = queued.where(Job.kind != without)
    due = db.session.scalar(queued.order_by(Job.run_at).limit(1))
    return None if due is None else max(due - now(), timedelta())


def _settle(
    job_id: int, claim: str, *, state: JobState, error: str | None, run_at: datetime | None
) -> bool:
    values: dict[str, object] = {"state": state, "error": error, "lease_until": None, "claim": None}
    if run_at is not None:
        values["run_at"] = run_at
    changed = db.session.execute(
        update(Job).where(Job.id == job_id, Job.claim == claim).values(**values)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]
