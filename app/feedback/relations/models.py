"""What a reviewer says to be instead of what the form took them for."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.people.groups import RaterGroup


class RelationClaim(Base):
    """A request whose relation is said to be wrong. While it waits, its answer is held."""

    __tablename__ = "relation_claims"
    __table_args__ = (
        CheckConstraint("claimed IN ('supervisor', 'peer', 'subordinate')", name="claimed"),
    )

    request_id: Mapped[int] = mapped_column(
        ForeignKey("feedback_requests.id", ondelete="CASCADE"), primary_key=True
    )
    claimed: Mapped[RaterGroup | None]  # None: none of the relations that can be chosen
    waits: Mapped[bool] = mapped_column(default=True)
