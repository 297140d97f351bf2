from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.people.groups import RaterGroup
from app.questionnaires.rules import VersionState, asked_groups, state_of


class Questionnaire(Base):
    """One version of a questionnaire: a draft until it is published, and never changed after that.

    A change makes a new version, of which each questionnaire has at most one in draft.
    """

    __tablename__ = "questionnaires"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("frozen_at IS NULL OR published_at IS NOT NULL", name="frozen_at"),
        CheckConstraint("revision > 0", name="revision"),
        Index(
            "uq_questionnaires_draft",
            "code",
            unique=True,
            sqlite_where=text("published_at IS NULL"),
            postgresql_where=text("published_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    scale: Mapped[list[Any]]  # [{value, zh, en}], lowest first
    comment_boxes: Mapped[list[Any]]  # [{code, audience, zh, en, hint_zh, hint_en}]
    published_at: Mapped[datetime | None]  # since when new rounds may use it; None: a draft
    frozen_at: Mapped[datetime | None]  # when a round that uses it was first launched
    revision: Mapped[int] = mapped_column(default=1)  # of a draft, one more with each save

    competencies: Mapped[list["Competency"]] = relationship(
        order_by="Competency.position", cascade="all, delete-orphan"
    )

    @property
    def state(self) -> VersionState:
        return state_of(self.published_at, self.frozen_at)


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
    """One behaviour that some rater groups are asked, with its weight inside the competency."""

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("competency_id", "code"),
        CheckConstraint("asked <> ''", name="asked"),
        CheckConstraint("weight > 0", name="weight"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("competencies.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    asked: Mapped[str] = mapped_column(String(60))  # rater groups, as rules.asked_text has them
    text_zh: Mapped[str] = mapped_column(String(400))
    text_en: Mapped[str] = mapped_column(String(400))
    weight: Mapped[int] = mapped_column(default=1)
    reverse: Mapped[bool] = mapped_column(default=False)
    critical: Mapped[bool] = mapped_column(default=False)  # its worst answer asks for an example

    @property
    def groups(self) -> tuple[RaterGroup, ...]:
        return asked_groups(self.asked)
