"""The letter that tells a reviewer of one more form; the link stays the same."""

from app.feedback.launching.emails import RoundCard, Task, facts_of_letter
from app.feedback.launching.queries import PersonCard
from app.mail.rendering import render_letter
from app.mail.service import RenderedLetter

FORM_ADDED = "form_added"


def form_added(
    card: RoundCard, reviewer: PersonCard, task: Task, *, reviewer_id: int
) -> RenderedLetter:
    """Tell of one form beside those that an earlier letter asked for."""
    return render_letter(
        FORM_ADDED,
        **facts_of_letter(card, reviewer, [task]),
        link_owner_id=reviewer_id,
    )
