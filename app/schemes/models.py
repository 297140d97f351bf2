from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.questionnaires.models import Questionnaire


class Scheme(Base):
    """One version of an appraisal scheme: dimensions, weights, rater groups, grades.

    `definition` is the plain document of app.schemes.packs; it is never changed once a cycle uses
    it, so a rating can be recomputed from it for ever.
    """

    __tablename__ = "schemes"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"))
    definition: Mapped[dict[str, Any]]

    questionnaire: Mapped[Questionnaire] = relationship()
