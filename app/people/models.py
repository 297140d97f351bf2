from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.people.groups import PersonKind, RaterGroup


class Department(Base):
    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class Person(Base):
    """An employee (known by staff number) or a customer's contact (known by e-mail)."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("kind IN ('employee', 'customer')", name="kind"),
        CheckConstraint(
            "kind = 'customer' OR staff_number IS NOT NULL", name="employee_has_number"
        ),
        CheckConstraint("kind = 'employee' OR email IS NOT NULL", name="customer_has_email"),
        CheckConstraint("manager_id <> id", name="not_own_manager"),
        CheckConstraint("locale IN ('zh', 'en')", name="locale"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PersonKind]
    staff_number: Mapped[str | None] = mapped_column(String(50), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)  # lower case
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    job: Mapped[str] = mapped_column(String(200), default="")
    job_level: Mapped[str] = mapped_column(String(50), default="")
    locale: Mapped[str] = mapped_column(String(2), default="zh")
    time_zone: Mapped[str] = mapped_column(String(64), default="Asia/Shanghai")
    joined_on: Mapped[date | None]
    company: Mapped[str] = mapped_column(String(200), default="")
    account_owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), unique=True)

    department: Mapped[Department | None] = relationship()
    manager: Mapped["Person | None"] = relationship(
        foreign_keys=[manager_id], remote_side="Person.id"
    )
    account_owner: Mapped["Person | None"] = relationship(
        foreign_keys=[account_owner_id], remote_side="Person.id"
    )


class Relation(Base):
    """A standing entry of the workbook: this reviewer knows this person's work, as this group."""

    __tablename__ = "relations"
    __table_args__ = (
        UniqueConstraint("subject_id", "reviewer_id"),
        CheckConstraint(
            "rater_group IN ('self', 'supervisor', 'peer', 'subordinate', 'customer')",
            name="rater_group",
        ),
        CheckConstraint(
            "(rater_group = 'self') = (subject_id = reviewer_id)", name="self_is_oneself"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    reviewer_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    rater_group: Mapped[RaterGroup]
