"""Tidying up and checking single cells. Meaning is never guessed: what is unclear is refused."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import available_timezones

from app.workbooks.layout import CellKind, Column
from app.workbooks.problems import Adjustment, RowProblem
from app.workbooks.reading import FORMULA_ERROR

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
MAX_LOCAL_PART = 64
NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?")
DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?( 00:00:00)?")
SEPARATOR = re.compile(r"[、,;/+]")
STAFF_NUMBER = re.compile(r"[^\s@]+")
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(10_000, 80_000)
"""Serial dates from 1927 to 2119; other whole numbers are no dates."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A tidied cell: its text, what was adjusted, and what is wrong with it, if anything."""

    text: str
    adjusted: tuple[Adjustment, ...] = ()
    problem: RowProblem | None = None


def tidy_cell(raw: str, column: Column) -> Cell:
    """Tidy one cell and check it by its column's kind; an empty optional cell is fine."""
    text, adjusted = _tidy_text(raw, column.kind)
    if raw == FORMULA_ERROR:
        return Cell(text=raw, problem=RowProblem.FORMULA_ERROR)
    if not text:
        problem = RowProblem.REQUIRED if column.is_required else None
        return Cell(text="", adjusted=adjusted, problem=problem)
    if len(text) > column.max_length:
        return Cell(text=text, adjusted=adjusted, problem=RowProblem.TOO_LONG)
    checked = _CHECKS[column.kind](text, column)
    return Cell(text=checked.text, adjusted=adjusted + checked.adjusted, problem=checked.problem)


def _tidy_text(raw: str, kind: CellKind) -> tuple[str, tuple[Adjustment, ...]]:
    visible = raw if raw.isprintable() else _visible(raw)
    text = visible.strip() if kind is CellKind.LINES else " ".join(visible.split())
    adjusted = [Adjustment.TRIMMED] if text != raw else []
    if kind not in (CellKind.TEXT, CellKind.LINES) and not text.isascii():
        narrow = " ".join(text.translate(FULL_WIDTH).split())
        adjusted += [Adjustment.HALF_WIDTH] if narrow != text else []
        text = narrow
    return text, tuple(adjusted)


def _visible(raw: str) -> str:
    """Without control characters and marks that nobody sees but that make texts differ."""
    return "".join(
        character
        for character in raw
        if character in "\t\n\r"
        or (character not in INVISIBLE and unicodedata.category(character) != "Cc")
    )


def _text(text: str, _column: Column) -> Cell:
    return Cell(text=text)


def _code(text: str, column: Column) -> Cell:
    if column.key == "time_zone":
        return Cell(text=text, problem=None if is_time_zone(text) else RowProblem.BAD_TIME_ZONE)
    if column.key.endswith("_number") and STAFF_NUMBER.fullmatch(text) is None:
        return Cell(text=text, problem=RowProblem.BAD_STAFF_NO)
    return Cell(text=text)


def _email(text: str, _column: Column) -> Cell:
    lower = text.lower()
    adjusted = (Adjustment.LOWER_CASE_EMAIL,) if lower != text else ()
    is_good = EMAIL.fullmatch(lower) is not None and lower.index("@") <= MAX_LOCAL_PART
    return Cell(text=lower, adjusted=adjusted, problem=None if is_good else RowProblem.BAD_EMAIL)


def _code_or_email(text: str, column: Column) -> Cell:
    return _email(text, column) if "@" in text else Cell(text=text)


def _choice(text: str, column: Column) -> Cell:
    value = column.choices.get(text.lower())
    if value is None:
        return Cell(text=text, problem=_BAD_CHOICE[column.key])
    is_other_word = column.key == "relation" and text not in column.shown_choices
    return Cell(text=value, adjusted=(Adjustment.RELATION_WORD,) if is_other_word else ())


def _choices(text: str, column: Column) -> Cell:
    values = [column.choices.get(word.strip().lower()) for word in SEPARATOR.split(text)]
    if None in values:
        return Cell(text=text, problem=_BAD_CHOICE[column.key])
    named = {name for value in values if value for name in value.split()}
    order = dict.fromkeys(name for value in column.choices.values() for name in value.split())
    return Cell(text=" ".join(name for name in order if name in named))


def _number(text: str, _column: Column) -> Cell:
    problem = None if read_number(text) is not None else RowProblem.BAD_NUMBER
    return Cell(text=text, problem=problem)


def _date(text: str, _column: Column) -> Cell:
    if text.isdecimal() and int(text) in EXCEL_DAYS:
        day = EXCEL_EPOCH + timedelta(days=int(text))
        return Cell(text=day.isoformat(), adjusted=(Adjustment.EXCEL_DATE,))
    parts = DATE.fullmatch(text)
    if parts is None:
        return Cell(text=text, problem=RowProblem.BAD_DATE)
    try:
        return Cell(text=date(int(parts[1]), int(parts[2]), int(parts[3])).isoformat())
    except ValueError:
        return Cell(text=text, problem=RowProblem.BAD_DATE)


_CHECKS = {
    CellKind.TEXT: _text,
    CellKind.LINES: _text,
    CellKind.CODE: _code,
    CellKind.EMAIL: _email,
    CellKind.CODE_OR_EMAIL: _code_or_email,
    CellKind.CHOICE: _choice,
    CellKind.CHOICES: _choices,
    CellKind.NUMBER: _number,
    CellKind.DATE: _date,
}
_BAD_CHOICE = {
    "locale": RowProblem.BAD_LOCALE,
    "kind": RowProblem.BAD_KIND,
    "relation": RowProblem.BAD_RELATION,
    "audience": RowProblem.BAD_AUDIENCE,
    "groups": RowProblem.BAD_GROUPS,
    "reverse": RowProblem.BAD_YES_NO,
    "critical": RowProblem.BAD_YES_NO,
}


def read_number(text: str) -> Decimal | None:
    """The decimal, or None where it could be read in two ways ("1,5") or not at all ("95%")."""
    return Decimal(text) if NUMBER.fullmatch(text) else None


@lru_cache(maxsize=1)
def _time_zones() -> frozenset[str]:
    return frozenset(zone for zone in available_timezones() if "/" in zone or zone == "UTC")


def is_time_zone(text: str) -> bool:
    """Whether this is an IANA zone such as Europe/Berlin (or UTC)."""
    return text in _time_zones()
