"""Codes that were mailed and can still be entered."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class EntryCode(Base):
    """The one code of a reviewer that lets another browser in, for minutes. It is kept as a hash
    under LINK_KEY, holds for one generation of the link, and goes when it is used or over."""

    __tablename__ = "entry_codes"
    __table_args__ = (CheckConstraint("tries >= 0", name="tries"),)

    reviewer_id: Mapped[int] = mapped_column(
        ForeignKey("reviewers.id", ondelete="CASCADE"), primary_key=True
    )
    generation: Mapped[int]
    code_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
