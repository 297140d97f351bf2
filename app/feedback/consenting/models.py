from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class ConsentText(Base):
    """The words that somebody agreed to, once for everybody who read the same."""

    __tablename__ = "consent_texts"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the text
    text: Mapped[str]


class Consent(Base):
    """A customer agreed that their answers are used in one round, and may have taken it back.

    Kept by person and day, never beside an answer. Without a hash they began before consent was
    kept.
    """

    __tablename__ = "consents"
    __table_args__ = (CheckConstraint("withdrawn_on >= agreed_on", name="agreed_first"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    cycle_id: Mapped[int] = mapped_column(
        ForeignKey("cycles.id", ondelete="CASCADE"), primary_key=True
    )
    notice_hash: Mapped[str | None] = mapped_column(ForeignKey("consent_texts.hash"))
    agreed_on: Mapped[date]
    withdrawn_on: Mapped[date | None]
