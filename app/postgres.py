"""How PostgreSQL's driver is used, and when its connections are asked whether they live."""

from collections.abc import Sequence
from select import POLLIN, poll
from time import monotonic
from typing import Any, overload

from psycopg import Column, Cursor
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

# A connection that was used a moment ago is not asked: it is only looked whether something lies
# there unread. A database that ends a connection says so, or hangs up. One that dies after that
# costs its request, whose page comes back with all that was typed.
MOMENT_SECONDS = 1.0
USED_AT = "used_at"


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


POSTGRES_OPTIONS: dict[str, Any] = {
    "connect_args": {"cursor_factory": LateCursor},
    # The connection used last is used next: the database has its statements planned and at hand.
    "pool_use_lifo": True,
}


def ask_after_pauses(engine: Engine) -> None:
    """Have connections asked whether they live before they are used again after a pause.

    Without a pause only those are asked from which the database has said something meanwhile.
    """
    dialect: Any = engine.dialect

    def note_use(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[USED_AT] = monotonic()

    def ask(connection: Any, record: ConnectionPoolEntry, _user: object) -> None:
        used_at = record.info.get(USED_AT)  # None for a connection that was just made
        if used_at is None:
            return
        try:
            if monotonic() - used_at >= MOMENT_SECONDS or _has_unread(connection):
                dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            if dialect.is_disconnect(error, connection, None):
                raise InvalidatePoolError from error
            raise

    event.listen(engine, "checkin", note_use)
    event.listen(engine, "checkout", ask)


def let_dead_ones_go(engine: Engine) -> None:
    """Let a rollback pass that finds its connection dead: the database has rolled back by itself.

    Each request ends with one, and it must not cost the page that stands already.
    """
    dialect: Any = engine.dialect

    def roll_back(connection: Any) -> None:
        try:
            connection.rollback()
        except dialect.loaded_dbapi.Error as error:
            if not dialect.is_disconnect(error, connection, None):
                raise

    dialect.do_rollback = roll_back


def _has_unread(connection: Any) -> bool:
    """Whether something has come since the last answer; takes a few microseconds."""
    waiting = poll()
    waiting.register(connection.fileno(), POLLIN)
    return bool(waiting.poll(0))
