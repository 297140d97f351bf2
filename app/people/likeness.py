"""Which known staff number or address a mistyped one probably meant. Only ever a question."""

from collections import defaultdict
from collections.abc import Iterable

LOOK_ALIKES = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2"})
MIN_LENGTH = 3


class Suggestions:
    """An index over known texts; each look-up takes time by the text's length, not their number."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known: set[str] = set()
        self._by_look: dict[str, set[str]] = defaultdict(set)
        self._by_stump: dict[str, set[str]] = defaultdict(set)
        for text in known:
            self._known.add(text)
            self._by_look[_look(text)].add(text)
            for stump in _stumps(text):
                self._by_stump[stump].add(text)

    def near(self, text: str) -> str:
        """The one known text that looks alike or differs in one character; empty if there is none.

        Empty too where several fit, and for a text that is itself known.
        """
        if len(text) < MIN_LENGTH or text in self._known:
            return ""
        alike = self._by_look.get(_look(text), set())
        if not alike:
            alike = set().union(*(self._by_stump.get(stump, set()) for stump in _stumps(text)))
        return next(iter(alike)) if len(alike) == 1 else ""


def _look(text: str) -> str:
    return text.upper().translate(LOOK_ALIKES).lstrip("0")


def _stumps(text: str) -> set[str]:
    """The text itself and the text without each one of its characters."""
    return {text} | {text[:index] + text[index + 1 :] for index in range(len(text))}
