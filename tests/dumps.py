"""All that a database holds, to be compared with what it held before."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path


def everything(database: Path) -> Sequence[str]:
    """The whole SQLite database as text, with what its log holds already."""
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())
