from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Role(StrEnum):
    """What an account may do; who is whose manager is known from the reporting line."""

    HR = "hr"
    MEMBER = "member"


class Account(Base):
    """Somebody who may sign in. A session names the generation: raising it ends all sessions."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("role IN ('hr', 'member')", name="role"),
        CheckConstraint("locale IN ('zh', 'en')", name="locale"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role]
    locale: Mapped[str] = mapped_column(String(2), default="zh")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    generation: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)
    reset_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    reset_until: Mapped[datetime | None]
    # The second step: an app's secret, sealed; the half minute whose code was used last; and how
    # often codes were tried lately.
    step_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(default=0)
    step_tries: Mapped[int] = mapped_column(default=0)
    step_tries_until: Mapped[datetime | None]

    # What Flask-Login asks of a user, without importing the web into a model.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.active

    @property
    def has_second_step(self) -> bool:
        """Whether a password alone does not sign in."""
        return self.step_secret is not None

    def get_id(self) -> str:
        """What the session cookie names: it dies when the generation is raised."""
        return f"{self.id}.{self.generation}"
