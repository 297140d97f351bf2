"""The letter with the code that lets another browser in."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.feedback.launching.emails import RoundCard, facts_of_letter
from app.feedback.launching.queries import PersonCard
from app.mail.models import CODE
from app.mail.rendering import render_letter
from app.mail.service import RenderedLetter

ENTRY_CODE = "entry_code"


def entry_code(
    card: RoundCard, reviewer: PersonCard, *, expires_at: datetime, reviewer_id: int
) -> RenderedLetter:
    """Hand over a code until `expires_at`, told on the reviewer's own clock.

    It goes only to whoever asked, carries no link, and nobody can be told to send no more of these.
    """
    until = expires_at.astimezone(ZoneInfo(reviewer.time_zone)).strftime("%H:%M")
    return render_letter(
        ENTRY_CODE,
        **facts_of_letter(card, reviewer, ()),
        link_owner_id=reviewer_id,
        code=CODE,
        until=until,
    )
