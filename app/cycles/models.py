from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cycles.rules import Stage, stage_of
from app.db import Base
from app.people.models import Person
from app.schemes.models import Scheme


class Cycle(Base):
    """One review round. Its stage follows from the moments at which things happened.

    The deadline is kept as wall time with its zone, which people read, and as the instant, which
    the rules compare.
    """

    __tablename__ = "cycles"
    __table_args__ = (
        CheckConstraint("period_from <= period_to", name="period"),
        CheckConstraint("k_min >= 3", name="k_min"),
        CheckConstraint("mode IN ('confidential', 'anonymous')", name="mode"),
        CheckConstraint("customer_rest_days BETWEEN 0 AND 730", name="customer_rest_days"),
        CheckConstraint("customer_most_forms BETWEEN 1 AND 20", name="customer_most_forms"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    period_from: Mapped[date]
    period_to: Mapped[date]
    time_zone: Mapped[str] = mapped_column(String(64))
    opens_at: Mapped[datetime]
    closes_local: Mapped[str] = mapped_column(String(16))  # 2026-12-18T24:00 in time_zone
    closes_at: Mapped[datetime]
    mode: Mapped[str] = mapped_column(String(12), default="confidential")
    k_min: Mapped[int] = mapped_column(default=3)
    # How long a customer is left in peace after any other round asked, and the most forms in this.
    customer_rest_days: Mapped[int] = mapped_column(default=90, server_default="90")
    customer_most_forms: Mapped[int] = mapped_column(default=3, server_default="3")
    # Whether reviewers may answer question by question for several people at once.
    compares: Mapped[bool] = mapped_column(default=True, server_default=true())
    # Whether a link that is opened in another browser than the first asks for a code by mail.
    asks_code: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Whether its reviewers are told that HR reads comments before the release, without names, and
    # may hide a passage; those of rounds from before there was hiding were told otherwise.
    hr_reads_comments: Mapped[bool] = mapped_column(default=True, server_default=true())
    purpose_zh: Mapped[str] = mapped_column(String(200), default="考核与发展")
    purpose_en: Mapped[str] = mapped_column(String(200), default="appraisal and development")
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(60), default="")
    launched_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    rated_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    interviews_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    # In the round's own zone; from then on nothing can be computed from answers any more.
    answers_deleted_on: Mapped[date | None]
    links_deleted_on: Mapped[date | None]
    # Of which day of that deletion HR was told last; and whether, without a release, there is no
    # such day before, because reviewers were told of none.
    warned_of: Mapped[date | None]
    waits_for_warning: Mapped[bool] = mapped_column(default=False, server_default=false())

    def stage(self, now: datetime) -> Stage:
        """Where the round stands at the given moment."""
        return stage_of(
            now=now,
            opens_at=self.opens_at,
            launched_at=self.launched_at,
            closed_at=self.closed_at,
            rated_at=self.rated_at,
            released_at=self.released_at,
            interviews_at=self.interviews_at,
            archived_at=self.archived_at,
        )


class Participant(Base):
    """A person reviewed in a round, with the scheme that applies and the post held at launch."""

    __tablename__ = "participants"
    __table_args__ = (UniqueConstraint("cycle_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("schemes.id"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)

    cycle: Mapped[Cycle] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    manager: Mapped[Person | None] = relationship(foreign_keys=[manager_id])
    scheme: Mapped[Scheme] = relationship()
