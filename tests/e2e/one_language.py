"""Words of the wrong language on a page: English left on a Chinese one, Chinese on an English one.

What people entered (names, KPI, comments) may be in any language: whatever stands in the database
is taken out of a text before it is judged. Texts that the database holds once per language (`…_zh`,
`…_en`) are no excuse for the other language's page.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

OTHER = {"zh": "en", "en": "zh"}
FOREIGN = {"zh": re.compile(r"[A-Za-z]{2,}"), "en": re.compile(r"[㐀-鿿]+")}
# What Chinese readers use as it is: names, units, addresses, files, time zones, codes of letters.
KNOWN = {
    "zh": re.compile(
        r"\b(?:Roundview|KPI|HR|PDF|Excel|XLSX|CSV|CRM|ERP|OTD|MB|UTC)\b"
        r"|\b[\w-]+\.(?:xlsx|csv)\b"
        r"|\bhttps?://[!-~]+"
        r"|\([A-Z][A-Za-z]+/[A-Z][A-Za-z_]+\)"
        r"|\b[A-Z0-9]{4}(?:-[A-Z0-9]{4})+\b"
    ),
    "en": re.compile("环视"),
}
NOT_ENTERED = (
    *("alembic_version", "jobs", "letters", "audit_events", "sqlite_sequence"),
    "record_versions",  # the paper as printed, labels and all; its parts stand in interviews
)
CODE = re.compile(r"[a-z0-9_.:-]*")  # states and kinds, which no page may show


class EnteredTexts:
    """Every text in a database file, for one language of pages."""

    def __init__(self, database: Path | None, lang: str, *more: str) -> None:
        found = set(more) | (set(_texts(database, OTHER[lang])) if database else set())
        usable = {" ".join(text.split()) for text in found if FOREIGN[lang].search(text)}
        self._lang = lang
        self._texts = sorted((t for t in usable if not CODE.fullmatch(t)), key=len, reverse=True)
        self.foreign_words = cache(self._foreign_words)

    def _foreign_words(self, text: str) -> str:
        """What is left of a text in the other language, without what somebody entered; or ""."""
        rest = KNOWN[self._lang].sub(" ", text)
        for entered in self._texts:
            if not FOREIGN[self._lang].search(rest):
                return ""
            if entered in rest:
                rest = _cut(rest, entered)
        return " ".join(FOREIGN[self._lang].findall(rest))


def _cut(text: str, entered: str) -> str:
    """Take whole words out only: an entered "Area" is no part of "Areas of growth"."""
    before = r"(?<![A-Za-z])" if entered[0].isascii() else ""
    after = r"(?![A-Za-z])" if entered[-1].isascii() else ""
    return re.sub(before + re.escape(entered) + after, " ", text)


def _texts(database: Path, not_in: str) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            if table in NOT_ENTERED:
                continue
            cursor = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - the file's names
            names = [column[0] for column in cursor.description]
            for row in cursor:
                for name, value in zip(names, row, strict=True):
                    yield from _leaves(name, _parsed(value), not_in)


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _leaves(name: str, value: Any, not_in: str) -> Iterator[str]:
    if name == not_in or name.endswith(f"_{not_in}"):
        return
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(str(key), part, not_in)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(name, part, not_in)
    elif isinstance(value, str):
        yield value
