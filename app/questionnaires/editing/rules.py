"""What the pages of the editor hold, what is wrong with it, and how two editors' work is joined.

Pure. Every page is a list of rows; a row is a name, an item, a level of the scale or a comment box,
with its fields as the text that was typed.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.questionnaires.rules import Audience

WHOLE = re.compile(r"[0-9]{1,3}")
NEW = "new"
YES = "1"
MOST_WEIGHT = 100
LONGEST_NAME = 200
LONGEST_TEXT = 400
LONGEST_LABEL = 24


class Kind(StrEnum):
    """What a row is."""

    NAME = "name"
    ITEM = "item"
    LEVEL = "level"
    LEAD = "lead"  # the sentences above the comment boxes of one audience
    BOX = "box"


class Shape(StrEnum):
    """What may stand in a field."""

    TEXT = "text"  # must be there
    PAIR = "pair"  # may be empty, but then in both languages
    WEIGHT = "weight"
    FLAG = "flag"
    AUDIENCE = "audience"
    GROUPS = "groups"  # rater groups, as asked_text has them


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldRule:
    name: str
    shape: Shape
    longest: int = 0  # characters, where it is a text


def _in_both(name: str, shape: Shape, longest: int) -> tuple[FieldRule, FieldRule]:
    prefix = f"{name}_" if name else ""
    zh, en = (
        FieldRule(name=f"{prefix}{lang}", shape=shape, longest=longest) for lang in ("zh", "en")
    )
    return zh, en


AUDIENCE = FieldRule(name="audience", shape=Shape.AUDIENCE)
FIELDS: Mapping[Kind, tuple[FieldRule, ...]] = {
    Kind.NAME: _in_both("", Shape.TEXT, LONGEST_NAME),
    Kind.ITEM: (
        *_in_both("", Shape.TEXT, LONGEST_TEXT),
        FieldRule(name="groups", shape=Shape.GROUPS),
        FieldRule(name="weight", shape=Shape.WEIGHT),
        FieldRule(name="reverse", shape=Shape.FLAG),
        FieldRule(name="critical", shape=Shape.FLAG),
    ),
    Kind.LEVEL: _in_both("", Shape.TEXT, LONGEST_LABEL),
    Kind.LEAD: (
        *_in_both("lead", Shape.PAIR, LONGEST_TEXT),
        *_in_both("hint", Shape.PAIR, LONGEST_TEXT),
    ),
    Kind.BOX: (
        *_in_both("", Shape.TEXT, LONGEST_NAME),
        *_in_both("prompt", Shape.PAIR, LONGEST_TEXT),
        AUDIENCE,
    ),
}
TEXTS = frozenset({Shape.TEXT, Shape.PAIR})
OTHER_LANGUAGE = {"zh": "en", "en": "zh"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row of a page; `key` tells it from the others and begins with `new` until it is stored."""

    kind: Kind
    key: str
    values: Mapping[str, str]

    @property
    def is_new(self) -> bool:
        return self.key.startswith(NEW)

    @property
    def is_blank(self) -> bool:
        """Whether nobody has written anything into a row that was offered for a new entry."""
        texts = [rule.name for rule in FIELDS[self.kind] if rule.shape in TEXTS]
        return self.is_new and not any(self.values.get(name, "") for name in texts)

    @property
    def fingerprint(self) -> str:
        """Equal for equal contents: tells a page's row that nobody touched from a changed one."""
        texts = [self.values.get(rule.name, "") for rule in FIELDS[self.kind]]
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


class EntryProblem(StrEnum):
    """Why a page cannot be stored as it was typed; the comment names the parameters."""

    MISSING = "missing"
    TOO_LONG = "too_long"  # longest: characters
    ONE_LANGUAGE = "one_language"
    WEIGHT = "weight"  # most
    AUDIENCE = "audience"
    NOBODY = "nobody"
    SAME_LABEL = "same_label"


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryFault:
    problem: EntryProblem
    params: Mapping[str, int] = field(default_factory=dict)


class Move(StrEnum):
    """What a button beside a row does with it, besides saving the page."""

    UP = "up"
    DOWN = "down"
    REMOVE = "remove"


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    move: Move
    key: str


def act_of(text: str) -> Act | None:
    """The button that was pressed, such as `up:12`; None for one that only saves."""
    move, _colon, key = text.partition(":")
    return Act(move=Move(move), key=key) if move in set(Move) else None


def tidy(text: str) -> str:
    """One line without the characters that nobody sees."""
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())


def field_id(name: str, key: str) -> str:
    """The name of a field on the page."""
    return f"{name}-{key}"


