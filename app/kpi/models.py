from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.people.models import Person


class KpiStatus(StrEnum):
    """scoring.md 1.1: what stands where a figure should be."""

    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    PENDING = "pending"


class KpiLine(Base):
    """One line of a person's KPI sheet: the target agreed and the actual reached, with evidence.

    The sheet is the current one. A rating keeps its own copy of every line it used, so a later
    import never changes what was rated. A line with method `360` gives a competency's weight.
    """

    __tablename__ = "kpi_lines"
    __table_args__ = (
        UniqueConstraint("person_id", "dimension", "name"),
        CheckConstraint("status IN ('scored', 'not_applicable', 'pending')", name="status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    position: Mapped[int]  # order of the sheet
    dimension: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    target: Mapped[str] = mapped_column(String(60), default="")  # as typed
    actual: Mapped[str] = mapped_column(String(60), default="")  # as typed
    weight: Mapped[Decimal]  # percent inside the dimension
    method: Mapped[str] = mapped_column(String(20))
    parameters: Mapped[dict[str, Any]]  # the kpi object of the worked-input form
    status: Mapped[KpiStatus] = mapped_column(default=KpiStatus.SCORED)
    source: Mapped[str] = mapped_column(String(200), default="")
    evidence: Mapped[str] = mapped_column(String(400), default="")

    person: Mapped[Person] = relationship()
