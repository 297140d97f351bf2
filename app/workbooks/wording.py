"""What a sentence on a cell is made of."""

from dataclasses import dataclass
from typing import Protocol

from flask_babel import lazy_gettext


class Lazy(Protocol):
    """A text whose language is chosen when it is shown."""

    def __str__(self) -> str: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """What was found, what was expected and what to do about it."""

    found: Lazy
    expected: Lazy
    fix: Lazy


EMPTY_CELL = lazy_gettext("the cell is empty")
QUOTED = lazy_gettext("“%(found)s”")
