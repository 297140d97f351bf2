"""Our cursor says of a result what the driver's own says, and dead connections are replaced."""

from collections.abc import Iterable, Iterator

import psycopg
import pytest
from psycopg import Column, Cursor
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from app.db import set_up_engine
from app.postgres import LateCursor


def said_of(columns: Iterable[Column]) -> list[tuple[object, ...]]:
    return [tuple(column) for column in columns]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 AS number, 'x'::text AS word, now() AS moment, '{}'::json AS document",
        "SELECT",
        "SET application_name TO 'x'",
    ],
)
def test_a_result_names_its_columns_as_the_drivers_own_does(
    postgres_url: str, statement: str
) -> None:
    address = make_url(postgres_url).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(address) as connection:
        own = Cursor(connection).execute(statement).description
        ours = LateCursor(connection).execute(statement).description

        if own is None or ours is None:
            assert own is ours
        else:
            assert len(ours) == len(own)
            assert said_of(ours) == said_of(own)
            assert said_of(ours[-2:]) == said_of(own[-2:])


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    found = create_engine(postgres_url)
    set_up_engine(found)
    yield found
    found.dispose()


def backend_of(engine: Engine) -> int:
    """The database's process that the next connection of the pool leads to."""
    with engine.connect() as connection:
        found: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return found


def end_backend(engine: Engine, number: int) -> None:
    """As if the database had been started anew while the connection lay in the pool."""
    with psycopg.connect(engine.url.set(drivername="postgresql").render_as_string(False)) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [number])


def test_a_connection_that_died_in_a_pause_is_replaced_before_it_is_used(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.postgres.MOMENT_SECONDS", 0.0)
    first = backend_of(engine)

    end_backend(engine, first)

    assert backend_of(engine) != first


def test_a_connection_that_was_ended_a_moment_ago_is_replaced_too(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.postgres.MOMENT_SECONDS", 3600.0)
    first = backend_of(engine)
    assert backend_of(engine) == first

    end_backend(engine, first)

    assert backend_of(engine) != first


def test_a_connection_used_a_moment_ago_is_not_asked(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = backend_of(engine)
    monkeypatch.setattr("app.postgres.MOMENT_SECONDS", 3600.0)
    asked: list[object] = []
    monkeypatch.setattr(engine.dialect, "do_ping", asked.append)

    assert backend_of(engine) == first
    assert asked == []
    monkeypatch.setattr("app.postgres.MOMENT_SECONDS", 0.0)
    assert backend_of(engine) == first
    assert len(asked) == 1


def test_what_a_dead_connection_had_begun_is_rolled_back_without_a_word(engine: Engine) -> None:
    """A request that only read has its page by then."""
    with engine.connect() as connection:
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        end_backend(engine, number)
        connection.rollback()

    assert backend_of(engine) != number
    with engine.connect() as connection:
        end_backend(engine, connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
        with pytest.raises(OperationalError):
            connection.commit()
