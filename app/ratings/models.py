from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cycles.models import Participant
from app.db import Base


class Rating(Base):
    """One computed result with all that went in. Never changed: a correction is a new version.

    But for the words that HR has hidden: they leave the comments of all versions at the release.
    `inputs` is a document that `flask score` reads, so the figures can be recomputed outside;
    `result` is the engine's trace. `seal` is an HMAC over the inputs under an internal key and is
    shown to nobody.
    """

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("participant_id", "version"),
        CheckConstraint(
            "status IN ('rated', 'insufficient', 'incomplete', 'pending')", name="status"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    version: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))
    final: Mapped[str | None] = mapped_column(String(20))  # published figure, two decimals
    grade: Mapped[str | None] = mapped_column(String(10))
    inputs: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    seal: Mapped[str] = mapped_column(String(64))
    rated_at: Mapped[datetime]

    participant: Mapped[Participant] = relationship()


class Calibration(Base):
    """One step of calibration, appended, never changed (scoring.md 4.8).

    All steps of a participant are one chain: each names the hash of the one before it, and the
    rating that it was decided on. A step without `prev_hash` stems from before there were chains.
    `refers_to` is the hash of the step that this one confirms or lets lapse. The links are for
    the machine and shown to nobody.
    """

    __tablename__ = "calibrations"
    __table_args__ = (CheckConstraint("kind IN ('delta', 'grade', 'lapse')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("ratings.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    decided_by: Mapped[str] = mapped_column(String(200))  # the account's name at that time
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(8))
    delta: Mapped[str | None] = mapped_column(String(20))
    grade: Mapped[str | None] = mapped_column(String(10))
    before: Mapped[str | None] = mapped_column(String(20))
    after: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str]
    base_hash: Mapped[str | None] = mapped_column(String(64))
    prev_hash: Mapped[str | None] = mapped_column(String(64))
    refers_to: Mapped[str | None] = mapped_column(String(64))
