"""One document in, one stored result out. Pure: the engine's figures and what may be shown."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import orjson

from app.ratings.publication import published_view
from app.ratings.sheet import missing_figures
from app.ratings.shown import ResultStatus
from app.scoring.document import read_example
from app.scoring.figures import figures_of
from app.scoring.known import Known
from app.scoring.numbers import fixed_text
from app.scoring.output import as_json
from app.scoring.rating import rate
from app.scoring.results import Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Computed:
    """`result` is what `flask score` prints, and under `view` all that may be shown of it."""

    status: ResultStatus
    final: str | None
    grade: str | None
    result: dict[str, Any]


def compute(document: Mapping[str, Any], *, known: Known | None = None) -> Computed:
    """Rate a document, or say which figures are missing. Raises ScoringError for a faulty one.

    With `known`, documents that share parts of their scheme are read faster.
    """
    missing = missing_figures(document["dimensions"])
    if missing:
        names = [{"zh": row["name_zh"], "en": row["name_en"]} for row in missing]
        result = {"status": ResultStatus.PENDING.value, "missing": names}
        return Computed(status=ResultStatus.PENDING, final=None, grade=None, result=result)
    example = read_example(document, known=known)
    rating = rate(example)
    view = published_view(document, example, rating)
    return Computed(
        status=ResultStatus(rating.status.value),
        final=_final(rating.status, rating.final, rating.places),
        grade=rating.grade,
        result={**as_json(rating), "view": view},
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What lists show of a result; the same that `compute` gives."""

    status: ResultStatus
    final: str | None = None
    grade: str | None = None


def outcome_of(document: Mapping[str, Any], *, known: Known | None = None) -> Outcome:
    """Rate a document without the trace. Raises ScoringError for a faulty one."""
    if missing_figures(document["dimensions"]):
        return Outcome(status=ResultStatus.PENDING)
    example = read_example(document, known=known)
    figures = figures_of(example)
    return Outcome(
        status=ResultStatus(figures.status.value),
        final=_final(figures.status, figures.final, example.publication.places),
        grade=figures.grade,
    )


def document_text(document: Mapping[str, Any]) -> str:
    """The one way to write a document down; equal documents give equal text."""
    try:
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # half a character, or a number of more than 64 bits
        return json.dumps(document, sort_keys=True, separators=(",", ":"))


def result_text(result: Mapping[str, Any]) -> str:
    """A computed result as it is stored."""
    try:
        return orjson.dumps(result).decode()
    except TypeError:
        return json.dumps(result, separators=(",", ":"))


def seal(document: Mapping[str, Any], key: bytes) -> str:
    """An HMAC over all inputs. Shown to nobody: a plain hash of few answers can be guessed."""
    return seal_of_text(document_text(document), key)


def seal_of_text(text: str, key: bytes) -> str:
    """The same from a document that is written already."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _final(status: Status, final: Fraction | None, places: int) -> str | None:
    """The published figure; none without a grade, because too little lies behind it."""
    return fixed_text(final, places) if status is Status.RATED and final is not None else None
