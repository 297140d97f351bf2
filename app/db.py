"""The database handle, the base class of every table, and how each engine is set up."""

import json
import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    MetaData,
    String,
    event,
    func,
    select,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

from app.postgres import ask_after_pauses, let_dead_ones_go

log = logging.getLogger(__name__)

# How long a connection waits for its turn to write, and how long one try to empty SQLite's log
# holds the others up.
BUSY_MILLISECONDS = 10_000
EMPTYING_MILLISECONDS = 500
# How long PostgreSQL waits for its turn to write a table anew; whoever reads meanwhile waits too.
REWRITING_MILLISECONDS = 2_000

# How many rows one INSERT statement carries.
ROWS_PER_INSERT = 5_000


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a datetime without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class DecimalText(TypeDecorator[Decimal]):
    """An exact decimal, kept as text: SQLite has no decimals and would make it a float."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class WrittenJson(str):
    """A JSON document that is text already; its column takes it as it is."""

    __slots__ = ()


def json_text(value: object) -> str:
    """How documents are written into their columns."""
    return str(value) if isinstance(value, WrittenJson) else json.dumps(value)


NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The parent of every table. Subclass this, not db.Model: mypy can see it."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UTCDateTime,
            Decimal: DecimalText,
            StrEnum: Enum(
                StrEnum,
                native_enum=False,
                length=20,
                values_callable=lambda kind: [str(member) for member in kind],
            ),
            dict[str, Any]: JSON,
            list[Any]: JSON,
        },
    )


db = SQLAlchemy(model_class=Base)


def run_plain(statement: Executable, **values: object) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement that was put together once, in the session's transaction but past its ORM.

    For the pages that everybody opens: the ORM takes longer over a statement than SQLite does. It
    writes first what waits in it, and learns nothing of what changes here.
    """
    session = db.session()
    session.flush()
    return session.connection().execute(statement, values)


_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside take the write lock at once (SQLite: BEGIN IMMEDIATE).

    A deferred transaction that turns into a writer half-way fails at once when another writer came
    first, without waiting; one that asks at the start waits its turn.
    """
    mark = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(mark)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside take no write lock, though the request or command is to write."""
    mark = _writing.set(False)
    try:
        yield
    finally:
        _writing.reset(mark)


def begin_at_one_moment() -> None:
    """Begin a transaction whose every statement sees the rows as they are at one moment.

    SQLite's transactions are like that by themselves; PostgreSQL's are when asked at the start.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def spare_transaction(*, one_change: bool = False) -> None:
    """Where nothing is to be written, let every statement stand by itself on PostgreSQL.

    It sees then what it sees in a transaction of the usual kind. But there is nothing to roll back
    at the end, at which the driver would forget what the database has prepared: it takes ten times
    as long to plan how to read the ten tables of a reviewer's page as to read them.

    With `one_change` also where something is to be written, which has to be a single statement;
    whoever finds that it takes several asks `join_changes` first.
    """
    session = db.session()
    is_begun = (_writing.get() and not one_change) or session.in_transaction()
    if db.engine.dialect.name == "postgresql" and not is_begun:
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})


def join_changes() -> bool:
    """Have the changes from here on stand or fall together after `spare_transaction`.

    True where a transaction begins only now: what was read before may have changed since, so it is
    to be read again.
    """
    session = db.session()
    options = session.connection().get_execution_options()
    is_spared = options.get("isolation_level") == "AUTOCOMMIT"
    if is_spared:
        session.rollback()
    return is_spared


def take_turns(lock: int) -> None:
    """Hold off whoever takes turns by the same number, until the transaction ends.

    SQLite has one writer at a time anyway.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(lock)))


def set_writing(value: bool) -> None:
    """Say for the rest of this context whether its transactions write (used per web request)."""
    _writing.set(value)


def random_id() -> str:
    """A random 128-bit key, for rows whose order of arrival must not be readable."""
    return uuid.uuid4().hex


def set_up_engine(engine: Engine) -> None:
    """Prepare its connections; SQLite: WAL, full sync, foreign keys, and our own BEGIN."""
    if engine.dialect.name != "sqlite":
        ask_after_pauses(engine)
        let_dead_ones_go(engine)
        return
    event.listen(engine, "connect", _on_sqlite_connect)
    # Not by the event "begin": an engine with listeners asks for them at every statement.
    dialect: Any = engine.dialect
    dialect.do_begin = _begin_on_sqlite


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "temp_store=MEMORY",
        "secure_delete=ON",  # what is cut at the close must not stay readable in free pages
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_on_sqlite(connection: Any) -> None:
    connection.execute("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def forget_freed_pages(*, tries: int = 10) -> bool:
    """Empty SQLite's write-ahead log, which holds pages as they were before the last changes.

    `secure_delete` overwrites what is freed in the database file; the log beside it would still
    show who wrote an answer, and in which order answers came. To be called after a commit, while
    this session has no transaction. False when others were reading all the time: the worker tries
    again whenever it has run out of work. Nothing to do on PostgreSQL.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={EMPTYING_MILLISECONDS}")
        is_empty = _empty_log(cursor, tries)
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        return is_empty
    finally:
        connection.close()


def rewrite_tables(names: Sequence[str], *, tries: int = 3) -> bool:
    """Have PostgreSQL write tables into new files, without what the old ones held of former rows.

    To be called after a commit, while this session has no transaction. False when others held a
    table all the time. Nothing to do on SQLite, which overwrites what it frees.
    """
    if db.engine.dialect.name != "postgresql":
        return True
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = {REWRITING_MILLISECONDS}")
        try:
            rewritten = [_rewrite(connection, name, tries) for name in names]
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
    return all(rewritten)


def _rewrite(connection: Connection, name: str, tries: int) -> bool:
    for _try in range(tries):
        try:
            connection.exec_driver_sql(f"VACUUM FULL {name}")
        except OperationalError:
            continue
        return True
    log.warning("old rows can still be read in the files of %s; VACUUM FULL it", name)
    return False


def _empty_log(cursor: Any, tries: int) -> bool:
    for number in range(tries):
        if number:
            time.sleep(0.1)  # lets a writer who waits for us go first
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy, _frames, _moved = cursor.fetchone()
        if not is_busy:
            return True
    return False
