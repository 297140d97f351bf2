"""What one response costs: the mailed link, Start, the form, and sending 30 ratings and 3 texts.

The web server is run as script/server runs it, and so is a bare Flask page beside it: the
processor time of one response is told in such pages, which says more about the product than about
the machine. The two take turns, so that a slow moment of the machine meets both. On PostgreSQL the
time of the database's own processes is counted in. The page of thanks, which every browser asks for
after a submission, is measured apart.
"""

import json
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from statistics import fmean

from flask_migrate import upgrade
from sqlalchemy import create_engine, make_url, text

from app.config import Settings
from app.db import db, writing
from app.factory import create_app
from app.people.groups import RaterGroup
from app.schemes.service import install_packs
from bench.cpu import PROC, loop_seconds, parent_of, used_by
from bench.launch import bench_settings
from bench.visitors import Visitor, read_thanks, respond, visit_all
from faults.serving import Site, served
from tests.conftest import LINK_KEY
from tests.factories import (
    make_cycle,
    make_participant,
    make_person,
    make_request,
    make_reviewer,
    token_of,
)
from tests.servers import postgres_server

RESPONSES = 400
TURNS = 5  # in which the responses of a number of clients are given, with bare pages between them
CLIENTS = (1, 4, 16)
PEERS = 8  # how many are asked about each person
# Responses that nobody counts: PostgreSQL plans a statement anew for its first ten times on each of
# the eight connections, which is over within the first minute of a server.
WARM_UP = 96
PAGES_PER_RESPONSE = 10  # of the bare page
RESULT = "bench/submit.json"
GOAL, OTHERS = 35, 150
BARE = {"application": "bench.bare:app"}
OURS = {"trusted_proxies": 1}


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """One engine and number of clients; processor time in seconds of all responses, and per page.

    `database` is what PostgreSQL's own processes took; SQLite works inside the web server. `thanks`
    is what both took for the pages of thanks, and counted nowhere else.
    """

    engine: str
    clients: int
    responses: int
    seconds: float
    web: float
    database: float
    thanks: float
    bare_page: float
    loop: float

    @property
    def per_second(self) -> float:
        return self.responses / self.seconds

    @property
    def cpu(self) -> float:
        """Processor time of one response, in seconds."""
        return (self.web + self.database) / self.responses

    @property
    def pages(self) -> float:
        """The same in bare pages."""
        return self.cpu / self.bare_page

    @property
    def pages_with_thanks(self) -> float:
        """The same with the page that follows the submission."""
        return self.pages + self.thanks / self.responses / self.bare_page

    @property
    def web_pages(self) -> float:
        """The web server's part of it."""
        return self.web / self.responses / self.bare_page


def main(arguments: Sequence[str]) -> int:
    """Measure on every engine at hand, print, and keep the figures in the instance folder."""
    parser = ArgumentParser(prog="script/bench submit")
    parser.add_argument("--responses", type=int, default=RESPONSES, help="per number of clients")
    responses: int = parser.parse_args(arguments).responses
    if not PROC.exists():
        print("Not measured: processor time is read from /proc, so this needs Linux.")  # noqa: T201
        return 1
    found = []
    for url, folder in _databases():
        for row in measure(url, folder, responses=responses):
            found.append(row)
            _print(row)
    target = Settings.from_env().instance_dir / RESULT
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = [
        {**asdict(row), "per_second": row.per_second, "cpu": row.cpu, "pages": row.pages}
        for row in found
    ]
    target.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What some responses took, and one bare page right before them; all in seconds."""

    seconds: float
    web: float
    database: float
    thanks: float
    bare_page: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Sides:
    """The two that take turns, and the process that PostgreSQL's others come from."""

    bare: Site
    ours: Site
    postmaster: int

    def turn(self, clients: int, links: Sequence[str]) -> Turn:
        """Bare pages, then as many responses as there are links."""
        bare_page = self._bare_page(clients, len(links) * PAGES_PER_RESPONSE)
        begun = self._used()
        visited = visit_all(self.ours.port, clients, links, respond)
        sent = self._used()
        read_thanks(visited.found)
        return Turn(
            seconds=visited.seconds,
            web=sent[0] - begun[0],
            database=sent[1] - begun[1],
            thanks=sum(self._used()) - sum(sent),
            bare_page=bare_page,
        )

    def _used(self) -> tuple[float, float]:
        return used_by(self.ours.pid), used_by(self.postmaster)

    def _bare_page(self, clients: int, pages: int) -> float:
        before = used_by(self.bare.pid)
        visit_all(self.bare.port, clients, ["/"] * pages, Visitor.get)
        return (used_by(self.bare.pid) - before) / pages


