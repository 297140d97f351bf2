"""SELECTs that the database's driver is asked itself.

Half of what a small statement takes is SQLAlchemy's putting together of its execution and result.
The pages that everybody opens ask the driver for what they read, in the session's transaction; what
they write goes through the library, which tells one failure from another.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from blinker import Signal
from sqlalchemy import CompoundSelect, Connection, Dialect, Select

from app.db import db

Row = tuple[Any, ...]
Statement: TypeAlias = "Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]"
Change = Callable[[Any], Any]

asked = Signal()  # with the text of a statement and its `values`, for whoever counts or reads them


class Prepared:
    """A SELECT in the words of one database, with what its values need on their way in and out."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._order: list[str] | None = compiled.positiontup  # None where values go by name
        kinds = {name: value.type.dialect_impl(dialect) for name, value in compiled.binds.items()}
        ways_in = {name: kind.bind_processor(dialect) for name, kind in kinds.items()}
        self._ways_in: dict[str, Change] = {name: way for name, way in ways_in.items() if way}
        written = {name: value for name, value in compiled.params.items() if value is not None}
        self._written = self._changed(written)
        columns = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
        ways_out = [kind.result_processor(dialect, None) for kind in columns]
        self._ways_out = [(place, way) for place, way in enumerate(ways_out) if way]

    def values(self, given: Mapping[str, object]) -> Any:
        """What the driver is handed beside the text."""
        every = {**self._written, **self._changed(given)}
        return every if self._order is None else [every[name] for name in self._order]

    def read(self, found: Row) -> Row:
        """A row as the columns of the statement are declared."""
        row = list(found)
        for place, way in self._ways_out:
            row[place] = way(row[place])
        return tuple(row)

    def _changed(self, given: Mapping[str, object]) -> dict[str, object]:
        ways = self._ways_in
        return {name: ways[name](value) if name in ways else value for name, value in given.items()}


class DriverSelect:
    """A SELECT that was put together once. Its values are never None."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._prepared: WeakKeyDictionary[Dialect, Prepared] = WeakKeyDictionary()

    def rows(self, **values: object) -> list[Row]:
        """All rows, after what waits in the session was written."""
        session = db.session()
        session.flush()
        connection = session.connection()
        prepared = self._prepared_for(connection)
        handed = prepared.values(values)
        if asked.receivers:
            asked.send(prepared.text, values=handed)
        try:
            with closing(connection.connection.cursor()) as cursor:
                cursor.execute(prepared.text, handed)
                found = cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error:
            # The library says what has happened, and knows what becomes of the connection.
            return [tuple(row) for row in connection.execute(self._statement, values)]
        return [prepared.read(row) for row in found]

    def _prepared_for(self, connection: Connection) -> Prepared:
        dialect = connection.dialect
        prepared = self._prepared.get(dialect)
        if prepared is None:
            prepared = self._prepared[dialect] = Prepared(self._statement, dialect)
        return prepared
