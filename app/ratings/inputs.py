"""Everything one rating is computed from, as a document that `flask score` reads. Pure.

Beside what the format knows, the document carries names in both languages, evidence and comments.
Raters are numbered in the order of their submissions' random keys: no number tells who came first.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
        "comments": _comments(forms, form.boxes, order_key),
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
    forms: Iterable[Answered], boxes: Sequence[CommentBox], order_key: bytes
) -> list[dict[str, str]]:
    """What was written, without its rater, in an order that only `order_key` explains."""
    by_code = {box.code: box for box in boxes}
    rows = [
        {"group": one.group, "text": " ".join(text.split()), **_heading(by_code[code])}
        for one in forms
        for code, text in one.comments.items()
        if code in by_code and text.strip()
    ]
    return sorted(rows, key=lambda row: _draw(row, order_key))


def _heading(box: CommentBox) -> dict[str, str]:
    return {"box": box.code, "name_zh": box.name_zh, "name_en": box.name_en}


def _draw(row: Mapping[str, str], order_key: bytes) -> str:
    """Hashed over the words alone, so that the order says nothing about groups either."""
    return hmac.new(order_key, row["text"].encode(), hashlib.sha256).hexdigest()
