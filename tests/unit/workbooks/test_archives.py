"""Hostile workbooks are refused before the parser sees them, quickly and in little memory."""

import re
import resource
import time
import zipfile
from collections import Counter
from io import BytesIO
from random import Random

import pytest

from app.workbooks.archives import check_archive, column_letters, column_number
from app.workbooks.problems import FileProblem, WorkbookError
from app.workbooks.reading import read_workbook
from tests.workbook_files import make_workbook, repack

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
MEBIBYTE = 1024 * 1024


def refused(content: bytes) -> FileProblem:
    with pytest.raises(WorkbookError) as caught:
        read_workbook(content)
    return caught.value.problem


def with_sheet(rows: bytes) -> bytes:
    body = b"<worksheet " + NAMESPACE + b"><sheetData>" + rows + b"</sheetData></worksheet>"
    return repack(make_workbook(), {SHEET: body})


def test_a_harmless_workbook_passes() -> None:
    assert check_archive(make_workbook())[SHEET] == frozenset()


@pytest.mark.parametrize(
    ("member", "body", "problem"),
    [
        ("xl/vbaProject.bin", b"macro", FileProblem.HAS_MACROS),
        ("xl/macrosheets/sheet1.xml", b"<a/>", FileProblem.HAS_MACROS),
        ("xl/embeddings/oleObject1.bin", b"x", FileProblem.HAS_MACROS),
        ("xl/activeX/activeX1.xml", b"<a/>", FileProblem.HAS_MACROS),
        (
            "[Content_Types].xml",
            b"<Types><Override ContentType='application/vnd.ms-excel.sheet.macroEnabled.main'/>"
            b"</Types>",
            FileProblem.HAS_MACROS,
        ),
        ("xl/externalLinks/externalLink1.xml", b"<a/>", FileProblem.HAS_EXTERNAL_LINKS),
        ("docProps/custom.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", FileProblem.HAS_DTD),
        ("xl/styles.xml", b"<a><b></a>", FileProblem.DAMAGED),
        ("xl/_rels/workbook.xml.rels", None, FileProblem.DAMAGED),
        ("xl/_rels/workbook.xml.rels", b"<Relationships/>", FileProblem.DAMAGED),
        ("xl/workbook.xml", b"<a:b/>", FileProblem.DAMAGED),
        ("xl/workbook.xml", b"<a/>", FileProblem.DAMAGED),
        ("xl/styles.xml", b"<?xml version='1.0' encoding='UTF-none'?><a/>", FileProblem.DAMAGED),
        ("xl/sharedStrings.xml", None, FileProblem.DAMAGED),
        ("content.xml", b"<office/>", FileProblem.NOT_A_WORKBOOK),
        ("xl/workbook.bin", b"", FileProblem.NOT_A_WORKBOOK),
    ],
)
def test_a_dangerous_member_is_named(member: str, body: bytes | None, problem: FileProblem) -> None:
    assert refused(repack(make_workbook(), {member: body})) is problem


def test_entities_in_a_sheet_are_never_expanded() -> None:
    bomb = b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>" + b"".join(
        b"<!ENTITY a%d '%s'>" % (level, b"&a;" * 10) for level in range(9)
    )

    assert refused(repack(make_workbook(), {SHEET: bomb + b"]><a/>"})) is FileProblem.HAS_DTD


def test_a_tightly_packed_bomb_is_refused_in_a_second_and_little_memory() -> None:
    content = repack(make_workbook(), {"xl/media/a.bin": bytes(90 * MEBIBYTE)})
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()

    assert refused(content) is FileProblem.PACKED_TOO_TIGHTLY

    assert time.process_time() - began < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024


def test_a_workbook_that_unpacks_too_large_is_refused() -> None:
    content = repack(make_workbook(), {"xl/media/a.bin": bytes(101 * MEBIBYTE)})

    assert refused(content) is FileProblem.UNPACKS_TOO_LARGE


