from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.auth.models import Account
from app.cycles.models import Participant
from app.db import Base
from app.people.models import Person


class Decision(StrEnum):
    """What the employee says to the record; none is preset, and silence is none of them."""

    AGREE = "agree"
    PARTLY = "partly"
    DISAGREE = "disagree"


class Interview(Base):
    """The talk about one participant's result, and the record while it is being written.

    `employee_part` (sections F, G1, J2) is written by the employee alone, `manager_part` by the
    manager alone; the manager's part is hidden from the employee until it is shared. Both hold the
    fields of their form by name, as app.interviews.parts lists them.
    """

    __tablename__ = "interviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), unique=True
    )
    interviewer_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)  # PR-YYYY-nnnnn
    held_on: Mapped[date | None]  # as the manager's part says; here for lists
    employee_part: Mapped[dict[str, Any]]
    manager_part: Mapped[dict[str, Any]]
    # Each author's own count of saves: a page that was opened before the last one is refused.
    employee_revision: Mapped[int] = mapped_column(default=1)
    manager_revision: Mapped[int] = mapped_column(default=1)
    shared_at: Mapped[datetime | None]
    reopened_for: Mapped[str] = mapped_column(default="")  # why the next version is being written

    participant: Mapped[Participant] = relationship()
    interviewer: Mapped[Person] = relationship()


class RecordVersion(Base):
    """A frozen record. Any later change makes the next version, with its reason."""

    __tablename__ = "record_versions"
    __table_args__ = (
        UniqueConstraint("interview_id", "version"),
        CheckConstraint(
            "decision IS NULL OR decision IN ('agree', 'partly', 'disagree')", name="decision"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(ForeignKey("interviews.id", ondelete="CASCADE"))
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    content: Mapped[dict[str, Any]]  # the paper, whole, as it was frozen
    check_code: Mapped[str] = mapped_column(String(20))  # over the published content only
    frozen_at: Mapped[datetime]
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    pdf_error: Mapped[str | None]
    decision: Mapped[Decision | None]
    decision_note: Mapped[str] = mapped_column(default="")
    employee_signed_at: Mapped[datetime | None]
    manager_signed_at: Mapped[datetime | None]
    hr_signed_at: Mapped[datetime | None]
    hr_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    interview: Mapped[Interview] = relationship()
    hr_signed_by: Mapped[Account | None] = relationship()
