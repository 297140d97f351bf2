from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.feedback.quality.rules import Band
from app.scoring.statistics.raters.quality import RaterFlag


class QualityCount(Base):
    """How many of a closed round's raters show one sign. Nothing of a single rater is kept."""

    __tablename__ = "quality_counts"
    __table_args__ = (
        CheckConstraint(
            "sign IN ('severity', 'halo', 'central_tendency', 'straight_line', 'outlier',"
            " 'duplicate')",
            name="sign",
        ),
        CheckConstraint("band IN ('few', 'exact', 'many')", name="band"),
        CheckConstraint("(band = 'exact') = (flagged IS NOT NULL)", name="flagged"),
        CheckConstraint("judged >= 6", name="judged"),
        CheckConstraint("flagged >= 3 AND flagged < judged - 3", name="points_at_nobody"),
    )

    cycle_id: Mapped[int] = mapped_column(
        ForeignKey("cycles.id", ondelete="CASCADE"), primary_key=True
    )
    sign: Mapped[RaterFlag] = mapped_column(primary_key=True)
    band: Mapped[Band]
    flagged: Mapped[int | None]  # raters
    judged: Mapped[int]  # raters
