"""Sentences for what was typed: why a page cannot be stored."""

from flask_babel import gettext as _

from app.questionnaires.editing.rules import EntryFault, EntryProblem


def fault_sentence(fault: EntryFault) -> str:
    sentences: dict[EntryProblem, str] = {
        EntryProblem.MISSING: _("Write this text: reviewers read it in their language."),
        EntryProblem.TOO_LONG: _(
            "Shorten this to %(longest)s characters.", longest=fault.params.get("longest", 0)
        ),
        EntryProblem.ONE_LANGUAGE: _("Write this in both languages, or leave it empty in both."),
        EntryProblem.WEIGHT: _(
            "The weight is a whole number from 1 to %(most)s.", most=fault.params.get("most", 0)
        ),
        EntryProblem.AUDIENCE: _("Choose who is asked."),
        EntryProblem.NOBODY: _("Choose at least one, or remove the item."),
        EntryProblem.SAME_LABEL: _("Another level has this name already. Choose a different one."),
    }
    return sentences[fault.problem]
