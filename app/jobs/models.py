from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class JobKind(StrEnum):
    SEND_LETTER = "send_letter"
    RENDER_RECORD = "render_record"
    REWRITE_TABLES = "rewrite_tables"
    REWRITE_ANSWERS = "rewrite_answers"
    REWRITE_LETTERS = "rewrite_letters"


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(Base):
    """Work to do later, written in the same transaction as the change that asks for it."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'dead')", name="state"),
        Index("ix_jobs_due", "state", "run_at"),
        Index("ix_jobs_subject", "kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[JobKind]
    subject_id: Mapped[int]
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    claim: Mapped[str | None] = mapped_column(String(32))
    error: Mapped[str | None]
