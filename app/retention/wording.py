"""What HR reads about how long things are kept."""

from datetime import datetime

from flask_babel import gettext as _

from app.cycles.models import Cycle
from app.retention.queries import moments_of
from app.retention.rules import (
    AnswersStand,
    day_to_name,
    links_go_on,
    needs_warning,
    stand_of_answers,
)
from app.web.language import show_day


def lines_about(cycle: Cycle, now: datetime) -> list[str]:
    """What of a round is deleted on which day, and what was; empty while it collects."""
    return [line for line in (answers_line(cycle, now), links_line(cycle)) if line]


def answers_line(cycle: Cycle, now: datetime) -> str:
    """The day on which the answers go or went, and what stays; empty while they are collected.

    Of a round that nobody has closed only shortly before.
    """
    moments = moments_of(cycle)
    stand = stand_of_answers(moments, now)
    if stand is AnswersStand.DELETED:
        return _line_afterwards(cycle)
    if stand is AnswersStand.UNCLOSED and not needs_warning(moments, now):
        return ""
    day = show_day(day_to_name(moments, now))
    if moments.waits:
        return _line_of_waiting(stand, day)
    sentences: dict[AnswersStand, str] = {
        AnswersStand.RELEASED: _(
            "The single answers are deleted on %(day)s, 12 months after the release. The results "
            "stay as they were released.",
            day=day,
        ),
        AnswersStand.UNRELEASED: _(
            "If the results are not released before, the single answers are deleted on %(day)s, "
            "12 months after the close, and with them everything computed from them.",
            day=day,
        ),
        AnswersStand.UNCLOSED: _(
            "Nobody has closed this collection. On %(day)s, 12 months after the deadline, it is "
            "closed by itself and the single answers are deleted.",
            day=day,
        ),
    }
    return str(sentences.get(stand, ""))


def links_line(cycle: Cycle) -> str:
    """The day on which the mailed links go or went; empty before the close."""
    if cycle.links_deleted_on is not None:
        day = show_day(cycle.links_deleted_on)
        return str(_("The mailed links were deleted on %(day)s; they open nothing.", day=day))
    planned = links_go_on(moments_of(cycle))
    if planned is None:
        return ""
    return str(
        _(
            "The mailed links are deleted on %(day)s, 30 days after the close. Until then they "
            "say that the collection is closed.",
            day=show_day(planned),
        )
    )


def warning_about(cycle: Cycle, now: datetime) -> str:
    """For lists: that answers will soon be deleted without a result; empty where they are not."""
    moments = moments_of(cycle)
    if not needs_warning(moments, now):
        return ""
    day = show_day(day_to_name(moments, now))
    return str(_("Not released: the answers are deleted on %(day)s", day=day))


def _line_of_waiting(stand: AnswersStand, day: str) -> str:
    """Of a round that may stay longer than 12 months, because HR is told first."""
    sentences: dict[AnswersStand, str] = {
        AnswersStand.UNRELEASED: _(
            "If the results are not released before, the single answers are deleted on %(day)s, "
            "and with them everything computed from them.",
            day=day,
        ),
        AnswersStand.UNCLOSED: _(
            "Nobody has closed this collection. On %(day)s it is closed by itself and the single "
            "answers are deleted.",
            day=day,
        ),
    }
    return str(sentences.get(stand, ""))


def _line_afterwards(cycle: Cycle) -> str:
    day = show_day(cycle.answers_deleted_on)
    if cycle.released_at is None:
        return str(
            _(
                "The single answers were deleted on %(day)s, because no result was released for "
                "12 months. Everything computed from them was deleted too.",
                day=day,
            )
        )
    return str(
        _(
            "The single answers were deleted on %(day)s, as reviewers were promised. The results "
            "stay as they were released.",
            day=day,
        )
    )
