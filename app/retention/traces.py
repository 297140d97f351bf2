"""What was deleted must not stay readable in the files of the database (decisions 16 and 22)."""

from datetime import datetime

from sqlalchemy import delete

from app.db import db, forget_freed_pages, rewrite_tables
from app.feedback.mixing import StillReadError
from app.jobs.models import Job, JobKind, JobState
from app.jobs.service import enqueue

# Which tables each job writes anew.
TABLES = {
    JobKind.REWRITE_ANSWERS: ("submissions", "ratings"),
    JobKind.REWRITE_LETTERS: ("letters",),
}
NO_ROUND = 0  # what a job is about that comes from letters of any round


def plan_rewriting(kind: JobKind, cycle_id: int, *, at: datetime) -> None:
    """In the deletion: have the worker write the tables anew, whoever else is killed.

    Not again while the same waits already.

    Only on PostgreSQL; SQLite's log is emptied by each worker that has run out of work.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        enqueue(kind, cycle_id, run_at=at)


def rewrite_at_once(kind: JobKind, cycle_id: int) -> None:
    """After a deletion without a worker was committed; the caller commits again.

    What cannot be done now waits for the worker.
    """
    db.session.rollback()  # whoever has read a table holds it against being written anew
    if _rewrite(kind):
        db.session.execute(
            delete(Job).where(
                Job.kind == kind, Job.subject_id == cycle_id, Job.state == JobState.QUEUED
            )
        )


def rewrite(kind: JobKind) -> None:
    """What the worker does; safe to run twice. Raises StillReadError to be run again."""
    db.session.rollback()
    if not _rewrite(kind):
        raise StillReadError("others were reading the tables all the time")


def _rewrite(kind: JobKind) -> bool:
    return forget_freed_pages() and rewrite_tables(TABLES[kind])
