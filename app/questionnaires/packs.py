"""The ready questionnaires, read from TOML files into values and checked while reading."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from app.questionnaires import rules
from app.questionnaires.rules import Audience

PACKS = Path(__file__).parent / "packs"
LEVELS = 5

T = TypeVar("T")


class PackError(Exception):
    """A pack file that cannot be used; the text names the file, the place and the reason."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    value: int
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    levels: tuple[Level, ...]
    not_observed_zh: str
    not_observed_en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Competency:
    code: str
    name_zh: str
    name_en: str
    description_zh: str
    description_en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    code: str
    competency: str
    audience: Audience
    text_zh: str
    text_en: str
    weight: int
    reverse: bool
    critical: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentBox:
    code: str
    audience: Audience
    label_zh: str
    label_en: str
    prompt_zh: str
    prompt_en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Questionnaire:
    code: str
    version: int
    name_zh: str
    name_en: str
    scale: Scale
    competencies: tuple[Competency, ...]
    items: tuple[Item, ...]
    comment_boxes: tuple[CommentBox, ...]
    comment_lead_zh: str
    comment_lead_en: str
    comment_hint_zh: str
    comment_hint_en: str

    def items_for(self, audience: Audience) -> tuple[Item, ...]:
        """Return the audience's items in form order: competency by competency."""
        return tuple(item for item in self.items if item.audience == audience)

    def boxes_for(self, audience: Audience) -> tuple[CommentBox, ...]:
        return tuple(box for box in self.comment_boxes if box.audience == audience)

    def scale_rows(self) -> list[dict[str, Any]]:
        """Return the scale as plain rows for the database, lowest level first."""
        return [
            {"value": level.value, "zh": level.zh, "en": level.en} for level in self.scale.levels
        ]

    def comment_rows(self) -> list[dict[str, Any]]:
        """Return the comment boxes as plain rows; the internal ones carry the shared hint."""
        return [self._comment_row(box) for box in self.comment_boxes]

    def _comment_row(self, box: CommentBox) -> dict[str, Any]:
        internal = box.audience is Audience.INTERNAL
        return {
            "code": box.code,
            "audience": box.audience.value,
            "zh": box.label_zh,
            "en": box.label_en,
            "prompt_zh": box.prompt_zh,
            "prompt_en": box.prompt_en,
            "lead_zh": self.comment_lead_zh,
            "lead_en": self.comment_lead_en,
            "hint_zh": self.comment_hint_zh if internal else "",
            "hint_en": self.comment_hint_en if internal else "",
        }

    def competency(self, code: str) -> Competency:
        """Raise KeyError for a code that the questionnaire does not have."""
        for competency in self.competencies:
            if competency.code == code:
                return competency
        raise KeyError(code)


def list_questionnaires() -> tuple[Questionnaire, ...]:
    """Return every ready questionnaire, by code."""
    return tuple(_ready(path.stem) for path in sorted(PACKS.glob("*.toml")))


def load_questionnaire(source: str | Path) -> Questionnaire:
    """Read a pack by its code, or any file by its path. Raise PackError if it cannot be used."""
    return _read(source) if isinstance(source, Path) else _ready(source)


@cache
def _ready(code: str) -> Questionnaire:
    """A pack, read once in a process: it is part of the product, and nothing changes it."""
    return _read(PACKS / f"{code}.toml")


def _read(path: Path) -> Questionnaire:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        questionnaire = _questionnaire(table)
    except FileNotFoundError as error:
        raise PackError(f"{path.name}: there is no such questionnaire") from error
    except KeyError as error:
        raise PackError(f"{path.name}: the key {error} is missing") from error
    except (TypeError, ValueError) as error:
        raise PackError(f"{path.name}: {error}") from error
    for problem in _problems(questionnaire):
        raise PackError(f"{path.name}: {problem}")
    return questionnaire


def _questionnaire(table: Mapping[str, Any]) -> Questionnaire:
    comments = table["comments"]
    return Questionnaire(
        code=_text(table, "code"),
        version=_whole(table, "version"),
        name_zh=_text(table, "name_zh"),
        name_en=_text(table, "name_en"),
        scale=_scale(table["scale"]),
        competencies=_each(_competency, table["competencies"]),
        items=_each(_item, table["items"]),
        comment_boxes=_each(_box, comments["boxes"]),
        comment_lead_zh=_text(comments, "lead_zh"),
        comment_lead_en=_text(comments, "lead_en"),
        comment_hint_zh=_text(comments, "hint_zh"),
        comment_hint_en=_text(comments, "hint_en"),
    )


