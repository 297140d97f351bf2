"""Writing SVG with presentation attributes only, so that a strict content policy holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, floor
from unicodedata import east_asian_width
from xml.sax.saxutils import escape, quoteattr

INK = "#1A1F24"
MUTED = "#56606A"
RULE = "#6B7680"
GRID = "#D5DADF"
ACTION = "#0B5C8F"

Number = int | Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartTable:
    """The same figures as the chart, for a table beside or below it."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def coordinate(value: Number) -> str:
    """Write a length with at most one decimal: finer than a printer's dot, and short."""
    rounded = Decimal(value).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{rounded.normalize():f}" if rounded else "0"


def element(name: str, content: str = "", /, **attributes: str | Number) -> str:
    """Write one element; `content` is SVG already, attribute names have _ for -."""
    written = "".join(
        f" {key.replace('_', '-')}={quoteattr(_attribute(value))}"
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(words: str, *, x: Number, y: Number, **attributes: str | Number) -> str:
    """Write a line of text whose base line starts at x, y."""
    return element("text", escape(words), x=x, y=y, **attributes)


def picture(
    parts: Iterable[str], *, width: int, height: Number, summary: str, font: str = ""
) -> str:
    """Frame the parts as one image that a screen reader announces as `summary`.

    On a page the letters are those of the page; paper has to name its `font`.
    """
    size = f"0 0 {width} {coordinate(height)}"
    attributes = (
        f'xmlns="http://www.w3.org/2000/svg" viewBox="{size}" width="{width}"'
        f' height="{coordinate(height)}" role="img" aria-label={quoteattr(summary)}'
        f' font-size="13" fill="{INK}"'
    )
    if font:
        attributes += f" font-family={quoteattr(font)}"
    return f"<svg {attributes}>{''.join(parts)}</svg>"


def width_in_ems(words: str) -> Decimal:
    """Estimate how wide a text is set, in units of its own size."""
    return sum((_character_width(character) for character in words), start=Decimal(0))


def fold(words: str, *, ems: Decimal, lines: int = 2) -> tuple[str, ...]:
    """Break a label into at most `lines` lines of `ems`, as even as they can be.

    What does not fit is left out and shows as an ellipsis.
    """
    words = words.strip()
    wanted = ceil(width_in_ems(words) / ems)
    even = width_in_ems(words) / max(wanted, 1)
    for narrower in range(floor(even), ceil(ems)):
        folded = _broken(words, ems=Decimal(narrower + 1))
        if len(folded) <= min(wanted, lines):
            return folded
    folded = _broken(words, ems=ems)
    if len(folded) <= lines:
        return folded
    last, _ = _split(folded[lines - 1], ems=ems - 1)
    return (*folded[: lines - 1], last + "…")


def _broken(words: str, *, ems: Decimal) -> tuple[str, ...]:
    lines = []
    while words:
        line, words = _split(words, ems=ems)
        lines.append(line)
    return tuple(lines) or ("",)


def _split(words: str, *, ems: Decimal) -> tuple[str, str]:
    end, width = 0, Decimal(0)
    while end < len(words) and width + _character_width(words[end]) <= ems:
        width += _character_width(words[end])
        end += 1
    end = max(end, 1)
    if end == len(words):
        return words, ""
    space = words.rfind(" ", 1, end + 1)
    cut = space if space > 0 and words[end - 1].isascii() else end
    return words[:cut].rstrip(), words[cut:].lstrip()


def _character_width(character: str) -> Decimal:
    wide = east_asian_width(character) in {"W", "F", "A"}
    return Decimal(1) if wide else Decimal("0.56")


def _attribute(value: str | Number) -> str:
    return value if isinstance(value, str) else coordinate(value)
