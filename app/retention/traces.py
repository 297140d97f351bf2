"""What was deleted must not stay readable in the files of the database (decisions 16 and 22)."""

from datetime import datetime

from sqlalchemy import delete

from app.db import db, forget_freed_pages, rewrite_tables
from app.feedback.mixing import StillReadError
from app.jobs.models import Job, JobKind, JobState
from app.jobs.service import enqueue

ANSWERS_LAY_IN = ("submissions", "ratings")


def plan_rewriting(cycle_id: int, *, now: datetime) -> None:
    """In the deletion: have the worker write the tables anew, whoever else is killed.

    Only on PostgreSQL; SQLite's log is emptied by each worker that has run out of work.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        enqueue(JobKind.REWRITE_ANSWERS, cycle_id, run_at=now)


def rewrite_at_once(cycle_id: int) -> None:
    """After a deletion without a worker was committed; the caller commits again.

    What cannot be done now waits for the worker.
    """
    if _rewrite():
        db.session.execute(
            delete(Job).where(
                Job.kind == JobKind.REWRITE_ANSWERS,
                Job.subject_id == cycle_id,
                Job.state == JobState.QUEUED,
            )
        )


def rewrite_answers(_cycle_id: int) -> None:
    """What the worker does; safe to run twice. Raises StillReadError to be run again."""
    db.session.rollback()
    if not _rewrite():
        raise StillReadError("others were reading the ratings all the time")


def _rewrite() -> bool:
    return forget_freed_pages() and rewrite_tables(ANSWERS_LAY_IN)
