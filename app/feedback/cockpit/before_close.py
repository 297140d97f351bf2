"""What HR should know before a collection is closed for good."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from app.cycles.models import Cycle
from app.cycles.rules import last_promised, wall_time
from app.db import db
from app.feedback.extending.queries import count_asking, count_with_more_time
from app.feedback.models import FeedbackRequest, Reviewer
from app.feedback.reminding.queries import STILL_OPEN
from app.feedback.wording import deadline_in_words


def reasons_to_wait(cycle: Cycle, *, now: datetime) -> list[str]:
    """A sentence for each promise to reviewers that a close at this moment would break.

    Nothing in them tells HR who has begun: whoever was typing is spoken of, never counted.
    """
    found = []
    if now < cycle.closes_at:
        deadline = deadline_in_words(cycle.closes_local, cycle.time_zone)
        found.append(
            _(
                "The deadline that reviewers were told has not come yet: %(deadline)s.",
                deadline=deadline,
            )
        )
    promised = last_promised(_open_deadlines(cycle), now=now)
    if promised is not None:
        found.append(
            _(
                "Whoever was typing in the last hour before the deadline was told that their form "
                "counts until %(moment)s. Closed now, what they typed is deleted.",
                moment=deadline_in_words(wall_time(promised, cycle.time_zone), cycle.time_zone),
            )
        )
    found += _about_more_time(cycle.id, now)
    return [str(sentence) for sentence in found]


def _about_more_time(cycle_id: int, now: datetime) -> list[str]:
    found = []
    given, asking = count_with_more_time(cycle_id, now=now), count_asking(cycle_id)
    if given:
        found.append(
            ngettext(
                "%(num)d person was given more time that is not over yet.",
                "%(num)d people were given more time that is not over yet.",
                given,
            )
        )
    if asking:
        found.append(
            ngettext(
                "%(num)d person has asked for more time and waits for your answer.",
                "%(num)d people have asked for more time and wait for your answer.",
                asking,
            )
        )
    return found


def claims_in_words(claims: int) -> str:
    """What the close does with relations that are said to be wrong; needs at least one."""
    return str(
        ngettext(
            "%(num)d relation is said to be wrong and not decided. Closed now, its answer does "
            "not count and is deleted.",
            "%(num)d relations are said to be wrong and not decided. Closed now, their answers do "
            "not count and are deleted.",
            claims,
        )
    )


def _open_deadlines(cycle: Cycle) -> set[datetime]:
    """Until when those have time who have not sent everything."""
    own = db.session.scalars(
        select(Reviewer.closes_at)
        .join(FeedbackRequest, FeedbackRequest.reviewer_id == Reviewer.id)
        .where(Reviewer.cycle_id == cycle.id, FeedbackRequest.state.in_(STILL_OPEN))
        .distinct()
    )
    return {max(cycle.closes_at, moment or cycle.closes_at) for moment in own}
