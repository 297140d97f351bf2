from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.feedback.measuring.rules import Measure


class UsageCount(Base):
    """How many forms of a round took so long, or how many found it so easy.

    One row for a bucket, not for a form: there is nothing that could be laid beside an answer.
    """

    __tablename__ = "usage_counts"
    __table_args__ = (
        CheckConstraint(
            "measure IN ('first_form', 'later_form', 'customer_form', 'hasty_form', 'ease')",
            name="measure",
        ),
        CheckConstraint("bucket BETWEEN 0 AND 180", name="bucket"),
        CheckConstraint("number > 0", name="number"),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(
        ForeignKey("cycles.id", ondelete="CASCADE"), primary_key=True
    )
    measure: Mapped[Measure] = mapped_column(primary_key=True)
    bucket: Mapped[int] = mapped_column(primary_key=True)  # of ten seconds from 0; ease: 1 to 5
    number: Mapped[int]
