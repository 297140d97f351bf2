"""The letter with the link by which a reviewer changes what they submitted."""

from app.feedback.launching.emails import RoundCard, facts_of_letter
from app.feedback.launching.queries import PersonCard
from app.mail.rendering import render_letter
from app.mail.service import RenderedLetter

CORRECT_LINK = "correct_link"


def correct_link(card: RoundCard, reviewer: PersonCard, *, reviewer_id: int) -> RenderedLetter:
    """Hand over the link that was asked for; `card` carries the reviewer's own deadline.

    It goes only to whoever asked, so it offers no end of these letters and none stops it.
    """
    return render_letter(
        CORRECT_LINK,
        **facts_of_letter(card, reviewer, ()),
        link_owner_id=reviewer_id,
    )
