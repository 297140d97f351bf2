"""What HR is told about more time."""

from flask_babel import gettext as _

from app.feedback.extending.service import Told


def given_in_words(told: Told) -> str:
    """What became of the press that gives more time: who says so to the reviewer, if anybody."""
    sentences = {
        Told.BY_LETTER: _("There is more time now, and a letter says so."),
        Told.BY_INVITATION: _(
            "There is more time now. The invitation has not left yet, and will name the new day."
        ),
        Told.BEFORE: _("There was more time until that day already, so nothing has changed."),
        Told.NOT: _(
            "There is more time now, but no letter says so: no form is open any more, or no e-mail "
            "address is known."
        ),
    }
    return str(sentences[told])