def measure(
    database_url: str, folder: Path, *, responses: int, clients: Sequence[int] = CLIENTS
) -> Iterator[Measurement]:
    """Build a round and serve it; every number of clients gives so many responses."""
    links = iter(_build(database_url, folder, len(clients) * (WARM_UP + responses)))
    with ExitStack() as stack:
        bare_folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bare, ours = (
            stack.enter_context(served(at, database_url, link_key=LINK_KEY, **served_so))
            for at, served_so in ((bare_folder, BARE), (folder, OURS))
        )
        sides = Sides(bare=bare, ours=ours, postmaster=_postmaster(database_url))
        for number in clients:
            sides.turn(number, list(islice(links, WARM_UP)))
            counted = list(islice(links, responses))
            parts = [counted[first::TURNS] for first in range(min(TURNS, responses))]
            turns = [sides.turn(number, part) for part in parts]
            yield Measurement(
                engine=make_url(database_url).get_backend_name(),
                clients=number,
                responses=responses,
                seconds=sum(turn.seconds for turn in turns),
                web=sum(turn.web for turn in turns),
                database=sum(turn.database for turn in turns),
                thanks=sum(turn.thanks for turn in turns),
                bare_page=fmean(turn.bare_page for turn in turns),
                loop=loop_seconds(),
            )


def _postmaster(database_url: str) -> int:
    """The process that all of PostgreSQL's others come from; 0 where there is none."""
    if make_url(database_url).get_backend_name() == "sqlite":
        return 0
    engine = create_engine(database_url)
    with engine.connect() as connection:
        backend: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        found = parent_of(backend)
    engine.dispose()
    return found


def _build(database_url: str, folder: Path, count: int) -> list[str]:
    """The links of so many reviewers, each asked about one person."""
    app = create_app(bench_settings(database_url, folder))
    with app.app_context(), writing():
        upgrade()
        scheme, cycle = install_packs()[0], make_cycle()
        links = []
        for number in range(count):
            if number % PEERS == 0:
                participant = make_participant(cycle, make_person(), scheme)
            reviewer = make_reviewer(cycle, make_person(name=f"李华 {number}"))
            make_request(participant, reviewer, RaterGroup.PEER)
            links.append(f"/i/{token_of(reviewer)}")
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    app.extensions["wake_up"].close()
    return links


def _databases() -> Iterator[tuple[str, Path]]:
    """SQLite in a scratch folder, then a PostgreSQL of its own, whose processes can be read."""
    with ExitStack() as stack:
        sqlite, other = (Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2))
        yield f"sqlite:///{sqlite}/bench.sqlite", sqlite
        try:
            url = stack.enter_context(postgres_server())
        except FileNotFoundError as missing:
            print(f"Not measured on PostgreSQL: {missing}\n")  # noqa: T201
        else:
            yield url, other


def _print(found: Measurement) -> None:
    lines = (
        ("database", found.engine),
        ("clients", f"{found.clients}"),
        ("responses", f"{found.responses:,}"),
        ("responses per second", f"{found.per_second:.1f}"),
        ("CPU of a response", f"{found.cpu * 1000:.1f} ms"),
        ("  of the web server", f"{found.web / found.responses * 1000:.1f} ms"),
        ("  of the database", f"{found.database / found.responses * 1000:.1f} ms"),
        ("CPU of a bare Flask page", f"{found.bare_page * 1000:.2f} ms"),
        ("a fixed loop of Python", f"{found.loop * 1000:.1f} ms"),
        ("a response in bare pages", f"{found.pages:.1f}"),
        ("  without the database", f"{found.web_pages:.1f}"),
        ("  with the page of thanks", f"{found.pages_with_thanks:.1f}"),
    )
    for name, value in lines:
        print(f"{name:<32}{value:>14}")  # noqa: T201
    print(f"goal: at most {GOAL} bare pages; a tuned LimeSurvey needs about {OTHERS}\n")  # noqa: T201
