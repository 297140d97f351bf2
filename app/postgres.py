"""How PostgreSQL's driver is used."""

from collections.abc import Sequence
from typing import Any, overload

from psycopg import Column, Cursor


class LateColumns(Sequence[Column]):
    """What a result says of its columns, put together for whoever reads it."""

    def __init__(self, cursor: Cursor[Any], number: int) -> None:
        self._cursor = cursor
        self._number = number

    def __len__(self) -> int:
        return self._number

    @overload
    def __getitem__(self, place: int) -> Column: ...
    @overload
    def __getitem__(self, place: slice) -> list[Column]: ...
    def __getitem__(self, place: int | slice) -> Column | list[Column]:
        wanted = range(self._number)[place]
        if isinstance(wanted, int):
            return Column(self._cursor, wanted)
        return [Column(self._cursor, one) for one in wanted]


class LateCursor(Cursor[Any]):
    """The driver's cursor. SQLAlchemy asks each result for its columns and reads them once for each
    statement; a reviewer's page has a statement of fifty."""

    @property
    def description(self) -> Sequence[Column] | None:  # type: ignore[override]  # a list elsewhere
        result = self.pgresult
        if result is not None and result.nfields:
            return LateColumns(self, result.nfields)
        return super().description


CONNECT_ARGS = {"cursor_factory": LateCursor}
