from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.ratings.hiding.rules import DIGITS, Reason


class HiddenPassage(Base):
    """HR hid these characters of a comment about somebody, for this reason.

    The comment is known by a keyed digest of its words, so the row leads to no submission, rater or
    time, and holds none of the words. Who hid it and when is in the audit trail.
    """

    __tablename__ = "hidden_passages"
    __table_args__ = (
        CheckConstraint("reason IN ('person', 'private', 'unlawful', 'other')", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), index=True
    )
    comment: Mapped[str] = mapped_column(String(DIGITS))
    spans: Mapped[list[Any]]  # [[start, end], …] in the text of the comment
    reason: Mapped[Reason]
