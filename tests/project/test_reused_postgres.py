"""No test finds in a database that it shares with others what another test left there."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.reused_postgres import ReusedPostgres
from tests.servers import plain_url

pytestmark = pytest.mark.postgres
DEPARTMENT = "INSERT INTO departments (name) VALUES (%s) RETURNING id"
LIKE_NEW = """
SELECT relname, relkind, relpages, reltuples, relallvisible,
 CASE WHEN relkind IN ('r', 't') THEN pg_relation_size(oid) END
FROM pg_class WHERE oid >= 16384 ORDER BY oid
"""


@pytest.fixture
def reused(migrated_postgres: str) -> Iterator[ReusedPostgres]:
    reused = ReusedPostgres(template_url=migrated_postgres)
    yield reused
    reused.close()


def connected(url: str) -> psycopg.Connection:
    return psycopg.connect(plain_url(url), autocommit=True)


def test_the_next_test_finds_the_same_database_empty_and_counts_from_one(
    reused: ReusedPostgres,
) -> None:
    found = []
    for _ in range(3):
        with reused.lent() as url, connected(url) as connection:
            new = connection.execute(LIKE_NEW).fetchall()
            [number] = connection.execute(DEPARTMENT, ["华东大区"]).fetchall()
            sizes = {row[0]: row[-1] for row in connection.execute(LIKE_NEW)}
            assert sizes["departments"] > 0
            connection.execute("UPDATE departments SET name = 'x'")
            found.append((url, number, new))

    assert found == [found[0]] * 3
    assert found[0][1] == (1,)
    assert reused.copies == 1


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE departments RENAME TO away",
        "ALTER TABLE departments RENAME COLUMN name TO title",
        "ALTER TABLE departments ALTER COLUMN name SET STORAGE EXTERNAL",
        "ALTER TABLE departments ALTER COLUMN name SET DEFAULT 'x'",
        "ALTER TABLE departments ADD CHECK (name <> 'x')",
        "ALTER TABLE departments DISABLE TRIGGER ALL",
        "CREATE INDEX another ON departments (name)",
        "CREATE TABLE others (name text)",
        "CREATE VIEW others AS SELECT * FROM departments",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP TABLE alembic_version",
        "DELETE FROM alembic_version",
        "UPDATE alembic_version SET version_num = version_num",
        "INSERT INTO departments (name) VALUES ('x'); ANALYZE departments",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 64', current_database());"
        " END $$",
        "INSERT INTO departments (name) SELECT n::text FROM generate_series(1, 2000) AS n",
    ],
)
def test_after_a_change_that_might_be_noticed_the_next_test_gets_a_copy(
    reused: ReusedPostgres, statement: str
) -> None:
    with reused.lent() as first, connected(first) as connection:
        connection.execute(statement)

    with reused.lent() as second, connected(second) as connection:
        assert connection.execute("SELECT count(*) FROM departments").fetchone() == (0,)
    assert second != first
    assert reused.copies == 2
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        connected(first)


def test_nobody_is_connected_any_more_nor_holds_a_lock(reused: ReusedPostgres) -> None:
    with reused.lent() as url:
        forgotten = psycopg.connect(plain_url(url))
        forgotten.execute("LOCK TABLE departments")

    with pytest.raises(psycopg.OperationalError):
        forgotten.execute("SELECT 1")
    forgotten.close()
    with reused.lent() as second, connected(second) as connection:
        connection.execute(DEPARTMENT, ["x"])
    assert second == url
