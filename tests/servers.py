"""Real PostgreSQL and Redis servers for the tests: free ports, scratch folders, gone afterwards."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import TypedDict
from uuid import uuid4

import psycopg
import pytest
import redis
from psycopg import sql
from sqlalchemy import make_url

PORTS = range(15_000, 32_000)
SHARES_OF_PORTS = 8
COPIES_BY_LOG = 150_000  # from this version on, where it is not told otherwise
START_SECONDS = 60
STOP_SECONDS = 15

FASTER_THAN_SAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


class ServerStartError(Exception):
    """A server did not come up; the text ends with what it wrote."""


class _Owner(TypedDict, total=False):
    """How `subprocess` is told to run a program as somebody else."""

    user: int
    group: int
    extra_groups: list[int]


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a new PostgreSQL; gives the URL of its database `postgres`, open to its superuser."""
    programs, owner = _postgres_programs(), _server_owner()
    with _scratch_folder("pg", owner) as folder:
        _initialise_cluster(programs / "initdb", folder, owner)
        port = free_port()
        settings = FASTER_THAN_SAFE | {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(folder),
            "max_connections": "60",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(programs / "postgres"), "-D", str(folder / "cluster"), *options]
        url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        # SIGINT is PostgreSQL's fast stop: it does not wait for forgotten connections.
        with _running(command, folder, owner, _postgres_answers(url), signal.SIGINT):
            yield url


@contextmanager
def postgres_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """Make a database like another in a running server; gives its URL and drops it afterwards."""
    name = f"test_{uuid4().hex}"
    _copy_database(server_url, template, name)
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        _run_sql(server_url, sql.SQL("DROP DATABASE {} (FORCE)").format(sql.Identifier(name)))


@contextmanager
def redis_server() -> Iterator[str]:
    """Run a new Redis that keeps nothing on disk; gives the URL of its database 0."""
    with _scratch_folder("redis", {}) as folder:
        port = free_port()
        url = f"redis://127.0.0.1:{port}/0"
        command = [
            *[_program("redis-server"), "--bind", "127.0.0.1", "--port", str(port)],
            *["--save", "", "--appendonly", "no", "--dir", str(folder)],
        ]
        with _running(command, folder, {}, _redis_answers(url), signal.SIGTERM):
            yield url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL for the whole test run. Take a `postgres_database` of it."""
    _demand("PostgreSQL", _postgres_programs)
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of a Redis for the whole test run. Flush it before use."""
    _demand("Redis", lambda: _program("redis-server"))
    with redis_server() as url:
        yield url


def _demand(name: str, find: Callable[[], object]) -> None:
    """Skip loudly where a server is not installed; in CI that is a failure."""
    try:
        find()
    except FileNotFoundError as missing:
        sentence = f"{name} IS NOT INSTALLED, NOTHING WAS TESTED ON IT: {missing}"
        if os.environ.get("CI"):  # noqa: TID251 - no setting of the product
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise FileNotFoundError(f"no {name} on this machine; script/setup --test brings it")
    return path


def _postgres_programs() -> Path:
    """The folder of PostgreSQL's own programs, which Debian keeps off the search path."""
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if versions:
        return max(versions, key=lambda path: float(path.parent.name))
    return Path(_program("initdb")).resolve().parent


def _server_owner() -> _Owner:
    """Whom PostgreSQL runs as: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextmanager
def _scratch_folder(name: str, owner: _Owner) -> Iterator[Path]:
    """A folder with a short path, because the path of a socket may not exceed 107 characters."""
    with tempfile.TemporaryDirectory(
        prefix=f"roundview-{name}-", ignore_cleanup_errors=True
    ) as path:
        if owner:
            os.chown(path, owner["user"], owner["group"])
        yield Path(path)


def _initialise_cluster(initdb: Path, folder: Path, owner: _Owner) -> None:
    command = [
        *[str(initdb), "--pgdata", str(folder / "cluster"), "--username", "postgres"],
        *["--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"],
    ]
    made = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False, **owner
    )
    if made.returncode != 0:
        raise ServerStartError(f"initdb failed: {made.stderr}")


@contextmanager
def _running(
    command: list[str],
    folder: Path,
    owner: _Owner,
    answers: Callable[[], bool],
    stop: signal.Signals,
) -> Iterator[None]:
    """Keep a server running; whatever happens inside, it is stopped at the end."""
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **owner
        )
    try:
        _wait_until(answers, server, log)
        yield
    finally:
        server.send_signal(stop)
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until(answers: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    last_moment = time.monotonic() + START_SECONDS
    while not answers():
        if server.poll() is not None or time.monotonic() > last_moment:
            written = log.read_text(encoding="utf-8", errors="replace")
            raise ServerStartError(f"{server.args!r} did not start: {written}")
        time.sleep(0.05)


def _postgres_answers(url: str) -> Callable[[], bool]:
    def answers() -> bool:
        try:
            psycopg.connect(plain_url(url), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    return answers


def _redis_answers(url: str) -> Callable[[], bool]:
    def answers() -> bool:
        with redis.Redis.from_url(url) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

    return answers


def _copy_database(server_url: str, template: str, name: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template)
    )
    with _outside_transactions(server_url) as connection:
        if connection.info.server_version >= COPIES_BY_LOG:
            # To copy the files takes a small database half as long as to log every page of it.
            statement += sql.SQL(" STRATEGY file_copy")
        connection.execute(statement)


def _run_sql(server_url: str, statement: sql.Composed) -> None:
    """Run one statement outside a transaction, as statements about whole databases must be."""
    with _outside_transactions(server_url) as connection:
        connection.execute(statement)


@contextmanager
def _outside_transactions(server_url: str) -> Iterator[psycopg.Connection]:
    connection = psycopg.connect(plain_url(server_url), autocommit=True)
    try:
        yield connection
    finally:
        connection.close()


def plain_url(url: str) -> str:
    """The URL without SQLAlchemy's driver name, as psycopg reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _ports_of_this_process() -> Iterator[int]:
    """The ports that no other process of this test run takes, each as late again as can be."""
    process = os.environ.get("PYTEST_XDIST_WORKER", "gw0")  # noqa: TID251 - not the product's
    own = list(PORTS[int(process.removeprefix("gw")) % SHARES_OF_PORTS :: SHARES_OF_PORTS])
    secrets.SystemRandom().shuffle(own)
    return cycle(own)


_ports = _ports_of_this_process()


def free_port() -> int:
    """A port that nobody uses, for a server that binds it a moment later.

    It comes from below the ports that systems hand out by themselves: such a one might be given to
    the next connection that some test opens, before the server is there. Nor do two tests that run
    at the same time, or two servers of one test, get the same.
    """
    while True:
        port = next(_ports)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
