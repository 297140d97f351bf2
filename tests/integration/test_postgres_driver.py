"""The driver's cursor of ours says of a result what the driver's own says."""

from collections.abc import Iterable

import psycopg
import pytest
from psycopg import Column, Cursor
from sqlalchemy import make_url

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
