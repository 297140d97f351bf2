"""Addresses that returned mail, in words for the command line."""

from flask_babel import gettext as _

from app.feedback.cockpit.wording import trouble_in_words
from app.feedback.returned.queries import Returned


def returned_in_words(row: Returned) -> str:
    """Whose address returned mail, in which round, and what helps."""
    facts = {
        "name": row.person.name,
        "address": row.person.email,
        "cycle": row.cycle,
        "trouble": trouble_in_words(row.trouble),
    }
    if row.cycle is None:
        return str(_("Mail to %(name)s (%(address)s) came back earlier. %(trouble)s", **facts))
    return str(_("Mail to %(name)s (%(address)s) came back in “%(cycle)s”. %(trouble)s", **facts))
