"""A frozen record as a plain document, and its check code. Pure.

The document is the whole paper, so a record prints the same for ever, whatever happens to the
people, the schemes and this program. Signatures come later and are no part of it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from app.pdf.papers import RecordPaper

CODE_DIGITS = 12
Value = TypeVar("Value")


def paper_to_document(paper: RecordPaper) -> dict[str, Any]:
    """The paper as JSON values."""
    return cast(dict[str, Any], _to_plain(paper))


def document_to_paper(document: Mapping[str, Any]) -> RecordPaper:
    """The paper that the document was made from."""
    return _to_dataclass(document, RecordPaper)


def with_check_code(paper: RecordPaper) -> RecordPaper:
    """Print the paper's own check code into its head."""
    return replace(paper, head=replace(paper.head, check_code=check_code(paper)))


def check_code(paper: RecordPaper) -> str:
    """Twelve digits such as 8F3A-91C2-77D0, over all that the paper says but the code itself.

    What employees, managers and HR can read is all that goes in: no answer of a rater.
    """
    unmarked = replace(paper, head=replace(paper.head, check_code=""))
    text = json.dumps(
        paper_to_document(unmarked), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    digits = hashlib.sha256(text.encode()).hexdigest()[:CODE_DIGITS].upper()
    return "-".join(digits[start : start + 4] for start in range(0, CODE_DIGITS, 4))


def _to_plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, frozenset):
        return sorted(str(member) for member in value)
    if isinstance(value, tuple):
        return [_to_plain(member) for member in value]
    if isinstance(value, StrEnum | Decimal):
        return str(value)
    return value


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _to_dataclass(document: Mapping[str, Any], kind: type[Value]) -> Value:
    types = _types(cast(type, kind))
    return kind(**{name: _to_value(value, types[name]) for name, value in document.items()})


def _to_value(value: Any, kind: Any) -> Any:
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        only = next(one for one in get_args(kind) if one is not NoneType)
        return None if value is None else _to_value(value, only)
    if origin in {tuple, frozenset}:
        member = get_args(kind)[0]
        return origin(_to_value(one, member) for one in value)
    if is_dataclass(kind):
        return _to_dataclass(value, cast(type[Any], kind))
    return kind(value)