def test_a_sheet_under_another_name_is_measured_all_the_same() -> None:
    links = b"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
        <Relationship Id="rId1" Type="x" Target="elsewhere/%b"/></Relationships>"""
    far = (
        b"<worksheet " + NAMESPACE + b'><sheetData><row><c r="ZZZ1"/></row></sheetData></worksheet>'
    )
    member = "xl/_rels/workbook.xml.rels"

    moved = repack(make_workbook(), {member: links % b"a.xml", "xl/elsewhere/a.xml": far})
    hidden = repack(make_workbook(), {member: links % b"a.dat", "xl/elsewhere/a.dat": far})

    assert refused(moved) is FileProblem.TOO_MANY_COLUMNS
    assert refused(hidden) is FileProblem.DAMAGED


VALUES = (
    b"0",
    b"-1",
    b"A0",
    b"99999999",
    b"A1:XFD1048576",
    b"e",
    b"d",
    b"",
    b"1e999",
    b"4294967296",
)


def test_a_workbook_with_odd_values_is_refused_or_read_but_breaks_nothing() -> None:
    random = Random(1)  # noqa: S311 the same odd values every time
    base = make_workbook()
    with zipfile.ZipFile(BytesIO(base)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith(".xml")}
    outcomes = Counter[str]()
    for _ in range(300):
        name = random.choice(sorted(parts))
        body = parts[name]
        place = random.choice(list(re.finditer(rb'(?<=[">])[^<>"]+(?=["<])', body)))
        changed = body[: place.start()] + random.choice(VALUES) + body[place.end() :]
        try:
            read_workbook(repack(base, {name: changed}))
            outcomes["read"] += 1
        except WorkbookError as error:
            outcomes[error.problem] += 1

    assert outcomes["read"] > 50
    assert outcomes[FileProblem.DAMAGED] > 10


def test_too_many_members_are_refused() -> None:
    many: dict[str, bytes | None] = {f"xl/media/{number}.bin": b"" for number in range(200)}

    assert refused(repack(make_workbook(), many)) is FileProblem.TOO_MANY_PARTS


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (b'<row r="1"><c r="XFD1"><v>1</v></c></row>', FileProblem.TOO_MANY_COLUMNS),
        (b'<row><c r="A1048576"><v>1</v></c></row>', FileProblem.TOO_MANY_ROWS),
        (b'<row r="200001"></row>', FileProblem.TOO_MANY_ROWS),
        (b"<row>" + b"<c/>" * 201 + b"</row>", FileProblem.TOO_MANY_COLUMNS),
        (b'<row r="1"><c r="A0"><v>1</v></c></row>', FileProblem.DAMAGED),
        (b'<row r="1"><c r="A99999999999"><v>1</v></c></row>', FileProblem.DAMAGED),
        (b'<row r="0"><c><v>1</v></c></row>', FileProblem.DAMAGED),
        (b'<row r="1"><c r="1A"/></row>', FileProblem.DAMAGED),
        (b'<row r="18446744073709551616"/>', FileProblem.DAMAGED),
    ],
)
def test_one_far_cell_cannot_make_the_grid_huge(rows: bytes, problem: FileProblem) -> None:
    assert refused(with_sheet(rows)) is problem


def test_the_number_of_cells_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.workbooks.archives.MAX_CELLS", 10)

    assert refused(make_workbook()) is FileProblem.TOO_MANY_CELLS


def test_a_directory_that_lies_about_a_size_is_noticed() -> None:
    content = bytearray(make_workbook())
    with zipfile.ZipFile(BytesIO(bytes(content))) as archive:
        true_size = archive.getinfo(SHEET).file_size
    lie = (10).to_bytes(4, "little")
    place = content.rfind(SHEET.encode())
    entry = content.rfind(b"PK\x01\x02", 0, place)
    assert int.from_bytes(content[entry + 24 : entry + 28], "little") == true_size
    content[entry + 24 : entry + 28] = lie

    assert refused(bytes(content)) is FileProblem.DAMAGED


def test_a_cut_off_file_is_damaged() -> None:
    content = make_workbook()

    assert refused(content[: len(content) // 2]) is FileProblem.DAMAGED


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")])
def test_columns_count_like_the_spreadsheet(number: int, letters: str) -> None:
    assert column_letters(number) == letters
    assert column_number(letters) == number
