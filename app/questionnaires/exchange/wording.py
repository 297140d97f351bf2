"""Words for what an import would change."""

from flask_babel import gettext as _

from app.questionnaires.exchange.layout import BOXES, ITEMS
from app.questionnaires.rules import Audience, asked_groups
from app.questionnaires.wording import audience_name, form_name
from app.web.language import language
from app.workbooks.changes import Change, ChangeKind, FieldChange


def change_sentence(change: Change) -> str:
    """What happens to what: "New item"."""
    if not change.title:
        return str(_("The order changes"))
    kinds: dict[ChangeKind, str] = {
        ChangeKind.ADDED: _("New"),
        ChangeKind.CHANGED: _("Changed"),
        ChangeKind.REMOVED: _("Removed"),
    }
    return str(kinds[change.kind])


def subject_name(change: Change) -> str:
    """What kind of thing a change is about."""
    names: dict[str, str] = {
        "competency": _("Competency"),
        "item": _("Item"),
        "box": _("Comment box"),
        "text": _("Name and scale"),
    }
    return str(names[change.key])


def column_name(change: Change, field: FieldChange) -> str:
    """The header of the column that changes, in the reader's language."""
    if field.column == "competency":
        return str(_("Competency"))
    if field.column == "zh":
        return str(_("Chinese"))
    if field.column == "en":
        return str(_("English"))
    layout = BOXES if change.key == "box" else ITEMS
    column = layout.column(field.column)
    return column.zh if language() == "zh" else column.en.replace("_", " ").capitalize()


def value_name(field: FieldChange, text: str) -> str:
    """A cell's value as people say it."""
    if field.column == "audience":
        return str(audience_name(Audience(text)))
    if field.column == "groups":
        return form_name(asked_groups(text))
    if field.column in {"reverse", "critical"}:
        return str(_("yes") if text else _("no"))
    return text or "–"
