"""What every change of ratings asks first, and how it refuses."""

from collections.abc import Sequence

from flask_babel import gettext as _

from app.cycles.models import Cycle
from app.db import db
from app.errors import DomainError
from app.web.language import show_day

MOST_NAMED = 5


class RatingError(DomainError):
    """Ratings that cannot be computed, changed or released now; the text says why."""


def lock(cycle: Cycle) -> None:
    """One computation, calibration or release at a time."""
    db.session.refresh(cycle, with_for_update=True)


def refuse_released(cycle: Cycle) -> None:
    """Also where the answers are gone: without them nothing can be computed or corrected."""
    if cycle.answers_deleted_on is not None:
        raise RatingError(
            _(
                "The single answers of this cycle were deleted on %(day)s, as reviewers were "
                "promised. Nothing can be computed, corrected or released any more.",
                day=show_day(cycle.answers_deleted_on),
            )
        )
    if cycle.released_at is not None:
        raise RatingError(_("The results are released and cannot be changed."))


def named(names: Sequence[str]) -> str:
    """The first few by name, the rest by number."""
    shown: str = _(", ").join(names[:MOST_NAMED])
    if len(names) <= MOST_NAMED:
        return shown
    text: str = _("%(names)s and %(more)s more", names=shown, more=len(names) - MOST_NAMED)
    return text
