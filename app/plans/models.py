from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.interviews.models import Interview
from app.people.models import Person


class GoalStatus(StrEnum):
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    BLOCKED = "blocked"
    DONE = "done"


class Goal(Base):
    """One line of an improvement plan: what will be different, by which action, shown by what."""

    __tablename__ = "goals"

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(
        ForeignKey("interviews.id", ondelete="CASCADE"), index=True
    )
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    position: Mapped[int]
    goal: Mapped[str]
    action: Mapped[str]
    measure: Mapped[str]
    support: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date]

    interview: Mapped[Interview] = relationship()
    owner: Mapped[Person] = relationship()
    check_ins: Mapped[list["CheckIn"]] = relationship(
        order_by="CheckIn.due_on", cascade="all, delete-orphan", back_populates="goal"
    )


class CheckIn(Base):
    """A dated look at a goal: due first, then filled in once with what happened."""

    __tablename__ = "check_ins"
    __table_args__ = (
        CheckConstraint(
            "status IS NULL OR status IN ('on_track', 'at_risk', 'blocked', 'done')", name="status"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id", ondelete="CASCADE"), index=True)
    due_on: Mapped[date]
    status: Mapped[GoalStatus | None]
    done: Mapped[str] = mapped_column(default="")
    result: Mapped[str] = mapped_column(default="")
    next_step: Mapped[str] = mapped_column(default="")
    filled_at: Mapped[datetime | None]
    filled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    goal: Mapped[Goal] = relationship(back_populates="check_ins")
