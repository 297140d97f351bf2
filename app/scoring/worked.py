"""``flask score``: a file of worked inputs in, a file of worked outputs out. No database."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal

from app.scoring.document import read_example
from app.scoring.errors import Complaint, ScoringError
from app.scoring.example import Example
from app.scoring.node import Node, require_distinct
from app.scoring.output import as_json
from app.scoring.rating import rate

BAD_INPUT = 2
HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreOutcome:
    """What the command prints to standard output, and its exit code: 0, or 2 for bad input."""

    exit_code: int
    output: str


def score_bytes(content: bytes) -> ScoreOutcome:
    """Rate a file as it was read; JSON is UTF-8."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return refused(ScoringError(Complaint.NOT_UTF_8, found=error.start + 1))
    return score_text(text)


def score_text(text: str) -> ScoreOutcome:
    """Rate every example of a JSON text, or report its first error. Never raises on bad input."""
    try:
        return ScoreOutcome(exit_code=0, output=_printed(_score(_read_json(text))))
    except ScoringError as refusal:
        return refused(refusal)
    except RecursionError:
        return refused(ScoringError(Complaint.NESTED_TOO_DEEP))


def refused(refusal: ScoringError) -> ScoreOutcome:
    """What the command says instead of a result."""
    report = {
        "error": refusal.code.value,
        "where": refusal.where,
        "message": refusal.message_en,
        "message_zh": refusal.message_zh,
    }
    return ScoreOutcome(exit_code=BAD_INPUT, output=_printed(report))


def _score(value: object) -> object:
    """A list for a file of examples, one object for one object."""
    top = Node(value)
    if not top.has("examples"):
        return as_json(rate(read_example(value)))
    examples = top.field("examples").items()
    read = [read_example(one.value, where=one.where) for one in examples]
    require_distinct(one.field("id") for one in examples)
    return [_rated(example, one.where) for example, one in zip(read, examples, strict=True)]


def _rated(example: Example, where: str) -> dict[str, object]:
    try:
        return as_json(rate(example))
    except ScoringError as refusal:
        raise refusal.under(where) from None


def _read_json(text: str) -> object:
    """Decimals stay decimals; names given twice, NaN and Infinity are no valid input."""
    try:
        value = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except ScoringError:
        raise
    except json.JSONDecodeError as error:
        found = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise ScoringError(Complaint.BAD_JSON, found=found) from None
    except (ValueError, ArithmeticError):
        raise ScoringError(Complaint.TOO_MANY_DIGITS) from None
    _require_whole_characters(text, value)
    return value


def _require_whole_characters(text: str, value: object) -> None:
    """Refuse halves of surrogate pairs, which no output could print."""
    if not HALF_A_CHARACTER.search(text):
        return
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise ScoringError(Complaint.HALF_A_CHARACTER) from None


def _refuse_constant(name: str) -> object:
    raise ScoringError(Complaint.BAD_JSON, found=name)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ScoringError(Complaint.BAD_JSON, found=f"“{twice}” ×2")
    return members


def _printed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
