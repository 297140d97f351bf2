"""The printed labels: papers carry them in Chinese and in English, whoever reads them."""

import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from markupsafe import Markup, escape

CATALOGUE = Path(__file__).parents[2] / "translations" / "zh" / "LC_MESSAGES" / "pdf.po"
NARROW_APOSTROPHE = re.compile(r"(?<=[A-Za-z])’(?=[A-Za-z])")


def N_(text: str) -> str:  # noqa: N802 (the name that translators' tools look for)
    """Mark a text for translation without translating it."""
    return text


@cache
def _chinese() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        messages = read_po(file, locale="zh")
    return {str(m.id): str(m.string) for m in messages if m.id and m.string}


def in_chinese(english: str) -> str:
    """Translate a label; a label without Chinese is a mistake in the paper and raises KeyError."""
    return _chinese()[english]


def label(english: str) -> Markup:
    """Set a label in both languages, each marked as such."""
    return Markup('<span lang="zh">{}</span> <span class="en" lang="en">{}</span>').format(
        in_chinese(english), english
    )


def prose(words: str) -> Markup:
    """Set what somebody wrote; an English apostrophe stays narrow among Chinese."""
    return Markup(NARROW_APOSTROPHE.sub('<span lang="en">’</span>', str(escape(words))))  # noqa: S704
