from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cycles.models import Cycle, Participant
from app.db import Base, random_id
from app.mail.models import Letter
from app.people.groups import RaterGroup
from app.people.models import Person


class DeclineReason(StrEnum):
    LITTLE_CONTACT = "little_contact"
    CONFLICT = "conflict"
    OTHER = "other"


class RequestState(StrEnum):
    OPEN = "open"
    STARTED = "started"
    SUBMITTED = "submitted"
    DECLINED = "declined"


class Reviewer(Base):
    """Somebody asked for feedback in one round. One link opens all their forms.

    The link's secret is never stored: it is derived from LINK_KEY, this row's id and `generation`;
    the row keeps its hash. Raising the generation kills the old link at once.
    """

    __tablename__ = "reviewers"
    # Never the id of a deleted row again: the link of the old one would open the forms of the new.
    __table_args__ = (UniqueConstraint("cycle_id", "person_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    generation: Mapped[int] = mapped_column(default=1)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_on: Mapped[date | None]  # a day, so that no log of moments can be laid beside answers
    declined: Mapped[bool] = mapped_column(default=False)
    cut_off: Mapped[bool] = mapped_column(default=False)
    # Asked for more time on a day; waits until HR has answered.
    more_time_asked_on: Mapped[date | None]
    more_time_waits: Mapped[bool] = mapped_column(default=False, server_default=false())
    closes_at: Mapped[datetime | None]  # a deadline of their own: the end of a later day
    # The present link was mailed because they want to change what they submitted.
    may_correct: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Has answered the ease question, never how; forgotten in the close.
    ease_given: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Somebody has entered a code that was mailed: to have pressed Start first lets in no more.
    showed_code: Mapped[bool] = mapped_column(default=False, server_default=false())

    cycle: Mapped[Cycle] = relationship()
    person: Mapped[Person] = relationship()


class AssignmentChange(Base):
    """HR's word on one pair while the round is a draft: this group, or not asked at all (None).

    It wins over the workbook and the reporting line, and touches neither: it holds for this round.
    """

    __tablename__ = "assignment_changes"
    __table_args__ = (
        CheckConstraint(
            "rater_group IN ('self', 'supervisor', 'peer', 'subordinate', 'customer')",
            name="rater_group",
        ),
    )

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    rater_group: Mapped[RaterGroup | None]


class FeedbackRequest(Base):
    """One reviewer is asked about one participant: whether it is done, never what was said."""

    __tablename__ = "feedback_requests"
    __table_args__ = (
        UniqueConstraint("participant_id", "reviewer_id"),
        CheckConstraint(
            "rater_group IN ('self', 'supervisor', 'peer', 'subordinate', 'customer')",
            name="rater_group",
        ),
        CheckConstraint(
            "state IN ('open', 'started', 'submitted', 'declined')",
            name="state",
        ),
        CheckConstraint("NOT reopened OR state = 'submitted'", name="reopened"),
        # Never the id of a deleted row again: a page that is still open would answer another.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    reviewer_id: Mapped[int] = mapped_column(
        ForeignKey("reviewers.id", ondelete="CASCADE"), index=True
    )
    rater_group: Mapped[RaterGroup]
    state: Mapped[RequestState] = mapped_column(default=RequestState.OPEN)
    # Submitted, and being filled in anew: the answer that is there counts until the new one comes.
    reopened: Mapped[bool] = mapped_column(default=False, server_default=false())
    decline_reason: Mapped[DeclineReason | None]

    participant: Mapped[Participant] = relationship()
    reviewer: Mapped[Reviewer] = relationship()


class Draft(Base):
    """Answers not yet sent, readable only with the key that the reviewer's own cookie carries."""

    __tablename__ = "drafts"

    request_id: Mapped[int] = mapped_column(
        ForeignKey("feedback_requests.id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    touched_at: Mapped[datetime]  # deleted with the draft at submission, for the grace at the close


class Submission(Base):
    """A submitted form: what was said about a participant by one of a group.

    `request_id` names the rater only until the close (confidential mode), so that the database
    refuses a second submission; the close erases it. The key is random and no time is kept, so
    that neither order nor moment can join an answer to a rater afterwards. `WITHOUT ROWID` keeps
    SQLite from storing the order of arrival by itself.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        Index("ix_submissions_participant_id", "participant_id"),
        CheckConstraint(
            "rater_group IN ('self', 'supervisor', 'peer', 'subordinate', 'customer')",
            name="rater_group",
        ),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    request_id: Mapped[int | None] = mapped_column(
        ForeignKey("feedback_requests.id", ondelete="RESTRICT"), unique=True
    )
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    rater_group: Mapped[RaterGroup]
    notice_version: Mapped[str] = mapped_column(String(40))
    answers: Mapped[dict[str, Any]]  # item code -> 1..5, or null for "not observed"
    comments: Mapped[dict[str, Any]]  # box code -> text


class Invitation(Base):
    """Ties a letter in the outbox to the reviewer it asks or reminds."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('invite', 'remind', 'fresh', 'more_time', 'correct')", name="kind"
        ),
        CheckConstraint("nudge IN ('first', 'second', 'last')", name="nudge"),
        UniqueConstraint("reviewer_id", "nudge"),
    )

    letter_id: Mapped[int] = mapped_column(
        ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True
    )
    reviewer_id: Mapped[int] = mapped_column(
        ForeignKey("reviewers.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(10))
    # Which of the reminders that go by themselves this is; each goes to a reviewer once.
    nudge: Mapped[str | None] = mapped_column(String(10))

    letter: Mapped[Letter] = relationship()
    reviewer: Mapped[Reviewer] = relationship()
