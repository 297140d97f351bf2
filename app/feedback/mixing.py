"""Where an answer lies must not tell when it came: answers are written anew, under new keys.

A database keeps more than its columns: SQLite fills pages in the order of arrival, PostgreSQL
notes beside every row which transaction wrote it, and that one also marked a form as submitted.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, event, insert, select, text
from sqlalchemy.orm import Session

from app.cycles.models import Participant
from app.db import db, forget_freed_pages, random_id, rewrite_tables
from app.feedback.models import Submission
from app.jobs.models import Job, JobKind, JobState
from app.jobs.service import enqueue

NEW_KEY = {
    "sqlite": "lower(hex(randomblob(16)))",
    "postgresql": "replace(gen_random_uuid()::text, '-', '')",
}
# What was freed in these may still be read in PostgreSQL's files.
LEAVING_TRACES = ("submissions", "drafts", "usage_counts")
FIRST_CHANCE = timedelta(minutes=1)  # for the one who closes; then the worker does it


class StillReadError(Exception):
    """The tables could not be written anew, because others held them."""


def mix_in(answer: Mapping[str, Any]) -> None:
    """Keep an anonymous answer so that nobody can say which of its group is the newest.

    All answers about this participant from this group are written anew in this transaction: on
    every trace they look alike. Who has submitted is known of the same group, and no more.
    """
    take_turns([answer["participant_id"]])
    others = db.session.execute(
        delete(Submission)
        .where(
            Submission.participant_id == answer["participant_id"],
            Submission.rater_group == answer["rater_group"],
            Submission.request_id.is_(None),
        )
        .returning(*Submission.__table__.columns),
        execution_options={"synchronize_session": False},
    ).mappings()
    # SQLite's log shows what one transaction wrote, and that one marked a form as submitted too.
    event.listen(db.session(), "after_commit", _forget_newest)
    rows = [{**row, "request_id": None, "id": random_id()} for row in [*others, answer]]
    db.session.execute(insert(Submission), sorted(rows, key=lambda row: row["id"]))


def take_turns(participant_ids: Collection[int]) -> None:
    """Wait for whoever mixes answers about these people, and let others wait.

    Two at once would each write the other's answer anew. Whoever submits forms about several people
    asks for them all first: held in one order, nobody waits in a ring.
    """
    db.session.execute(
        select(Participant.id)
        .where(Participant.id.in_(participant_ids))
        .order_by(Participant.id)
        .with_for_update(key_share=True)
    )


def write_anew(cycle_id: int) -> None:
    """In the close: erase who wrote what, and every trace of the order in which answers came.

    The new keys matter: places freed in the order of the old keys are taken in the order of the
    new ones, so that where a row lies does not tell where it lay.
    """
    new_key = NEW_KEY[db.session.get_bind().dialect.name]
    for statement in (
        """CREATE TEMPORARY TABLE kept AS
           SELECT s.* FROM submissions s JOIN participants p ON p.id = s.participant_id
           WHERE p.cycle_id = :cycle_id""",
        "DELETE FROM submissions WHERE id IN (SELECT id FROM kept)",
        f"UPDATE kept SET request_id = NULL, id = {new_key}",  # noqa: S608 - our own words
        "INSERT INTO submissions SELECT * FROM kept ORDER BY id",
        "DROP TABLE kept",
    ):
        values = {"cycle_id": cycle_id} if ":cycle_id" in statement else {}
        db.session.execute(text(statement), values)
    db.session.expire_all()


def forget_old_places() -> bool:
    """After the close was committed: nothing that was freed can be read in the files any more.

    False when others were reading all the time; the worker tries again.
    """
    return forget_freed_pages() and rewrite_tables(LEAVING_TRACES)


def plan_rewriting(cycle_id: int, *, now: datetime) -> None:
    """In the close: have the worker do it, should whoever closes not be able to, or be killed.

    Only on PostgreSQL; SQLite's log is emptied by each worker that has run out of work.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        enqueue(JobKind.REWRITE_TABLES, cycle_id, run_at=now + FIRST_CHANCE)


def forget_after_close(cycle_id: int) -> None:
    """After the close was committed; the caller commits again. What cannot be done now waits."""
    if forget_old_places():
        db.session.execute(
            delete(Job).where(
                Job.kind == JobKind.REWRITE_TABLES,
                Job.subject_id == cycle_id,
                Job.state == JobState.QUEUED,
            )
        )


def rewrite_later(_cycle_id: int) -> None:
    """What the worker does; safe to run twice. Raises StillReadError to be run again."""
    db.session.rollback()
    if not forget_old_places():
        raise StillReadError("others were reading the answers all the time")


def _forget_newest(_session: Session) -> None:
    forget_freed_pages(tries=1)
