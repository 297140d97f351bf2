"""Which characters of a comment are hidden, and how what is left is written down. Pure.

A span is where something begins and ends in a text, in characters, as in a slice.
"""

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

# Stands in a stored text for a hidden passage. Nobody can write it: forms take no such characters.
HIDDEN = "\x1a"
DIGITS = 32  # of the keyed digest that a comment is known by
LISTS = ("colleagues", "supervisor", "own")  # of a published view, in the order of the page

Span = tuple[int, int]
Table = Mapping[str, Any]


class Reason(StrEnum):
    """Why a passage is hidden; counted, and noted in the audit trail."""

    PERSON = "person"  # names somebody, or points to them
    PRIVATE = "private"  # health, belief, private life
    UNLAWFUL = "unlawful"  # an insult, or against the law
    OTHER = "other"


class HidingFault(StrEnum):
    """Why nothing can be hidden as it was asked for."""

    NOTHING = "nothing"
    NOT_FOUND = "not_found"
    ALREADY = "already"
    NO_REASON = "no_reason"


class PartKind(StrEnum):
    PLAIN = "plain"
    TELLING = "telling"  # could identify somebody
    HIDDEN = "hidden"


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A stretch of a comment as HR looks at it; a hidden one has no text."""

    kind: PartKind
    text: str


def digest_of(text: str, key: bytes) -> str:
    """What a comment about one person is known by: `key` is that person's own."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:DIGITS]


def spans_of(passage: str, text: str) -> list[Span]:
    """Everywhere the passage stands in the text; blanks and line breaks count as one blank.

    All of them: a name that is hidden once and read a line below is not hidden.
    """
    wanted = " ".join(passage.split())
    if not wanted:
        return []
    found = re.finditer(f"(?={re.escape(wanted)})", text)
    return [(hit.start(), hit.start() + len(wanted)) for hit in found]


def merged(spans: Iterable[Span], text: str) -> list[Span]:
    """The same characters in as few spans as possible, in their order.

    Two with nothing but a blank between them are one: two marks would tell that there are two.
    """
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def without(text: str, spans: Iterable[Span]) -> str:
    """The text with HIDDEN for each passage."""
    kept, place = [], 0
    for start, end in merged(spans, text):
        kept.append(text[place:start])
        place = end
    return HIDDEN.join([*kept, text[place:]])


def parts_of(text: str, *, hidden: Iterable[Span], telling: Iterable[Span]) -> list[Part]:
    """The text cut into what is plain, hidden, or could identify somebody and is not hidden."""
    kinds = [PartKind.PLAIN] * len(text)
    for kind, spans in ((PartKind.TELLING, telling), (PartKind.HIDDEN, merged(hidden, text))):
        for start, end in spans:
            kinds[start:end] = [kind] * (end - start)
    borders = [0, *(at for at in range(1, len(text)) if kinds[at] is not kinds[at - 1]), len(text)]
    return [
        Part(
            kind=kinds[start],
            text="" if kinds[start] is PartKind.HIDDEN else text[start:end],
        )
        for start, end in pairwise(borders)
    ]


def fault_of(
    *, passage: str, whole: bool, reason: str, text: str, earlier: Sequence[Span]
) -> HidingFault | None:
    """What is wrong with hiding this passage, or the whole comment; None where it can be done."""
    wanted = spans_to_hide(passage=passage, whole=whole, text=text)
    if not whole and not passage.strip():
        return HidingFault.NOTHING
    if not wanted:
        return HidingFault.NOT_FOUND
    if without(text, [*earlier, *wanted]) == without(text, earlier):
        return HidingFault.ALREADY
    return None if reason in set(Reason) else HidingFault.NO_REASON


def spans_to_hide(*, passage: str, whole: bool, text: str) -> list[Span]:
    return [(0, len(text))] if whole else spans_of(passage, text)


def texts_in(comments: Table) -> list[str]:
    """Every comment of a published view, in the order of the page."""
    return [text for kind in LISTS for one in comments[kind] for text in one["texts"]]


def written_over(
    comments: Table, hidden: Mapping[str, Collection[Span]], *, key: bytes
) -> dict[str, Any]:
    """The comments of a published view without what is hidden, by the digests of the texts."""

    def text_left(text: str) -> str:
        return without(text, hidden.get(digest_of(text, key), ()))

    return {
        **comments,
        **{
            kind: [{**one, "texts": [text_left(text) for text in one["texts"]]} for one in rows]
            for kind, rows in ((kind, comments[kind]) for kind in LISTS)
        },
    }
