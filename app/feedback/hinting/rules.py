"""Which words of a comment could tell who wrote it. Pure, and generous: a hint never blocks."""

import re
from collections.abc import Iterable

from app.feedback.answers import clean

SHORTEST_NAME = 2  # a single character occurs in too many other words
LONGEST_WORD, MOST_WORDS = 40, 200  # of HR's own list
MOST_CHARACTERS = 20_000  # of it as it is written: twice what the longest list takes
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
SPEAKS_AS = re.compile(
    r"我作为[^，。；、！？,.;!?\s]{0,8}"
    r"|作为(?:他|她|您|你)们?的[^，。；、！？,.;!?\s]{1,8}"
    r"|我是(?:他|她|您|你)们?的[^，。；、！？,.;!?\s]{1,8}"
    r"|我们?组(?![织成合建装])|我们?(?:部门|团队|科室|公司)"
)
SPEAKS_AS_IN_ENGLISH = re.compile(
    r"\bas (?:his|her|your|their) \w+"
    r"|\bI am (?:his|her|your|their) \w+"
    r"|\b(?:my|our) (?:team|department|group|company|office|branch)\b",
    re.IGNORECASE,
)
# The parts before the first dot have an end: a long text is not searched anew from every letter.
REACHES = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]+|(?<!\d)\+?\d(?:[ -]?\d){6,}(?!\d)")
DATE = re.compile(
    r"\d{1,2}\s?月\s?\d{1,2}\s?[日号]|\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)? (?:{MONTHS})\b|\b(?:{MONTHS}) \d{{1,2}}\b"
)
PATTERNS = (SPEAKS_AS, SPEAKS_AS_IN_ENGLISH, REACHES, DATE)


def telling_words(text: str, *, names: Iterable[str], about: str) -> str | None:
    """The first words that name somebody or could identify the writer; None where there are none.

    `about` is the person whom the comment is about, who may be named.
    """
    kept = _without(about, text) if about else text
    found = [hit for pattern in _patterns(kept, names) if (hit := pattern.search(kept))]
    first = min(found, key=lambda hit: (hit.start(), -hit.end()), default=None)
    return None if first is None else first[0]


def telling_spans(text: str, *, names: Iterable[str], about: str) -> list[tuple[int, int]]:
    """Where all such words begin and end, in characters; they may overlap."""
    kept = _without(about, text) if about else text
    return [hit.span() for pattern in _patterns(kept, names) for hit in pattern.finditer(kept)]


def _patterns(text: str, names: Iterable[str]) -> list[re.Pattern[str]]:
    folded = text.casefold()  # most names are not in there, and need no pattern
    likely = (name for name in names if name.casefold() in folded)
    return [*PATTERNS, *(_named(name) for name in likely if len(name) >= SHORTEST_NAME)]


def words_of(text: str) -> list[str]:
    """The words of a list, one on a line: each once whatever its case, in alphabetic order."""
    lines = (" ".join(clean(line).split()) for line in text.splitlines())
    once = {line.casefold(): line for line in lines if line}
    return [once[key] for key in sorted(once)]


def _without(about: str, text: str) -> str:
    if about.casefold() not in text.casefold():
        return text
    return _named(about).sub(lambda found: " " * len(found[0]), text)


def _named(name: str) -> re.Pattern[str]:
    """A name in Latin letters stands by itself; a Chinese one stands in the sentence."""
    before, after = (r"(?<!\w)", r"(?!\w)") if name.isascii() else ("", "")
    return re.compile(f"{before}{re.escape(name)}{after}", re.IGNORECASE)
