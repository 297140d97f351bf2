"""Every printed label exists in both languages, well set in each."""

import re
from enum import StrEnum
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.pdf import papers
from app.pdf.errors import PdfTooLongError
from app.pdf.labels import CATALOGUE, in_chinese, label, prose

TEMPLATE = Path(__file__).parents[2] / "templates" / "pdf" / "record.html"
MARKED = re.compile(r'_\("([^"]+)"\)')
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]")


def _labels_in_use() -> set[str]:
    labels = set(MARKED.findall(TEMPLATE.read_text(encoding="utf-8")))
    choices = (kind for kind in vars(papers).values() if isinstance(kind, type))
    enums = {
        str(member)
        for kind in choices
        if issubclass(kind, StrEnum) and kind is not StrEnum
        for member in kind
    }
    return labels | enums


def _catalogue() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="zh") if m.id}


def test_every_label_has_chinese_and_no_chinese_is_left_over() -> None:
    assert _labels_in_use() | {str(PdfTooLongError())} == set(_catalogue())


@pytest.mark.parametrize("english", sorted(_catalogue()))
def test_chinese_labels_use_full_width_punctuation(english: str) -> None:
    chinese = _catalogue()[english]
    assert chinese
    assert not HALF_WIDTH.search(chinese)
    assert "！" not in chinese


def test_a_label_without_chinese_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        in_chinese("Attitude")


def test_attitude_is_no_cause() -> None:
    assert not any("态度" in in_chinese(cause) for cause in papers.Cause)


def test_a_label_says_which_language_is_which() -> None:
    assert label("Name") == ('<span lang="zh">姓名</span> <span class="en" lang="en">Name</span>')


def test_an_english_apostrophe_among_chinese_is_set_narrow_and_quotes_are_not() -> None:
    assert prose("王’s O’Brien & “好”") == ('王’s O<span lang="en">’</span>Brien &amp; “好”')
