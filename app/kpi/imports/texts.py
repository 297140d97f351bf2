"""The words of the preview for what an import would change."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from app.web.language import language
from app.workbooks.changes import ChangeKind
from app.workbooks.layout import LAYOUTS, Part
from app.workbooks.messages import GROUPS

KINDS: Mapping[ChangeKind, LazyString] = {
    ChangeKind.ADDED: lazy_gettext("new"),
    ChangeKind.CHANGED: lazy_gettext("changed"),
    ChangeKind.REMOVED: lazy_gettext("removed"),
}


def change_text(kind: ChangeKind) -> str:
    """New, changed or removed."""
    return str(KINDS[kind])


def sheet_text(part: Part) -> str:
    """The sheet's name in the reader's language."""
    layout = LAYOUTS[part]
    return layout.zh if language() == "zh" else layout.en


def column_text(part: Part, key: str) -> str:
    """The column's header in the reader's language."""
    column = LAYOUTS[part].column(key)
    return column.zh if language() == "zh" else column.en


def value_text(value: str) -> str:
    """A value as people say it; a dash for none."""
    return str(GROUPS.get(value, value)) or str(gettext("nothing"))
