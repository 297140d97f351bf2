"""The PostgreSQL that a measurement may use beside SQLite."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from app.config import bench_database_url
from tests.servers import postgres_server


@contextmanager
def postgres() -> Iterator[str | None]:
    """The database that BENCH_DATABASE_URL names, else one of a new server, else none."""
    url = bench_database_url()
    if url is not None:
        yield url
        return
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_server())
        except FileNotFoundError as missing:
            print(f"Not measured on PostgreSQL: {missing}\n")  # noqa: T201
        yield url
