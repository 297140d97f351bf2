"""CSV files as spreadsheet programs in China and elsewhere really write them."""

import csv
from io import StringIO

from app.workbooks.archives import MAX_COLUMNS, MAX_ROWS
from app.workbooks.problems import FileProblem, WorkbookError

DELIMITERS = ",;\t"
MARKUP = ("<!doctype", "<html", "<table", "<?xml", "<svg", "{\\rtf", "%pdf")
UTF8_BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


def read_csv(content: bytes) -> list[list[str]]:
    """All records as text, in file order. Raises `WorkbookError`."""
    text = _decode(content)
    if "\0" in text or text.lstrip().lower().startswith(MARKUP):
        raise WorkbookError(FileProblem.NOT_A_WORKBOOK)
    records: list[list[str]] = []
    try:
        for record in csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)):
            _check_limits(len(records) + 1, len(record))
            records.append(record)
    except csv.Error as error:
        raise WorkbookError(FileProblem.DAMAGED) from error
    return records


def _decode(content: bytes) -> str:
    """UTF-8 or, what Excel writes on a Chinese Windows, GB18030. UTF-16 only with its mark."""
    encodings = ["utf-8", "gb18030"]
    if content.startswith(UTF16_BOMS):
        encodings = ["utf-16"]
    elif content.startswith(UTF8_BOM):
        encodings = ["utf-8-sig"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WorkbookError(FileProblem.UNKNOWN_ENCODING)


def _delimiter(text: str) -> str:
    """The separator that the header line uses most; a comma where there is only one column."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=header.count)


def _check_limits(rows: int, columns: int) -> None:
    if rows > MAX_ROWS:
        raise WorkbookError(FileProblem.TOO_MANY_ROWS, limit=MAX_ROWS)
    if columns > MAX_COLUMNS:
        raise WorkbookError(FileProblem.TOO_MANY_COLUMNS, limit=MAX_COLUMNS)
