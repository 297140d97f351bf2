from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base


class Questionnaire(Base):
    """One version of a questionnaire. Once a cycle has used it, a change makes a new version."""

    __tablename__ = "questionnaires"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    scale: Mapped[list[Any]]  # [{value, zh, en}], lowest first
    comment_boxes: Mapped[list[Any]]  # [{code, audience, zh, en, hint_zh, hint_en}]

    competencies: Mapped[list["Competency"]] = relationship(
        order_by="Competency.position", cascade="all, delete-orphan"
    )


class Competency(Base):
    """A named ability; its items are observable behaviours."""

    __tablename__ = "competencies"
    __table_args__ = (UniqueConstraint("questionnaire_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaires.id", ondelete="CASCADE")
    )
    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))

    items: Mapped[list["Item"]] = relationship(
        order_by="Item.position", cascade="all, delete-orphan"
    )


class Item(Base):
    """One behaviour that a reviewer rates, with its weight inside the competency."""

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("competency_id", "code"),
        CheckConstraint("audience IN ('internal', 'customer')", name="audience"),
        CheckConstraint("weight > 0", name="weight"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("competencies.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    audience: Mapped[str] = mapped_column(String(10))
    text_zh: Mapped[str] = mapped_column(String(400))
    text_en: Mapped[str] = mapped_column(String(400))
    weight: Mapped[int] = mapped_column(default=1)
    reverse: Mapped[bool] = mapped_column(default=False)
