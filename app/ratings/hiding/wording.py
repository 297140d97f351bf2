"""The mark in place of a hidden passage, and sentences about hiding."""

from flask_babel import gettext as _
from markupsafe import Markup

from app.cycles.models import Cycle
from app.ratings.hiding.rules import HIDDEN, HidingFault, Reason
from app.web.language import show_day


def with_marks(text: str) -> Markup:
    """A comment as its readers get it, escaped, with a mark for each hidden passage."""
    return hidden_mark().join(text.split(HIDDEN))


def hidden_mark() -> Markup:
    """The mark in the language of the page. As an element, which no writer of comments can make."""
    return Markup('<em class="hidden-passage">{}</em>').format(_("[HR has hidden a passage]"))


def why_closed(cycle: Cycle) -> str:
    """Why comments cannot be looked through and nothing be hidden; empty where they can."""
    if cycle.released_at is not None:
        return str(
            _("The results are released: nothing can be hidden any more, nor be shown again.")
        )
    if not cycle.hr_reads_comments:
        return str(
            _(
                "Reviewers of this cycle were told that HR sees only whether they have responded. "
                "So HR does not read its comments, and nothing can be hidden."
            )
        )
    if cycle.answers_deleted_on is not None:
        day = show_day(cycle.answers_deleted_on)
        return str(_("The comments of this cycle were deleted on %(day)s.", day=day))
    if cycle.rated_at is None:
        return str(
            _("Compute the ratings first: only then it is certain which comments are shown.")
        )
    return ""


def reason_name(reason: Reason) -> str:
    names: dict[Reason, str] = {
        Reason.PERSON: _("Names somebody or points to them"),
        Reason.PRIVATE: _("Health, belief or private life"),
        Reason.UNLAWFUL: _("An insult, or unlawful"),
        Reason.OTHER: _("Another reason"),
    }
    return names[reason]


def fault_sentence(fault: HidingFault) -> str:
    """Why a passage cannot be hidden as it was asked for."""
    sentences: dict[HidingFault, str] = {
        HidingFault.NOTHING: _("Copy the words to hide, or choose the whole comment."),
        HidingFault.NOT_FOUND: _(
            "These words do not stand in the comment. Copy them exactly as they stand there."
        ),
        HidingFault.ALREADY: _("These words are hidden already."),
        HidingFault.NO_REASON: _("Choose a reason."),
    }
    return sentences[fault]
