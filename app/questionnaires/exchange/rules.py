"""A questionnaire as plain values, and what would change if one became another. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from app.workbooks.changes import Change, ChangeKind, FieldChange


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemLine:
    """`code` is empty for what is new; `competency` is the name that a reader sees."""

    code: str
    zh: str
    en: str
    groups: str
    weight: str
    reverse: str
    critical: str = ""
    competency: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CompetencyLine:
    code: str
    zh: str
    en: str
    items: tuple[ItemLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BoxLine:
    code: str
    zh: str
    en: str
    prompt_zh: str
    prompt_en: str
    audience: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TextLine:
    """A text that is always there, such as the name of a level; its code is its entry."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """None where the workbook has no such sheet: that part stays as it is."""

    competencies: tuple[CompetencyLine, ...] | None = None
    boxes: tuple[BoxLine, ...] | None = None
    texts: tuple[TextLine, ...] | None = None


Line = ItemLine | CompetencyLine | BoxLine | TextLine
NOT_SHOWN = frozenset({"code", "items"})


def changes_between(present: Content, wanted: Content) -> list[Change]:
    """What taking the wanted content over would do, in the order of the workbook."""
    changes: list[Change] = []
    if wanted.competencies is not None:
        before, after = present.competencies or (), wanted.competencies
        changes += _compare("competency", before, after)
        changes += _compare("item", items_of(before), items_of(after))
    if wanted.boxes is not None:
        changes += _compare("box", present.boxes or (), wanted.boxes)
    if wanted.texts is not None:
        changes += _compare("text", present.texts or (), wanted.texts)
    return changes


def items_of(competencies: Sequence[CompetencyLine]) -> list[ItemLine]:
    """All items in the order of the form."""
    return [item for competency in competencies for item in competency.items]


def _compare(kind: str, before: Sequence[Line], after: Sequence[Line]) -> Iterator[Change]:
    known = {line.code: line for line in before}
    kept = {line.code for line in after}
    for line in after:
        old = known.get(line.code)
        if old is None:
            yield Change(kind=ChangeKind.ADDED, key=kind, title=line.zh)
        elif found := _differences(old, line):
            yield Change(kind=ChangeKind.CHANGED, key=kind, title=old.zh, fields=found)
    for line in before:
        if line.code not in kept and kind != "text":
            yield Change(kind=ChangeKind.REMOVED, key=kind, title=line.zh)
    if _order(before, kept) != _order(after, known):
        yield Change(kind=ChangeKind.CHANGED, key=kind, title="", fields=())


def _order(lines: Sequence[Line], others: Mapping[str, Line] | set[str]) -> list[str]:
    return [line.code for line in lines if line.code in others]


def _differences(old: Line, new: Line) -> tuple[FieldChange, ...]:
    names = [field.name for field in fields(old) if field.name not in NOT_SHOWN]
    pairs = [(name, str(getattr(old, name)), str(getattr(new, name))) for name in names]
    return tuple(
        FieldChange(column=name, before=before, after=after)
        for name, before, after in pairs
        if before != after
    )
