"""The letter that says that everything has arrived, and nothing about what was said."""

from app.feedback.launching.emails import RoundCard, facts_of_letter
from app.feedback.launching.queries import PersonCard
from app.mail.rendering import render_letter
from app.mail.service import RenderedLetter

THANKS = "thanks"


def thanks(
    card: RoundCard, reviewer: PersonCard, *, can_change: bool, reviewer_id: int
) -> RenderedLetter:
    """Thank a reviewer; `card` carries their own deadline. It names nobody they wrote about."""
    return render_letter(
        THANKS,
        **facts_of_letter(card, reviewer, ()),
        link_owner_id=reviewer_id,
        can_change=can_change,
    )
