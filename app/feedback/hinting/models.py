from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.feedback.hinting.rules import LONGEST_WORD


class TellingWord(Base):
    """A word or turn of phrase that HR holds to give writers away: a project, a site, a nickname.

    It belongs to no round and no person.
    """

    __tablename__ = "telling_words"

    word: Mapped[str] = mapped_column(String(LONGEST_WORD), primary_key=True)
