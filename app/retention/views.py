"""Words about deletion for pages that lie below this package."""

from collections.abc import Callable

from flask import Blueprint

from app.clock import now
from app.cycles.models import Cycle
from app.retention.wording import lines_about, warning_about

bp = Blueprint("retention", __name__)


@bp.app_context_processor
def words() -> dict[str, Callable[[Cycle], object]]:
    """What templates of rounds say about how long things are kept."""
    return {
        "deletion_lines": lambda cycle: lines_about(cycle, now()),
        "deletion_warning": lambda cycle: warning_about(cycle, now()),
    }
