"""The servers that other tests rely on are real, and vanish afterwards."""

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, text

from tests.servers import postgres_database, redis_server


@pytest.mark.postgres
def test_postgres_keeps_chinese_text_in_a_database_of_its_own(postgres_url: str) -> None:
    with postgres_database(postgres_url) as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE names (name text)"))
            connection.execute(text("INSERT INTO names VALUES ('李喆')"))
            assert connection.scalar(text("SELECT name FROM names")) == "李喆"
        engine.dispose()


@pytest.mark.postgres
def test_a_database_is_dropped_even_while_somebody_is_connected(postgres_url: str) -> None:
    with postgres_database(postgres_url) as url:
        plain = url.replace("+psycopg", "")
        forgotten = psycopg.connect(plain)
    forgotten.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(plain)


@pytest.mark.redis
def test_redis_keeps_what_it_is_given(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("greeting", "您好")
        assert client.get("greeting") == "您好".encode()


@pytest.mark.redis
def test_a_stopped_redis_answers_nobody(redis_url: str) -> None:
    with redis_server() as url:
        assert url != redis_url
    with redis.Redis.from_url(url) as client, pytest.raises(redis.ConnectionError):
        client.ping()
