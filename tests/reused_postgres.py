"""One PostgreSQL database for test after test, each of which gets it as if it were new.

To copy the template for every test took four times as long as to empty the few tables that a test
has filled. Whatever cannot be made as new is dropped, and the next test gets a copy: after a change
of a table, of an index or of a row that the migrations left, and after so many rows that an index
has more pages than a new one, for which other plans might be chosen.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString, Self

import psycopg
from psycopg import sql

from tests.conftest import copied_postgres
from tests.servers import plain_url

# A changed row has a later transaction's number than all of the template's, a missing one counts.
CATALOGUES = (
    *("pg_attrdef", "pg_attribute", "pg_constraint", "pg_extension", "pg_index", "pg_inherits"),
    *("pg_largeobject_metadata", "pg_namespace", "pg_policy", "pg_proc", "pg_rewrite"),
    *("pg_sequence", "pg_statistic", "pg_trigger", "pg_type"),
)
# Emptying a table changes its row in this catalogue; the rest of the row has to stay.
RELATIONS = """
SELECT md5(string_agg(ROW(oid, relname, relnamespace, relkind, relowner, relnatts, relchecks,
 relhasindex, relhasrules, relhastriggers, relrowsecurity, relpersistence, reloptions)::text, ''
 ORDER BY oid)) FROM pg_class
"""
SETTINGS = """
SELECT count(*) FROM pg_db_role_setting JOIN pg_database ON setdatabase = pg_database.oid
 WHERE datname = current_database()
"""
TABLES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
 AND pg_relation_size(oid) > 0 ORDER BY relname
"""
OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
NUMBERS = """
SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence
 WHERE pg_sequence_last_value(seqrelid) IS NOT NULL
"""
# One page that says what it is and one that holds entries: more would be left when all are gone.
GROWN = """
SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
 WHERE relnamespace = 'public'::regnamespace
 AND pg_relation_size(indexrelid) > 2 * current_setting('block_size')::int
"""
# By these the planner estimates; a table that is known to be empty is not like one never looked at.
ESTIMATES = "SELECT oid, relpages, reltuples, relallvisible FROM pg_class WHERE oid >= 16384"
ESTIMATE_ANEW = """
UPDATE pg_class SET relpages = was.pages, reltuples = was.tuples, relallvisible = was.visible
 FROM unnest(%s::oid[], %s::int[], %s::real[], %s::int[]) AS was (oid, pages, tuples, visible)
 WHERE pg_class.oid = was.oid
 AND (relpages, reltuples, relallvisible) <> (was.pages, was.tuples, was.visible)
"""

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class _New:
    """What a copy is like that no test has had."""

    kept: tuple[str, ...]
    description: Sequence[object]
    kept_rows: Sequence[object]
    estimates: Sequence[Sequence[object]]

    @classmethod
    def read(cls, connection: Connection) -> Self:
        kept = _filled(connection)
        columns = zip(*connection.execute(ESTIMATES).fetchall(), strict=True)
        return cls(
            kept=kept,
            description=_described(connection),
            kept_rows=_changes(connection, kept),
            estimates=[list(column) for column in columns],
        )

    def make(self, connection: Connection) -> bool:
        """Empty the tables that a test has filled; False where that would not be enough."""
        is_like_new = (
            not _one(connection, GROWN)
            and _described(connection) == self.description
            and _changes(connection, self.kept) == self.kept_rows
        )
        if not is_like_new:
            return False
        filled = [name for name in _filled(connection) if name not in self.kept]
        _empty(connection, filled)
        connection.execute(ESTIMATE_ANEW, self.estimates)
        return _filled(connection) == self.kept


@dataclass(kw_only=True, slots=True)
class ReusedPostgres:
    """Lends copies of a template to one test at a time."""

    template_url: str
    copies: int = 0
    _new: _New | None = None
    _spare: str | None = None
    _copy: ExitStack = field(default_factory=ExitStack)

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a database like the template. Connections to it are ended afterwards."""
        url = self._spare or self._copied()
        self._spare = None
        yield url
        if self._is_made_new(url):
            self._spare = url
        else:
            self._copy.close()

    def close(self) -> None:
        """Drop the database that waits for the next test."""
        self._copy.close()

    def _copied(self) -> str:
        self._copy.close()
        url = self._copy.enter_context(copied_postgres(self.template_url))
        self.copies += 1
        if self._new is None:
            with psycopg.connect(plain_url(url), autocommit=True) as connection:
                self._new = _New.read(connection)
        return url

    def _is_made_new(self, url: str) -> bool:
        with psycopg.connect(plain_url(url), autocommit=True) as connection:
            connection.execute(OTHERS)
            return self._new is not None and self._new.make(connection)


def _described(connection: Connection) -> Sequence[object]:
    """Tables, columns, indexes and all that belongs to them."""
    shape = _one(connection, RELATIONS), _one(connection, SETTINGS)
    return [*_changes(connection, CATALOGUES), *shape]


def _changes(connection: Connection, tables: Sequence[str]) -> Sequence[object]:
    """What differs once a row of these tables comes, goes or is written anew."""
    part = sql.SQL("SELECT {}, count(*), coalesce(max(xmin::text::bigint), 0) FROM {}")
    parts = [part.format(name, sql.Identifier(name)) for name in tables]
    return sorted(connection.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall())


def _filled(connection: Connection) -> tuple[str, ...]:
    """The tables that have any page, also one of which all rows are gone."""
    return tuple(name for (name,) in connection.execute(TABLES))


def _empty(connection: Connection, names: Sequence[str]) -> None:
    """Take all rows out, and their pages; numbers begin anew."""
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")  # whoever refers to whom
        for name in names:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        connection.execute(NUMBERS)
    if names:
        tables = sql.SQL(", ").join(map(sql.Identifier, names))
        connection.execute(sql.SQL("VACUUM (INDEX_CLEANUP ON) {}").format(tables))


def _one(connection: Connection, query: LiteralString) -> object:
    [row] = connection.execute(query)
    return row[0]
