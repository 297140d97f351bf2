from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class SpecialDay(Base):
    """A day that HR entered: free for everybody in a time zone, or worked though a weekend."""

    __tablename__ = "special_days"

    time_zone: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    is_worked: Mapped[bool]
    name: Mapped[str] = mapped_column(String(100), default="")
