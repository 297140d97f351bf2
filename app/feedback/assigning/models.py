from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.people.groups import RaterGroup


class GroupLimitRow(Base):
    """How many of a group HR wants asked about each participant of a round.

    A group without a row has the usual limit.
    """

    __tablename__ = "group_limits"
    __table_args__ = (
        CheckConstraint(
            "rater_group IN ('self', 'supervisor', 'peer', 'subordinate', 'customer')",
            name="rater_group",
        ),
        CheckConstraint("least >= 0", name="least"),
        CheckConstraint("most >= 1 AND most >= least", name="most"),
    )

    cycle_id: Mapped[int] = mapped_column(
        ForeignKey("cycles.id", ondelete="CASCADE"), primary_key=True
    )
    rater_group: Mapped[RaterGroup] = mapped_column(primary_key=True)
    least: Mapped[int]
    most: Mapped[int | None]


class LoadCap(Base):
    """How many forms a reviewer of a round should have at most, where HR decided it."""

    __tablename__ = "load_caps"
    __table_args__ = (CheckConstraint("forms BETWEEN 1 AND 15", name="forms"),)

    cycle_id: Mapped[int] = mapped_column(
        ForeignKey("cycles.id", ondelete="CASCADE"), primary_key=True
    )
    forms: Mapped[int]
