from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cycles.models import Cycle, Participant
from app.db import Base
from app.feedback.nominating.rules import ListState
from app.people.groups import RaterGroup


class NominationRound(Base):
    """In this draft employees propose their reviewers, until the end of a day of its zone."""

    __tablename__ = "nomination_rounds"

    cycle_id: Mapped[int] = mapped_column(
        ForeignKey("cycles.id", ondelete="CASCADE"), primary_key=True
    )
    last_local: Mapped[str] = mapped_column(String(16))  # 2026-12-08T24:00, as people read it
    ends_at: Mapped[datetime]

    cycle: Mapped[Cycle] = relationship()


class Nomination(Base):
    """A participant's list of reviewers, from the letter that asks for it to the approval."""

    __tablename__ = "nominations"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'proposed', 'returned', 'approved')", name="state"),
        CheckConstraint("state <> 'returned' OR reason <> ''", name="reason"),
    )

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[ListState] = mapped_column(default=ListState.ASKED)
    reason: Mapped[str] = mapped_column(String(500), default="")  # why it was returned
    revision: Mapped[int] = mapped_column(default=0)  # how often it was written; 0 is untouched

    participant: Mapped[Participant] = relationship()


class Nominee(Base):
    """Somebody on a participant's list. Who becomes a reviewer is decided by the launch."""

    __tablename__ = "nominees"
    __table_args__ = (
        CheckConstraint("rater_group IN ('peer', 'subordinate', 'customer')", name="rater_group"),
    )

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("nominations.participant_id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    rater_group: Mapped[RaterGroup]
