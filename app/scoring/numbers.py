"""Exact numbers: reading them, rounding them once, and writing them down.

Inside the engine every figure is a ``Fraction``. Binary floats are refused at the door because
0.1 is not one tenth there; a figure is rounded only when it is published.
"""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import lcm

from app.scoring.errors import Complaint, ScoringError

DECIMAL_TEXT = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,4})?", re.ASCII)
LARGEST_EXPONENT = 30
LONGEST_NUMBER = 60
SIGNIFICANT_DIGITS = 12
TEXTS_REMEMBERED = 4_096
TWELVE_DIGITS = Context(prec=SIGNIFICANT_DIGITS, rounding=ROUND_HALF_UP)


class Rounding(StrEnum):
    """How a figure between two printable ones is settled."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    HALF_DOWN = "half_down"
    UP = "up"
    DOWN = "down"
    CEILING = "ceiling"
    FLOOR = "floor"


NEAREST = {Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.HALF_DOWN}


def exact(value: object, where: str = "") -> Fraction:
    """Read a whole number, a ``Decimal``, a ``Fraction`` or decimal text without any loss.

    Refuses binary floats with ``float_input`` and all else, and numbers of absurd size, with
    ``bad_value``.
    """
    if type(value) is Fraction:  # isinstance would ask an abstract class, which is slow
        return value
    text = value if isinstance(value, str) else _text_of(value, where)
    number = _read_again(text) if len(text) <= LONGEST_NUMBER else _read(text)
    if isinstance(number, Complaint):
        found = {} if number is Complaint.NUMBER_TOO_LONG else {"found": _quoted(value)}
        raise ScoringError(number, where, **found)
    return number


def _text_of(value: object, where: str) -> str:
    if isinstance(value, float):
        raise ScoringError(Complaint.FLOAT_INPUT, where, found=value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ScoringError(Complaint.NOT_A_NUMBER, where, found=_quoted(value))
    if isinstance(value, int) and abs(value) >= 10**LONGEST_NUMBER:
        raise ScoringError(Complaint.NUMBER_TOO_LONG, where)
    return str(value)


def _read(text: str) -> Fraction | Complaint:
    if not DECIMAL_TEXT.fullmatch(text):
        return Complaint.NOT_A_NUMBER
    if len(text) > LONGEST_NUMBER or abs(Decimal(text).adjusted()) > LARGEST_EXPONENT:
        return Complaint.NUMBER_TOO_LONG
    return Fraction(text)


# A round holds millions of figures, but few different ones.
_read_again = lru_cache(maxsize=TEXTS_REMEMBERED)(_read)


def exact_sum(figures: Iterable[Fraction]) -> Fraction:
    """Like ``sum``, but reduced to lowest terms once, at the end."""
    return sum_of_ratios(figure.as_integer_ratio() for figure in figures)


def sum_of_ratios(ratios: Iterable[tuple[int, int]], *, over: int = 1) -> Fraction:
    """The sum of numerators over denominators, which need not be in lowest terms, over a number."""
    total, parts = 0, 1
    for numerator, denominator in ratios:
        if parts % denominator:
            finer = lcm(parts, denominator)
            total, parts = total * (finer // parts), finer
        total += numerator * (parts // denominator)
    return Fraction(total, parts * over)


def rounded(value: Fraction, places: int, mode: Rounding = Rounding.HALF_UP) -> Fraction:
    """The nearest figure with ``places`` decimals; negative places round to tens and above."""
    units = _rounded_units(value, places, mode)
    return Fraction(units, 10**places) if places >= 0 else Fraction(units * 10**-places)


def _rounded_units(value: Fraction, places: int, mode: Rounding) -> int:
    """How many units of the last decimal place the rounded figure has."""
    numerator, denominator = value.as_integer_ratio()
    if places >= 0:
        numerator *= 10**places
    else:
        denominator *= 10**-places
    below, rest = divmod(numerator, denominator)
    return below + _carries(mode, rest, denominator, below) if rest else below


def _carries(mode: Rounding, rest: int, whole: int, below: int) -> bool:
    """Whether ``below`` units and some ``rest`` of a ``whole`` one go up to the next unit."""
    if mode in NEAREST and 2 * rest != whole:
        return 2 * rest > whole
    negative = below < 0
    carries = {
        Rounding.HALF_UP: not negative,
        Rounding.HALF_DOWN: negative,
        Rounding.HALF_EVEN: below % 2 == 1,
        Rounding.FLOOR: False,
        Rounding.CEILING: True,
        Rounding.DOWN: negative,
        Rounding.UP: not negative,
    }
    return carries[mode]


def is_on_grid(value: Fraction, places: int) -> bool:
    """Whether ``value`` can be written with ``places`` decimals."""
    return (value * Fraction(10) ** places).denominator == 1


def fraction_text(value: Fraction) -> str:
    """``2304/25``; a whole number stands without a denominator."""
    return str(value)


def decimal_text(value: Fraction) -> str:
    """Plain decimal text of 12 significant digits, without needless zeros or an exponent."""
    numerator, denominator = value.as_integer_ratio()
    if denominator == 1 and abs(numerator) < 10**SIGNIFICANT_DIGITS:
        return str(numerator)
    quotient = TWELVE_DIGITS.divide(Decimal(numerator), Decimal(denominator))
    text = f"{quotient:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fixed_text(value: Fraction, places: int = 2, mode: Rounding = Rounding.HALF_UP) -> str:
    """For display: exactly ``places`` decimals. A figure shown this way is never an input."""
    units = _rounded_units(value, places, mode)
    digits = str(abs(units)).rjust(places + 1, "0")
    sign = "-" if units < 0 else ""
    if places == 0:
        return sign + digits
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def clamped(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return max(low, min(high, value))


def _quoted(value: object) -> str:
    text = "null" if value is None else str(value)
    return f"“{text[:40]}”"
