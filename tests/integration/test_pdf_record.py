"""The interview record on paper: nothing lost, nothing torn apart, nothing out of its frame."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ImageChops
from pypdf import PdfReader

from app.charts.radar import Radar, RadarAxis
from app.pdf.frames import PrintOrder
from app.pdf.papers import (
    AchievementsSection,
    Decision,
    Delivery,
    GoalsSection,
    MissingSignature,
    NotSigned,
    PlanSection,
    RecordPaper,
    ShortcomingsSection,
    Signature,
    SignatureRole,
)
from app.pdf.printer import Printer
from app.pdf.record import record_html
from tests.conftest import PATIENT
from tests.integration.pdf_english import ENGLISH
from tests.integration.pdf_reading import (
    embedded_faces,
    page_picture,
    page_texts,
    processor_seconds,
    squeezed,
)
from tests.integration.pdf_samples import CHINESE

PAPERS = {"zh": CHINESE, "en": ENGLISH}
SECONDS = 5.0
MOST_BYTES = 250_000
NOT_PRINTED = {"language", "summary"}


@pytest.fixture(scope="module")
def printer() -> Iterator[Printer]:
    with Printer(PATIENT) as shared:
        yield shared


def _print(printer: Printer, paper: RecordPaper) -> bytes:
    order = PrintOrder(html=record_html(paper), title="绩效面谈记录表", language=paper.language)
    return printer.print_paper(order)


def _texts(value: object) -> Iterator[str]:
    """Every text that was put into a paper."""
    if isinstance(value, str):
        if value and not hasattr(value, "value"):
            yield value
    elif isinstance(value, tuple):
        for entry in value:
            yield from _texts(entry)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in NOT_PRINTED:
                yield from _texts(getattr(value, field.name))


@pytest.fixture(scope="module")
def printed(printer: Printer) -> dict[str, bytes]:
    """The two sample records, printed once."""
    return {language: _print(printer, paper) for language, paper in PAPERS.items()}


@pytest.mark.parametrize("language", PAPERS)
def test_every_text_that_was_entered_is_read_back_word_for_word(
    printed: dict[str, bytes], language: str
) -> None:
    read = squeezed("".join(page_texts(printed[language])))
    entered = list(_texts(PAPERS[language]))
    assert len(entered) > 150
    assert [text for text in entered if squeezed(text) not in read] == []


@pytest.mark.parametrize("language", PAPERS)
def test_a_usual_record_takes_at_most_four_pages_and_five_seconds(
    printer: Printer, printed: dict[str, bytes], language: str
) -> None:
    assert printer.process_id is not None
    before = processor_seconds(printer.process_id)
    pdf = _print(printer, PAPERS[language])
    assert processor_seconds(printer.process_id) - before <= SECONDS
    assert len(page_texts(pdf)) <= 4
    assert len(pdf) <= MOST_BYTES
    assert pdf == printed[language]


def test_only_our_two_faces_are_in_a_record(printed: dict[str, bytes]) -> None:
    faces = embedded_faces(PdfReader(BytesIO(printed["zh"])))
    assert faces == {"Noto-Sans-SC", "Noto-Sans-SC-Bold"}


@pytest.mark.parametrize("language", PAPERS)
def test_every_page_says_which_record_it_belongs_to(
    printed: dict[str, bytes], language: str
) -> None:
    pages = page_texts(printed[language])
    number = PAPERS[language].head.number
    for at, page in enumerate(map(squeezed, pages), start=1):
        assert "保密·仅限本人、上级、HR" in page
        assert f"绩效面谈记录表{number}·第2版·校验码8F3A-91C2-77D0" in page
        assert f"第{at}页，共{len(pages)}页" in page
        assert f"Page{at}of{len(pages)}" in page


def _lengthened(paper: RecordPaper, *, shortcomings: int, comment: int) -> RecordPaper:
    again = paper.shortcomings.shortcomings * shortcomings
    return replace(
        paper,
        shortcomings=replace(paper.shortcomings, shortcomings=again),
        overall=replace(paper.overall, manager_comment="请把早通报作为明年的第一习惯。" * comment),
    )


@pytest.mark.parametrize(("shortcomings", "comment"), [(1, 20), (2, 1), (3, 20), (5, 1), (9, 20)])
def test_result_and_signatures_share_the_last_page(
    printer: Printer, shortcomings: int, comment: int
) -> None:
    paper = _lengthened(CHINESE, shortcomings=shortcomings, comment=comment)
    *before, last = map(squeezed, page_texts(_print(printer, paper)))
    for words in ("考核结果Result", "90.66", "确认与签字", "签字Signature", "未签字处理"):
        assert words in last
    assert not any("考核结果Result" in page or "签字Signature" in page for page in before)


def test_the_head_of_a_table_is_repeated_on_its_next_page(printer: Printer) -> None:
    block = CHINESE.results.dimensions
    paper = replace(CHINESE, results=replace(CHINESE.results, dimensions=block * 3))
    pages = [squeezed(page) for page in page_texts(_print(printer, paper))]
    heads = [page for page in pages if "计入分Points" in page and "目标值Target" in page]
    assert len(heads) >= 2


def test_line_breaks_stay_and_endless_words_stay_inside_the_frame(
    printer: Printer, tmp_path: Path
) -> None:
    endless = "https://example.org/" + "a" * 400
    view = replace(CHINESE.employee_view, assessment=f"第一行\n第二行\n{endless}")
    pdf = _print(printer, replace(CHINESE, employee_view=view))
    pages = page_texts(pdf)
    at = next(number for number, page in enumerate(pages) if "第一行" in page)
    assert "第一行第二行" not in pages[at]
    assert endless in squeezed(pages[at])
    picture = page_picture(pdf, page=at + 1, folder=tmp_path, dpi=60)
    margin = round(12 / 25.4 * 60)
    right = picture.crop((picture.width - margin, 0, picture.width, picture.height))
    assert ImageChops.invert(right).getbbox() is None


ODD_TEXTS = {
    "letters under a heap of accents": "王\u0301\u0302\u0303" * 300,
    "letters from right to left": "مرحبا بالعالم שלום " * 50,
    "pictures joined to pictures": "👩‍👩‍👧‍👦🎉" * 300,
    "characters that control": "a\x00b\x0bc\x1fd\ufffe\ufeff\u2028e\u202ef",
    "ten thousand characters": "第三季度主导完成项目，" * 1000,
}


@pytest.mark.usefixtures("printed")
@pytest.mark.parametrize("case", ODD_TEXTS)
def test_odd_texts_are_printed_by_the_same_process(printer: Printer, case: str) -> None:
    process = printer.process_id
    view = replace(CHINESE.employee_view, assessment=ODD_TEXTS[case])
    pages = page_texts(_print(printer, replace(CHINESE, employee_view=view)))
    assert "确认与签字" in pages[-1]
    assert printer.process_id == process


def test_what_looks_like_markup_is_printed_as_it_was_typed(printer: Printer) -> None:
    typed = "<script>alert(1)</script><img src='file:///etc/passwd'>&amp;{{ 7 * 7 }}"
    view = replace(CHINESE.employee_view, opinion=typed)
    assert squeezed(typed) in squeezed(
        "".join(page_texts(_print(printer, replace(CHINESE, employee_view=view))))
    )


def test_a_chosen_box_is_ticked_and_the_others_are_empty(printer: Printer) -> None:
    end = replace(CHINESE.acknowledgement, decision=Decision.PARTLY, note="第二项得分偏低。")
    last = squeezed(page_texts(_print(printer, replace(CHINESE, acknowledgement=end)))[-1])
    assert "✓部分不同意" in last
    assert last.count("✓") == 1
    assert "第二项得分偏低。" in last


def test_a_signature_in_the_system_replaces_the_room_for_ink(printer: Printer) -> None:
    signed = Signature(
        role=SignatureRole.EMPLOYEE, name="王晓明", signed="已在系统内确认，2026-12-22 10:05"
    )
    others = CHINESE.acknowledgement.signatures[1:]
    end = replace(CHINESE.acknowledgement, signatures=(signed, *others))
    last = squeezed(page_texts(_print(printer, replace(CHINESE, acknowledgement=end)))[-1])
    assert "已在系统内确认，2026-12-2210:05" in last
    assert last.count("签字Signature") == len(others)


def test_a_refused_signature_is_recorded_with_witness_and_delivery(printer: Printer) -> None:
    missing = NotSigned(
        kind=MissingSignature.REFUSED,
        reason="不同意等级",
        witness="周敏",
        on="2026-12-23",
        delivery=Delivery.COURIER,
        delivery_no="EMS 1029384756",
    )
    end = replace(CHINESE.acknowledgement, not_signed=missing)
    last = squeezed(page_texts(_print(printer, replace(CHINESE, acknowledgement=end)))[-1])
    for words in ("✓本人拒签", "不同意等级", "周敏", "2026-12-23", "✓快递", "EMS1029384756"):
        assert words in last


def test_a_blank_record_has_room_to_write_and_boxes_to_tick(printer: Printer) -> None:
    blank = replace(
        CHINESE,
        is_blank=True,
        achievements=AchievementsSection(achievements=(), last_plan=()),
        shortcomings=ShortcomingsSection(shortcomings=(), differing_views=""),
        support=(),
        plan=PlanSection(lines=()),
        goals=GoalsSection(lines=(), weight_total=""),
    )
    pages = page_texts(_print(printer, blank))
    text = squeezed("".join(pages))
    assert len(pages) <= 4
    assert "目标不清Unclear" in text
    assert "部分同意Agreedinpart" in text
    assert "提前5天上线" not in text


def test_a_record_without_a_plan_says_why(printer: Printer) -> None:
    none = PlanSection(lines=(), reason_for_none="已于 12 月调任华南区。")
    text = squeezed("".join(page_texts(_print(printer, replace(CHINESE, plan=none)))))
    assert "不制定计划的理由" in text
    assert "已于12月调任华南区。" in text


def test_a_radar_stands_beside_the_dot_plot_and_never_alone() -> None:
    radar = Radar(
        summary="雷达图",
        row_heading="能力",
        others_heading="全部他评",
        own_heading="本人",
        axes=tuple(
            RadarAxis(label=row.label, others=Decimal("4.10"), own=Decimal("5"))
            for row in CHINESE.feedback.profile.rows
        ),
    )
    html = record_html(replace(CHINESE, feedback=replace(CHINESE.feedback, radar=radar)))
    assert html.count('role="img"') == 2
    assert html.index(CHINESE.feedback.profile.summary) < html.index("雷达图")
    assert "全部他评" in html
