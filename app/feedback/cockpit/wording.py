"""The cockpit's words: filters, progress, risks, why a letter did not arrive."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.feedback.cockpit.queries import Risk
from app.feedback.cockpit.rules import Filter, MailTrouble, Progress, TimeLeft
from app.feedback.launching.rules import GroupFate
from app.feedback.reminding.rules import Skip
from app.people.wording import group_name


def filter_names() -> dict[Filter, str]:
    """The filters in the order of the page."""
    return {
        Filter.ALL: _("All"),
        Filter.OPEN: _("Not finished"),
        Filter.LATE: _("Due soon"),
        Filter.NONE_SUBMITTED: _("Nothing submitted"),
        Filter.SOME_SUBMITTED: _("Some submitted"),
        Filter.UNDELIVERED: _("Not delivered"),
        Filter.CUT_OFF: _("Link paused"),
        Filter.DECLINED: _("Declined"),
        Filter.DONE: _("Finished"),
    }


def progress_names() -> dict[Progress, str]:
    return {
        Progress.DONE: _("Finished"),
        Progress.DECLINED: _("Declined"),
        Progress.CUT_OFF: _("Link paused"),
        Progress.UNDELIVERED: _("Not delivered"),
        Progress.WAITING: _("Letter has not left yet"),
        Progress.SOME_SUBMITTED: _("Some submitted"),
        Progress.NONE_SUBMITTED: _("Nothing submitted"),
    }


def skip_names() -> dict[Skip, str]:
    """Why somebody gets no reminder."""
    return {
        Skip.DONE: _("Have answered everything"),
        Skip.DECLINED: _("Have declined"),
        Skip.OPTED_OUT: _("Asked for no more mails"),
        Skip.CUT_OFF: _("Link paused"),
        Skip.TIME_OVER: _("Their time is over"),
        Skip.BAD_ADDRESS: _("The last letter could not be delivered"),
        Skip.NOT_SENT_YET: _("A letter to them has not left yet"),
        Skip.RECENT: _("Had a letter within the last 24 hours"),
        Skip.SOON: _("Will have a letter within 24 hours"),
        Skip.ENOUGH: _("Have had three reminders or five letters, which is the most"),
    }


def risk_in_words(risk: Risk, *, is_closed: bool) -> str:
    """Whose group is too small, by how many, and what follows; once closed, what has followed."""
    facts = {
        "name": risk.name,
        "group": group_name(risk.group),
        "possible": risk.possible,
        "needed": risk.needed,
    }
    is_merged = risk.fate is GroupFate.MERGED
    if is_closed:
        merged = _(
            "%(name)s, %(group)s: %(possible)s of %(needed)s needed have answered, combined with "
            "others.",
            **facts,
        )
        left_out = _(
            "%(name)s, %(group)s: %(possible)s of %(needed)s needed have answered, left out.",
            **facts,
        )
        return str(merged if is_merged else left_out)
    merged = _("%(name)s, %(group)s: %(possible)s of %(needed)s needed, will be combined.", **facts)
    left_out = _(
        "%(name)s, %(group)s: %(possible)s of %(needed)s needed, will be left out.", **facts
    )
    return str(merged if is_merged else left_out)


def time_left_in_words(left: TimeLeft) -> str:
    words = _("The deadline has passed")
    if left.days:
        words = ngettext("%(num)d day left", "%(num)d days left", left.days)
    elif left.hours:
        words = ngettext("%(num)d hour left", "%(num)d hours left", left.hours)
    elif left.minutes:
        words = ngettext("%(num)d minute left", "%(num)d minutes left", left.minutes)
    return str(words)


def trouble_in_words(trouble: MailTrouble) -> str:
    """What happened to a letter and what helps."""
    sentences: dict[MailTrouble, str] = {
        MailTrouble.NOT_WANTED: _(
            "This person asked for no more mails, so nothing was sent. Talk to them yourself if "
            "their view matters."
        ),
        MailTrouble.CAME_BACK: _(
            "Mail to this address came back earlier, so nothing was sent. Correct the address, or "
            "send again if it is right."
        ),
        MailTrouble.NO_SUCH_ADDRESS: _("There is no such mailbox. Correct the address."),
        MailTrouble.MAILBOX_FULL: _("The mailbox is full. Ask the person, then send again."),
        MailTrouble.REFUSED_AS_SPAM: _(
            "The server took the letter for unwanted mail. Ask its administrator to let it in."
        ),
        MailTrouble.TOO_LARGE: _("The server found the letter too large."),
        MailTrouble.SERVER_DOWN: _("Our mail server could not be reached."),
        MailTrouble.UNKNOWN_FATE: _(
            "The connection broke after the letter was handed over. It may have arrived; ask "
            "before you send it again."
        ),
        MailTrouble.TEMPORARY: _("The server puts letters off at the moment."),
        MailTrouble.GIVEN_UP: _(
            "The letter could not be handed over in many tries and is not tried again. Send it "
            "again when the mail server takes letters."
        ),
        MailTrouble.REFUSED: _("The server refused the letter."),
    }
    return sentences[trouble]
