"""The outbox in words."""

from flask_babel import gettext as _

from app.feedback.outbox.rules import NotAgain, Shelf


def shelf_names() -> dict[Shelf, str]:
    """The parts in the order of the page."""
    return {
        Shelf.WAITING: _("Waiting"),
        Shelf.FAILED: _("Did not arrive"),
        Shelf.UNCERTAIN: _("Uncertain"),
        Shelf.SENT: _("Sent"),
    }


def empty_in_words(shelf: Shelf) -> str:
    """What an empty part means and where to go from there."""
    sentences: dict[Shelf, str] = {
        Shelf.WAITING: _(
            "Nothing waits. Letters come here when a cycle is launched, when somebody is reminded, "
            "and when results are released."
        ),
        Shelf.FAILED: _("No letter has come back."),
        Shelf.UNCERTAIN: _("There is no letter of which nobody knows whether it arrived."),
        Shelf.SENT: _("No letter has left yet. Launch a cycle to send the invitations."),
    }
    return sentences[shelf]


def not_again_in_words(reason: NotAgain | None) -> str:
    """Why a letter does not go once more, and what to do instead; None: it just went."""
    sentences: dict[NotAgain, str] = {
        NotAgain.UNDER_WAY: _(
            "This letter is under way or has left already. Nothing is to be done."
        ),
        NotAgain.NOT_WANTED: _(
            "This person asked for no more mails, so nothing was sent. Talk to them yourself if "
            "their view matters."
        ),
        NotAgain.EXPIRED: _(
            "The link in this letter has expired. Whoever needs one asks for it where people "
            "sign in."
        ),
        NotAgain.CODE: _(
            "The code in this letter is good for ten minutes only. Whoever needs one opens their "
            "link and asks for a new one there."
        ),
        NotAgain.OVER: _("What this letter asks for is over, so it is not sent any more."),
        NotAgain.REPLACED: _(
            "A later letter has gone to this person, so this one is not sent any more."
        ),
        NotAgain.FORGOTTEN: _(
            "The text of this letter was deleted after 30 days, so it cannot be sent any more."
        ),
    }
    return sentences[reason or NotAgain.UNDER_WAY]
