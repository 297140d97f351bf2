"""What employees, managers and HR are told about lists of reviewers."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.cycles.models import Cycle
from app.feedback.leaving.rules import Departures
from app.feedback.leaving.wording import posted_in_words
from app.feedback.nominating.emails import Reminded
from app.feedback.nominating.rules import Finding, ListFault, ListState, Refusal
from app.feedback.wording import names_in_row
from app.people.wording import group_name
from app.web.language import language


def sentence_of(refusal: Refusal) -> str:
    """Why something cannot be done with a list, and what helps."""
    sentences: dict[Refusal, str] = {
        Refusal.LAUNCHED: _(
            "The cycle has been launched, so nothing is proposed or approved any more. Only HR can "
            "still replace reviewers or add some, until the collection is closed."
        ),
        Refusal.SWITCHED_OFF: _("HR chooses the reviewers of this cycle. Nothing is left to do."),
        Refusal.APPROVED: _("This list has been approved, so it is not changed any more."),
        Refusal.OVER: _("The last day for proposals is over. HR takes it from here."),
        Refusal.NOT_PROPOSED: _("This list has not been sent to you yet."),
        Refusal.CHANGED: _(
            "Somebody changed this list after you opened it. Open it again to see how it stands "
            "now; nothing of it was lost."
        ),
    }
    return sentences[refusal]


def sentence_of_day() -> str:
    """A last day that cannot be used."""
    return str(_("Choose a day from today on, and not after the last day of the cycle."))


def asked_in_words(departures: Departures, cycle: Cycle) -> list[str]:
    """What HR reads when it has asked employees for their lists."""
    told = posted_in_words(departures, cycle) or [_("No letter leaves.")]
    return [_("Employees propose their reviewers. %(letters)s", letters=told[0]), *told[1:]]


def reminded_in_words(reminded: Reminded) -> str:
    """What became of a press on the button that reminds."""
    if not reminded.letters and not reminded.spared:
        return str(_("Nobody keeps a list waiting, so no letter leaves."))
    parts = [ngettext("%(num)d letter leaves.", "%(num)d letters leave.", reminded.letters)]
    if reminded.spared:
        parts.append(
            ngettext(
                "%(num)d person had a letter within the last 24 hours or will have one within 24 "
                "hours, and is spared.",
                "%(num)d people had a letter within the last 24 hours or will have one within 24 "
                "hours, and are spared.",
                reminded.spared,
            )
        )
    return ("" if language() == "zh" else " ").join(parts)


def sentence_of_fault(finding: Finding) -> str:
    """What is to be put right in one group."""
    group, names = group_name(finding.group), names_in_row(finding.names)
    sentences: dict[ListFault, str] = {
        ListFault.TOO_FEW: ngettext(
            "%(group)s: choose at least %(num)d.",
            "%(group)s: choose at least %(num)d.",
            finding.count,
            group=group,
        ),
        ListFault.TOO_MANY: ngettext(
            "%(group)s: choose %(num)d at most.",
            "%(group)s: choose %(num)d at most.",
            finding.count,
            group=group,
        ),
        ListFault.FULL: _(
            "%(names)s cannot take another form in this cycle. Choose somebody else.", names=names
        ),
    }
    return sentences[finding.fault]


def state_names() -> dict[ListState | None, str]:
    """How far a list is; None for a participant who was not asked yet."""
    return {
        None: _("Not asked yet"),
        ListState.ASKED: _("Not proposed yet"),
        ListState.PROPOSED: _("Waits for approval"),
        ListState.RETURNED: _("Returned"),
        ListState.APPROVED: _("Approved"),
    }
