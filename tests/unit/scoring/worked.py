"""The two worked examples, and ways to change one thing in a copy of them."""

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.scoring.document import read_example
from app.scoring.rating import rate
from app.scoring.results import Rating

CASES = Path(__file__).parents[2] / "data"
INPUT_TEXT = (CASES / "worked_input.json").read_text(encoding="utf-8")
OUTPUT_TEXT = (CASES / "worked_output.json").read_text(encoding="utf-8")

KEY_ACCOUNT, SALES_REP = 0, 1


def worked_input(which: int) -> dict[str, Any]:
    """A fresh copy of a worked input, free to change."""
    examples = json.loads(INPUT_TEXT, parse_float=Decimal)["examples"]
    return copy.deepcopy(dict(examples[which]))


def place(document: Any, pointer: str) -> tuple[Any, Any]:
    """The container and the key to which a JSON pointer leads."""
    *way, last = pointer.strip("/").split("/")
    for step in way:
        document = document[int(step) if isinstance(document, list) else step]
    return document, int(last) if isinstance(document, list) else last


def changed(which: int, pointer: str, value: object) -> dict[str, Any]:
    """A worked input with one value set."""
    document = worked_input(which)
    container, key = place(document, pointer)
    container[key] = value
    return document


def without(which: int, pointer: str) -> dict[str, Any]:
    """A worked input with one member taken out."""
    document = worked_input(which)
    container, key = place(document, pointer)
    del container[key]
    return document


def rating_of(document: dict[str, Any]) -> Rating:
    return rate(read_example(document))
