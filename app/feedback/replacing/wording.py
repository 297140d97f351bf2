"""What HR is told about a change of reviewers while answers are collected."""

from flask_babel import gettext as _

from app.feedback.launching.rules import MOST_FORMS
from app.feedback.models import RequestState
from app.feedback.replacing.rules import Refusal, Telling


def sentence_of(refusal: Refusal, name: str) -> str:
    """Why somebody is not asked, and what helps."""
    sentences: dict[Refusal, str] = {
        Refusal.CLOSED: _("Answers are not collected any more, so nobody else can be asked."),
        Refusal.GIVEN_AWAY: _("This form has been given to somebody else already."),
        Refusal.SUBMITTED: _("This form has arrived meanwhile and counts. Nothing was changed."),
        Refusal.OWN_FORM: _("Nobody else can write somebody's own assessment."),
        Refusal.THE_PARTICIPANT: _(
            "%(name)s is the person reviewed. Choose somebody else.", name=name
        ),
        Refusal.ALREADY_ASKED: _(
            "%(name)s is asked about this person already. Choose somebody else.", name=name
        ),
        Refusal.GROUP_NOT_ASKED: _("The scheme of this participant does not ask this group."),
        Refusal.MANAGER: _(
            "%(name)s is the manager of this participant and reads the result, so can only be "
            "asked as the supervisor.",
            name=name,
        ),
        Refusal.OPTED_OUT: _(
            "%(name)s asked for no more mails about feedback. Ask another person, or talk to "
            "them yourself.",
            name=name,
        ),
        Refusal.NO_EMAIL: _(
            "There is no e-mail address for %(name)s. Add it to the workbook and import again, or "
            "choose somebody else.",
            name=name,
        ),
        Refusal.LINK_PAUSED: _(
            "The link of %(name)s is paused. Send a new link first, then ask.", name=name
        ),
        Refusal.NO_LETTER_IN_TIME: _(
            "%(name)s had a letter less than 24 hours ago, and the next may leave only after the "
            "last day. Choose somebody else.",
            name=name,
        ),
        Refusal.OVERLOADED: overload_sentence(name),
    }
    return sentences[refusal]


def overload_sentence(name: str) -> str:
    """Somebody has as many forms as HR may give without confirming it."""
    return str(
        _(
            "%(name)s has %(num)s forms in this cycle already. Choose somebody else, or confirm "
            "that they are to have one more.",
            name=name,
            num=MOST_FORMS,
        )
    )


def state_names() -> dict[RequestState, str]:
    """Whether a form has arrived. A draft is its writer's alone, and reads as no draft does."""
    return {
        RequestState.OPEN: _("Not submitted"),
        RequestState.STARTED: _("Not submitted"),
        RequestState.SUBMITTED: _("Submitted"),
        RequestState.DECLINED: _("Declined"),
    }


def outcome_in_words(name: str, *, how: Telling, moment: str | None) -> str:
    """What was done, and how the person learns of it; `moment` when a letter leaves later."""
    facts = {"name": name, "moment": moment or ""}
    if how is Telling.IN_INVITATION:
        return str(
            _("%(name)s is asked. The invitation has not left yet and names this form.", **facts)
        )
    if how is Telling.NONE:
        return str(
            _(
                "%(name)s is asked and finds the form in the list behind the link. No letter may "
                "leave before the last day is over; tell them yourself.",
                **facts,
            )
        )
    if moment is not None:
        return str(_("%(name)s is asked. The letter leaves on %(moment)s.", **facts))
    return str(_("%(name)s is asked. The letter is on its way.", **facts))