def fresh_code(prefix: str, taken: Collection[str], *, digits: int = 1) -> str:
    """The prefix with the number after the highest that was ever used with it.

    A code stands for one thing in all versions of a questionnaire, even one that is gone.
    """
    numbers = (code.removeprefix(prefix) for code in taken if code.startswith(prefix))
    used = [int(number) for number in numbers if WHOLE.fullmatch(number)]
    return f"{prefix}{max(used, default=0) + 1:0{digits}}"


def arranged(rows: Sequence[Row], act: Act | None) -> list[Row]:
    """The rows after a move. Rows of another kind are not passed, and the ends stay the ends."""
    kept = list(rows)
    place = next((place for place, row in enumerate(kept) if act and row.key == act.key), None)
    if act is None or place is None:
        return kept
    row = kept.pop(place)
    if act.move is Move.REMOVE:
        return kept
    step = -1 if act.move is Move.UP else 1
    goal = place + step
    is_fitting = 0 <= goal < len(rows) and rows[goal].kind is row.kind
    kept.insert(goal if is_fitting else place, row)
    return kept


def faults_of(rows: Iterable[Row]) -> dict[str, EntryFault]:
    """Field of the page → what is wrong with it; rows that were left blank are no entries."""
    entries = [row for row in rows if not row.is_blank]
    found: dict[str, EntryFault] = {}
    for row in entries:
        for rule in FIELDS[row.kind]:
            fault = _fault(rule, row.values)
            if fault is not None:
                found[field_id(rule.name, row.key)] = fault
    return {**_same_labels([row for row in entries if row.kind is Kind.LEVEL]), **found}


def _fault(rule: FieldRule, values: Mapping[str, str]) -> EntryFault | None:
    text = values.get(rule.name, "")
    if rule.shape is Shape.WEIGHT:
        is_weight = WHOLE.fullmatch(text) is not None and 1 <= int(text) <= MOST_WEIGHT
        return None if is_weight else _wrong(EntryProblem.WEIGHT, most=MOST_WEIGHT)
    if rule.shape is Shape.AUDIENCE:
        return None if text in set(Audience) else _wrong(EntryProblem.AUDIENCE)
    if rule.shape is Shape.GROUPS:
        return None if text else _wrong(EntryProblem.NOBODY)
    if rule.shape is Shape.FLAG:
        return None
    return _fault_of_text(rule, text, values)


def _fault_of_text(rule: FieldRule, text: str, values: Mapping[str, str]) -> EntryFault | None:
    if len(text) > rule.longest:
        return _wrong(EntryProblem.TOO_LONG, longest=rule.longest)
    if text:
        return None
    if rule.shape is Shape.TEXT:
        return _wrong(EntryProblem.MISSING)
    other = rule.name[:-2] + OTHER_LANGUAGE[rule.name[-2:]]
    return _wrong(EntryProblem.ONE_LANGUAGE) if values.get(other) else None


def _wrong(problem: EntryProblem, **params: int) -> EntryFault:
    return EntryFault(problem=problem, params=params)


def _same_labels(levels: Sequence[Row]) -> dict[str, EntryFault]:
    """Two answers with one name could not be told apart."""
    found = {}
    for lang in OTHER_LANGUAGE:
        seen: set[str] = set()
        for row in levels:
            label = row.values.get(lang, "").casefold()
            if label and label in seen:
                found[field_id(lang, row.key)] = _wrong(EntryProblem.SAME_LABEL)
            seen.add(label)
    return found


def join(own: Sequence[Row], seen: Mapping[str, str], stored: Sequence[Row]) -> list[Row]:
    """A page that was saved by somebody else while it was being changed, with both people's work.

    Rows stand as they are stored now; those that were changed on the stale page hold what was typed
    there. `seen` has the fingerprint of each row as the stale page began with it. A row that was
    changed here and removed there comes back as a new one.
    """
    typed = {row.key: row for row in own if row.fingerprint != seen.get(row.key)}
    present = {row.key for row in stored}
    lost = [row for row in typed.values() if row.key not in present and not row.is_blank]
    again = [
        row if row.is_new else Row(kind=row.kind, key=f"{NEW}-{row.key}", values=row.values)
        for row in lost
    ]
    return [*(typed.get(row.key, row) for row in stored), *again]


def differences(rows: Iterable[Row], stored: Iterable[Row]) -> dict[str, str]:
    """Field of the page → what is stored in its place, where that is something else."""
    known = {row.key: row.values for row in stored}
    return {
        field_id(name, row.key): known[row.key].get(name, "")
        for row in rows
        if row.key in known
        for name, text in row.values.items()
        if text != known[row.key].get(name, "")
    }
