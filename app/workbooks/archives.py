"""The gate before the XLSX parser: is this ZIP file harmless, whole and small enough?

A spreadsheet of 1 MB can unpack to gigabytes, and one cell at the far corner makes a dense reader
allocate the whole grid. So everything is measured here, in bounded memory, before
the parser sees a byte of it.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from xml.etree import ElementTree
from xml.parsers import expat

from app.workbooks.problems import FileProblem, WorkbookError

MEBIBYTE = 1024 * 1024
MAX_UPLOAD = 10 * MEBIBYTE
MAX_UNPACKED = 100 * MEBIBYTE
MAX_RATIO = 100
RATIO_MATTERS_FROM = MEBIBYTE
"""Below this unpacked size a tight packing does no harm: a blank theme packs 40 to 1 too."""
MAX_MEMBERS = 200
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 3_000_000
CHUNK = 256 * 1024

MACROS = re.compile(r"vbaproject|macrosheets/|dialogsheets/|activex/|/embeddings/", re.IGNORECASE)
EXTERNAL = re.compile(r"/externallinks/", re.IGNORECASE)
OTHER_FORMATS = frozenset({"content.xml", "mimetype", "xl/workbook.bin"})
"""Members by which the parser would take the file for one of another kind, not measured here."""
WORKBOOK_LINKS = "xl/_rels/workbook.xml.rels"
ROW = re.compile(r"[1-9][0-9]{0,9}")
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,9})")


UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    NotImplementedError,  # a way of packing that we do not know
    RuntimeError,  # a member under a password
    ValueError,  # a member that begins before the file
    LookupError,  # an XML part in an encoding that does not exist
)
Places = frozenset[tuple[int, int]]


def check_archive(content: bytes) -> Mapping[str, Places]:
    """Raise `WorkbookError` unless `content` is a plain XLSX file within the limits.

    Gives, per member that is a sheet, the rows and columns (from 1) whose formula gives an error:
    the parser reads them as empty, which would be a silent change.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check_directory(members)
            return {member.filename: _check_member(archive, member) for member in members}
    except UNREADABLE as error:
        raise WorkbookError(FileProblem.DAMAGED) from error


def _check_directory(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise WorkbookError(FileProblem.TOO_MANY_PARTS, limit=MAX_MEMBERS)
    names = [member.filename for member in members]
    if any(MACROS.search(name) for name in names):
        raise WorkbookError(FileProblem.HAS_MACROS)
    if any(EXTERNAL.search(name) for name in names):
        raise WorkbookError(FileProblem.HAS_EXTERNAL_LINKS)
    if "xl/workbook.xml" not in names or any(name.lower() in OTHER_FORMATS for name in names):
        raise WorkbookError(FileProblem.NOT_A_WORKBOOK)
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise WorkbookError(FileProblem.UNPACKS_TOO_LARGE, limit=MAX_UNPACKED // MEBIBYTE)
    if any(_is_packed_too_tightly(member) for member in members):
        raise WorkbookError(FileProblem.PACKED_TOO_TIGHTLY, limit=MAX_RATIO)


def _is_packed_too_tightly(member: zipfile.ZipInfo) -> bool:
    return (
        member.file_size > RATIO_MATTERS_FROM
        and member.file_size > MAX_RATIO * member.compress_size
    )


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Places:
    """Read the member to its end: a size that lies shows up as a wrong checksum."""
    name = member.filename
    gauge = None
    if name.lower().endswith((".xml", ".rels", ".vml")):
        gauge = _Gauge()
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            if name == "[Content_Types].xml" and b"macroEnabled" in chunk:
                raise WorkbookError(FileProblem.HAS_MACROS)
            if gauge is not None:
                gauge.feed(chunk)
    return gauge.close() if gauge is not None else frozenset()


class _Gauge:
    """Walks through one XML part and stops at a DTD or where a sheet grows beyond the limits."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse_dtd
        self._cells = 0
        self._rows = 0
        self._column = 0
        self._errors: set[tuple[int, int]] = set()
        self._parser.StartElementHandler = self._measure

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)

    def close(self) -> Places:
        self._parser.Parse(b"", True)
        return frozenset(self._errors)

    @staticmethod
    def _refuse_dtd(*_: object) -> None:
        raise WorkbookError(FileProblem.HAS_DTD)

    def _measure(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._measure_cell(attributes)
            self._stop_beyond_limits()
        elif tag == "row":
            self._begin_row(attributes.get("r"))
            self._stop_beyond_limits()

    def _begin_row(self, stated: str | None) -> None:
        if stated is not None and ROW.fullmatch(stated) is None:
            raise WorkbookError(FileProblem.DAMAGED)
        self._rows = max(self._rows + 1, int(stated or 0))
        self._column = 0

    def _measure_cell(self, attributes: dict[str, str]) -> None:
        """A place such as A0 would make the parser count down below zero: only real ones pass."""
        self._cells += 1
        self._column += 1
        stated = attributes.get("r")
        if stated is not None:
            place = CELL.fullmatch(stated)
            if place is None:
                raise WorkbookError(FileProblem.DAMAGED)
            self._column = column_number(place[1])
            self._rows = max(self._rows, int(place[2]))
        if attributes.get("t") == "e":
            self._errors.add((self._rows, self._column))

    def _stop_beyond_limits(self) -> None:
        if self._rows > MAX_ROWS:
            raise WorkbookError(FileProblem.TOO_MANY_ROWS, limit=MAX_ROWS)
        if self._column > MAX_COLUMNS:
            raise WorkbookError(FileProblem.TOO_MANY_COLUMNS, limit=MAX_COLUMNS)
        if self._cells > MAX_CELLS:
            raise WorkbookError(FileProblem.TOO_MANY_CELLS, limit=MAX_CELLS)


def sheet_members(content: bytes) -> Mapping[str, str]:
    """The member that holds each sheet, by the sheet's name. For archives that passed the check."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 no DTD
            links = ElementTree.fromstring(archive.read(WORKBOOK_LINKS))  # noqa: S314 no DTD
    except (KeyError, ElementTree.ParseError) as error:
        raise WorkbookError(FileProblem.DAMAGED) from error
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    members = {
        sheet.get("name", ""): posixpath.join("xl", targets.get(key, "")).removeprefix("/")
        for sheet in workbook.iterfind(".//{*}sheet")
        for name, key in sheet.items()
        if name.endswith("}id")
    }
    if not all(member.lower().endswith(".xml") for member in members.values()):
        raise WorkbookError(FileProblem.DAMAGED)  # only members of this name were measured
    return members


def column_number(letters: str) -> int:
    """The 1-based number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """The letters of a 1-based column number: 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
