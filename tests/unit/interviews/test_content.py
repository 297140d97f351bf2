"""A frozen record: the document gives the paper back, and the check code covers every word."""

import json
from dataclasses import replace

import pytest

from app.interviews.content import (
    check_code,
    document_to_paper,
    paper_to_document,
    with_check_code,
)
from app.pdf.papers import RecordPaper
from tests.integration.pdf_english import ENGLISH
from tests.integration.pdf_samples import CHINESE

PAPERS = [CHINESE, ENGLISH]


@pytest.mark.parametrize("paper", PAPERS)
def test_a_document_gives_back_the_paper_it_was_made_from(paper: RecordPaper) -> None:
    stored = json.loads(json.dumps(paper_to_document(paper)))

    assert document_to_paper(stored) == paper


@pytest.mark.parametrize("paper", PAPERS)
def test_the_check_code_does_not_change_by_being_printed(paper: RecordPaper) -> None:
    printed = with_check_code(paper)

    assert printed.head.check_code == check_code(paper) == check_code(printed)
    assert len(printed.head.check_code) == 14


def test_the_check_code_covers_every_word() -> None:
    view = replace(CHINESE.employee_view, suggestions=CHINESE.employee_view.suggestions + "。")

    assert check_code(replace(CHINESE, employee_view=view)) != check_code(CHINESE)
