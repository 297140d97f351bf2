"""Files that we write are safe to open, tell nothing about anybody, and can be read back."""

import zipfile
from decimal import Decimal
from io import BytesIO

import pytest

from app.workbooks.annotated import write_annotated
from app.workbooks.layout import LAYOUTS, Part
from app.workbooks.problems import RowError, RowProblem
from app.workbooks.reading import read_workbook
from app.workbooks.template import write_template
from app.workbooks.writing import SafeWorkbook, SheetContent, write_workbook
from tests.workbook_files import make_workbook, sheet_named, speaking

PAYLOADS = [
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "'=1+1",
    '"=1+1',
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "http://evil.example",
    "{=1+1}",
]


def member(content: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_is_never_written_as_a_formula_or_link(payload: str) -> None:
    content = write_workbook([SheetContent(name="a", header=["h"], rows=[[payload]])])

    sheet = member(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert 't="s"' in sheet
    assert read_workbook(content)[0].rows[0].cells == (payload,)


def test_a_text_like_a_formula_stays_text_when_somebody_edits_it() -> None:
    content = write_workbook([SheetContent(name="a", header=["h"], rows=[["=1"], ["ok"]])])

    assert member(content, "xl/styles.xml").count('quotePrefix="1"') == 1


def test_numbers_stay_numbers() -> None:
    content = write_workbook([SheetContent(name="a", header=["h"], rows=[[Decimal("1.5"), 3]])])

    assert "<v>1.5</v>" in member(content, "xl/worksheets/sheet1.xml")
    assert read_workbook(content)[0].rows[0].cells == ("1.5", "3")


def test_the_metadata_names_the_product_and_nobody_else() -> None:
    core = member(make_workbook(), "docProps/core.xml")

    assert "<dc:creator>Roundview</dc:creator>" in core
    assert "<cp:lastModifiedBy>Roundview</cp:lastModifiedBy>" in core
    assert make_workbook() == make_workbook()


def test_any_sheet_name_is_made_acceptable() -> None:
    workbook = SafeWorkbook()
    for name in ("a/b", "A_B", "x" * 40, "X" * 40, "", "'q'"):
        workbook.write(workbook.add_sheet(name), 0, 0, "h")

    names = [sheet.name for sheet in read_workbook(workbook.close())]

    assert len({name.casefold() for name in names}) == 6
    assert all(1 <= len(name) <= 31 for name in names)


def test_the_template_offers_lists_and_notes_in_both_languages() -> None:
    content = write_template()

    people = member(content, "xl/worksheets/sheet1.xml")
    assert '<formula1>"zh,en"</formula1>' in people
    assert "员工,客户" in people
    assert "本人" in member(content, "xl/worksheets/sheet2.xml")
    assert 'type="decimal"' in member(content, "xl/worksheets/sheet3.xml")
    notes = read_workbook(content)[3]
    columns = sum(len(layout.columns) for layout in LAYOUTS.values())
    assert len(notes.rows) == columns + 3
    assert all(row.cells[3] or row.cells[4] for row in notes.rows)


def finding(**changes: object) -> RowError:
    facts: dict[str, object] = {
        "sheet": "人员",
        "row": 3,
        "column_letter": "C",
        "column_name": "邮箱",
        "problem": RowProblem.BAD_EMAIL,
        "found": "<b>x",
        "params": {},
        **changes,
    }
    return RowError(**facts)  # type: ignore[arg-type]


def test_the_annotated_copy_has_every_row_the_marks_and_a_list() -> None:
    original = read_workbook(make_workbook())
    warning = finding(row=2, problem=RowProblem.EMAIL_TYPO, params={"suggestion": "a@b.example"})
    beyond = finding(row=40, column_letter="A")
    with speaking("zh"):
        content = write_annotated(original, [finding(), warning, beyond])

    copy = read_workbook(content)
    assert [sheet.name for sheet in copy] == ["错误", "人员", "评价关系", "指标"]
    assert copy[1].rows == original[0].rows
    assert copy[1].header == original[0].header
    assert copy[0].rows[0].cells[:6] == ("错误", "人员", "3", "C", "邮箱", "“<b>x”")
    assert copy[0].rows[1].cells[0] == "提醒"
    styles = member(content, "xl/styles.xml")
    assert "FFF8D7DA" in styles
    assert "FFFFF3CD" in styles
    comments = member(content, "xl/comments1.xml")
    assert "改正邮箱" in comments
    assert "&lt;b&gt;x" in comments


def test_an_annotated_copy_can_be_checked_and_annotated_again() -> None:
    with speaking("en"):
        once = read_workbook(write_annotated(read_workbook(make_workbook()), [finding()]))
        twice = read_workbook(write_annotated(once, []))

    assert [sheet.name for sheet in twice] == ["Errors", "人员", "评价关系", "指标"]
    assert len(twice[0].rows) == 0


def test_a_csv_file_gets_an_annotated_workbook_too() -> None:
    csv = read_workbook("工号,姓名,邮箱\n1,王璟,x\n".encode())
    with speaking("en"):
        copy = read_workbook(write_annotated(csv, [finding(row=2)]))

    assert sheet_named(copy, "人员").rows[0].cells == ("1", "王璟", "x")
    assert Part.PEOPLE in LAYOUTS
