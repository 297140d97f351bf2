"""Everything one rating is computed from, as a document that `flask score` reads. Pure.

Beside what the format knows, the document carries names in both languages, evidence and comments.
Raters are numbered in the order of their submissions' random keys: no number tells who came first.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.questionnaires.rules import example_box
from app.ratings.sheet import FormCompetency, SheetLine, dimension_rows

POLICY = (
    "scale",
    "kpi_cap",
    "kpi_floor",
    "final",
    "grades",
    "aggregate",
    "trim",
    "missing_policy",
    "min_coverage",
    "adjust_cap",
    "k_comment",
)


NO_HEADING = {"box": "", "name_zh": "", "name_en": ""}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """A submitted form; `id` is random. An absent item was not asked, None was not observed."""

    id: str
    group: str
    answers: Mapping[str, int | None]
    comments: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentBox:
    code: str
    audience: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """The questionnaire in use: what was asked."""

    competencies: tuple[FormCompetency, ...]
    boxes: tuple[CommentBox, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjustment:
    """加减分: points added after weighting, as decimal text."""

    name: str
    points: str


def build_document(
    *,
    identity: str,
    title: str,
    definition: Mapping[str, Any],
    form: Form,
    lines: Sequence[SheetLine],
    answered: Iterable[Answered],
    k_min: int,
    order_key: bytes,
    adjustments: Sequence[Adjustment] = (),
    groups: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """The document of one person, equal for equal facts, whatever order they come in.

    `k_min` is the round's minimum for protected groups, which a scheme can only raise; `order_key`
    is the secret that comments are shuffled by. Who has the `rater_groups` already gives them, so
    that documents share them. Raises SheetError for a KPI line that the scheme
    has no place for.
    """
    forms = sorted(answered, key=lambda one: one.id)
    return {
        "id": identity,
        "title": title,
        **{key: definition[key] for key in POLICY if definition.get(key) is not None},
        "groups": rater_groups(definition, k_min) if groups is None else groups,
        "dimensions": dimension_rows(definition["dimensions"], lines, form.competencies),
        "raters": [
            {"id": f"r{number}", "group": one.group, "a": _answers(one, form)}
            for number, one in enumerate(forms, start=1)
        ],
        "adjustments": [{"name": one.name, "points": one.points} for one in adjustments],
        "comments": _comments(forms, form, definition["groups"], order_key),
    }


def rater_groups(definition: Mapping[str, Any], k_min: int) -> list[dict[str, Any]]:
    """The scheme's rater groups under the round's minimum."""
    return [_group(row, k_min) for row in definition["groups"]]


def _group(row: Mapping[str, Any], k_min: int) -> dict[str, Any]:
    own = int(row["k_min"])
    group = {
        "id": row["id"],
        "name": row["name_zh"],
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "weight": str(row["weight"]),
        "k_min": max(own, k_min) if row["protected"] else own,
        "protected": row["protected"],
        "audience": row["audience"],
    }
    return group | ({"pool": row["pool"]} if row["pool"] else {})


def _answers(one: Answered, form: Form) -> dict[str, int | None]:
    """In the form's order, so that equal answers make equal documents."""
    codes = [item.code for competency in form.competencies for item in competency.items]
    return {code: one.answers[code] for code in codes if code in one.answers}


def _comments(
    forms: Iterable[Answered],
    form: Form,
    groups: Iterable[Mapping[str, Any]],
    order_key: bytes,
) -> list[dict[str, str]]:
    """What was written, without its rater, in an order that only `order_key` explains.

    Where protected raters are asked for examples, an example must not be told from a comment: it
    says how its writer answered. So nothing that they wrote has a heading, whatever was written.
    """
    headings = _headings(form)
    unheaded = _groups_without_headings(form, groups)
    rows = [
        {
            "group": one.group,
            "text": " ".join(text.split()),
            **(NO_HEADING if one.group in unheaded else headings[code]),
        }
        for one in forms
        for code, text in one.comments.items()
        if code in headings and text.strip()
    ]
    return sorted(rows, key=lambda row: _draw(row, order_key))


def _headings(form: Form) -> dict[str, dict[str, str]]:
    """Code of a box → what its comments stand under: the box's name, or the item's text."""
    boxes = {box.code: _heading(box.code, box.name_zh, box.name_en) for box in form.boxes}
    items = [item for row in form.competencies for item in row.items if item.critical]
    codes = {item.code: example_box(item.code) for item in items}
    return boxes | {
        codes[item.code]: _heading(
            codes[item.code], f"举例：{item.text_zh}", f"One example: {item.text_en}"
        )
        for item in items
    }


def _groups_without_headings(form: Form, groups: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """All protected groups of an audience of which anybody is asked for an example.

    By audience, since boxes are the same for all its groups: headings would part one from another.
    """
    asked = {
        group
        for competency in form.competencies
        for item in competency.items
        for group in item.groups
        if item.critical
    }
    rows = list(groups)
    audiences = {row["audience"] for row in rows if row["id"] in asked}
    return frozenset(row["id"] for row in rows if row["protected"] and row["audience"] in audiences)


def _heading(box: str, zh: str, en: str) -> dict[str, str]:
    return {"box": box, "name_zh": zh, "name_en": en}


def _draw(row: Mapping[str, str], order_key: bytes) -> str:
    """Hashed over the words alone, so that the order says nothing about groups either."""
    return hmac.new(order_key, row["text"].encode(), hashlib.sha256).hexdigest()