def _each(
    read: Callable[[Mapping[str, Any]], T], tables: Iterable[Mapping[str, Any]]
) -> tuple[T, ...]:
    return tuple(read(table) for table in tables)


def _scale(table: Mapping[str, Any]) -> Scale:
    return Scale(
        levels=_each(_level, table["levels"]),
        not_observed_zh=_text(table, "not_observed_zh"),
        not_observed_en=_text(table, "not_observed_en"),
    )


def _level(table: Mapping[str, Any]) -> Level:
    return Level(value=_whole(table, "value"), zh=_text(table, "zh"), en=_text(table, "en"))


def _competency(table: Mapping[str, Any]) -> Competency:
    return Competency(
        code=_text(table, "code"),
        name_zh=_text(table, "name_zh"),
        name_en=_text(table, "name_en"),
        description_zh=_text(table, "description_zh"),
        description_en=_text(table, "description_en"),
    )


def _item(table: Mapping[str, Any]) -> Item:
    return Item(
        code=_text(table, "code"),
        competency=_text(table, "competency"),
        audience=Audience(table["audience"]),
        text_zh=_text(table, "text_zh"),
        text_en=_text(table, "text_en"),
        weight=_whole(table, "weight"),
        reverse=_yes_or_no(table, "reverse"),
        critical="critical" in table and _yes_or_no(table, "critical"),
    )


def _box(table: Mapping[str, Any]) -> CommentBox:
    return CommentBox(
        code=_text(table, "code"),
        audience=Audience(table["audience"]),
        label_zh=_text(table, "label_zh"),
        label_en=_text(table, "label_en"),
        prompt_zh=_text(table, "prompt_zh"),
        prompt_en=_text(table, "prompt_en"),
    )


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{_place(table)}{key} must be a text that is not empty, not {value!r}")
    return value.strip()


def _whole(table: Mapping[str, Any], key: str) -> int:
    value = table[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{_place(table)}{key} must be a whole number above 0, not {value!r}")
    return value


def _yes_or_no(table: Mapping[str, Any], key: str) -> bool:
    value = table[key]
    if not isinstance(value, bool):
        raise ValueError(f"{_place(table)}{key} must be true or false, not {value!r}")
    return value


def _place(table: Mapping[str, Any]) -> str:
    return f"{table['code']}: " if isinstance(table.get("code"), str) else ""


def _problems(questionnaire: Questionnaire) -> Iterable[str]:
    """Yield what no single value shows: levels, unknown and repeated codes, order, item texts."""
    if [level.value for level in questionnaire.scale.levels] != list(range(1, LEVELS + 1)):
        yield f"scale: the levels must be 1 to {LEVELS}, lowest first"
    competencies = [competency.code for competency in questionnaire.competencies]
    yield from _repeated("competency", competencies)
    yield from _repeated("item", [item.code for item in questionnaire.items])
    yield from _repeated("comment box", [box.code for box in questionnaire.comment_boxes])
    yield from _order_problems(questionnaire, competencies)
    for audience in Audience:
        if not questionnaire.items_for(audience):
            yield f"items: there is none for the audience {audience}"
    for finding in rules.check_items(_texts(questionnaire.items)):
        yield f"{finding.code} ({finding.language}): {finding.problem} {dict(finding.params)}"


def _order_problems(questionnaire: Questionnaire, competencies: list[str]) -> Iterable[str]:
    for item in questionnaire.items:
        if item.competency not in competencies:
            yield f"{item.code}: the competency {item.competency} does not exist"
            return
    for audience in Audience:
        places = [competencies.index(i.competency) for i in questionnaire.items_for(audience)]
        if places != sorted(places):
            yield f"items: those for the audience {audience} are not grouped by competency"


def _repeated(kind: str, codes: list[str]) -> Iterable[str]:
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"{kind}: the code {code} occurs more than once"


def _texts(items: Iterable[Item]) -> Iterable[rules.ItemText]:
    for item in items:
        yield rules.ItemText(code=item.code, text_zh=item.text_zh, text_en=item.text_en)
