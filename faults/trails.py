"""What somebody who holds a whole installation can read about the order in which answers came.

Every answer carries a mark that occurs nowhere else. A trail maps marks to places: where the mark
lies in a file, or what the database keeps beside its row. Nothing here knows product code.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from faults.ranking import Place

MARK = re.compile(rb"mark-[a-p]{12}")
SQLITE_PAGE, POSTGRES_PAGE = 4096, 8192
XID_RANGE = 2**32

IN_FILES = frozenset(
    {"place in the page", "place in the file", "last place in the file", "copies in the file"}
)

Trail = Mapping[str, Place]

POSTGRES_ROWS = """
    SELECT substring(comments::text from 'mark-[a-p]{12}') AS mark, id, request_id,
           xmin::text::bigint AS xmin, xmax::text::bigint AS xmax, cmin::text::bigint AS cmin,
           (ctid::text::point)[0]::bigint AS page, (ctid::text::point)[1]::bigint AS line
    FROM submissions WHERE comments::text LIKE '%mark-%'"""


def trails_of_sqlite(database: Path) -> dict[str, Trail]:
    """From a copy of the file and of its log, read byte by byte."""
    content = database.read_bytes()
    log = Path(f"{database}-wal")
    frames = log.read_bytes() if log.exists() else b""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        found = connection.execute("SELECT comments, request_id FROM submissions").fetchall()
    marked = [(match, tie) for words, tie in found if (match := MARK.search(words.encode()))]
    return {
        "order of the rows": {
            match[0].decode(): (0, number) for number, (match, _tie) in enumerate(marked)
        },
        "key of the request": {match[0].decode(): (0, tie or 0) for match, tie in marked},
        **_places_in_file(content, SQLITE_PAGE),
        "the log": dict(_first_places(frames, len(frames) or 1)),
        "the end of the log": dict(_last_places(frames)),
    }


def trails_of_postgres(engine: Engine) -> dict[str, Trail]:
    """From the hidden columns of the rows, and from the pages of the table as they lie on disk."""
    with engine.connect() as connection:
        rows = connection.execute(text(POSTGRES_ROWS)).all()
        content = _heap(connection)
    return {
        "order of the rows": {row.mark: (0, number) for number, row in enumerate(rows)},
        "key of the request": {row.mark: (0, row.request_id or 0) for row in rows},
        "xmin": {row.mark: (0, row.xmin) for row in rows},
        "xmax": {row.mark: (0, row.xmax) for row in rows},
        "cmin": {row.mark: (0, row.cmin) for row in rows},
        "ctid": {row.mark: (0, row.page * POSTGRES_PAGE + row.line) for row in rows},
        **_places_in_file(content, POSTGRES_PAGE),
    }


def postgres_log(engine: Engine) -> Trail:
    """Where each answer is first named in the write-ahead log that is still there."""
    found: dict[str, Place] = {}
    with engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM pg_ls_waldir() ORDER BY name")).scalars()
        for number, name in enumerate(names.all()):
            content = _file(connection, f"pg_wal/{name}")
            for mark, (_group, position) in _first_places(content, len(content) or 1):
                found.setdefault(mark, (0, number * XID_RANGE + position))
    return found


def strays_in_sqlite(database: Path, needles: frozenset[str]) -> list[str]:
    """Tables other than that of the answers which hold a mark or the key of an answer."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return [
            name
            for (name,) in names
            if name != "submissions"
            and _holds(str(connection.execute(f'SELECT * FROM "{name}"').fetchall()), needles)  # noqa: S608 - names from the catalogue
        ]


def strays_in_postgres(engine: Engine, needles: frozenset[str]) -> list[str]:
    """The same on PostgreSQL."""
    with engine.connect() as connection:
        names = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        return [
            name
            for name in names.all()
            if name != "submissions"
            and _holds(str(connection.execute(text(f'SELECT * FROM "{name}"')).all()), needles)  # noqa: S608 - names from the catalogue
        ]


def strays_in_files(folder: Path, needles: frozenset[str]) -> list[str]:
    """Logs and other files, apart from the database, that hold a mark or the key of an answer."""
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and ".sqlite" not in path.name
        and _holds(path.read_text(encoding="utf-8", errors="replace"), needles)
    ]


def _holds(content: str, needles: frozenset[str]) -> bool:
    return bool(MARK.search(content.encode())) or any(one in content for one in needles)


def _places_in_file(content: bytes, page: int) -> dict[str, Trail]:
    """Rows of a page fill it from its end, so their places in it may tell who came first."""
    return {
        "place in the page": dict(_first_places(content, page)),
        "place in the file": dict(_first_places(content, len(content) or 1)),
        "last place in the file": dict(_last_places(content)),
        "copies in the file": dict(_copies(content)),
    }


def _first_places(content: bytes, page: int) -> Iterator[tuple[str, Place]]:
    seen: set[bytes] = set()
    for match in MARK.finditer(content):
        if match[0] not in seen:
            seen.add(match[0])
            yield match[0].decode(), (match.start() // page, match.start() % page)


def _last_places(content: bytes) -> Iterator[tuple[str, Place]]:
    for match in MARK.finditer(content):
        yield match[0].decode(), (0, match.start())


def _copies(content: bytes) -> Iterator[tuple[str, Place]]:
    """A row that was written anew leaves copies behind, the more the longer it is there."""
    for mark, number in Counter(MARK.findall(content)).items():
        yield mark.decode(), (0, number)


def _heap(connection: Connection) -> bytes:
    connection.execute(text("CHECKPOINT"))
    path = connection.execute(text("SELECT pg_relation_filepath('submissions')")).scalar_one()
    return _file(connection, path)


def _file(connection: Connection, path: str) -> bytes:
    content = connection.execute(
        text("SELECT pg_read_binary_file(:path, 0, 1000000000, true)"), {"path": path}
    ).scalar_one_or_none()
    return bytes(content or b"")
