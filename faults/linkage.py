"""The suite ``linkage``: who holds the whole installation cannot tell which answer is whose.

Colleagues answer about one person through the real pages, in an order that the attacker knows
exactly: who came first is no secret. What would be one is the order of the answers. So every trail
that a database leaves is tried: the order of rows, keys, PostgreSQL's hidden columns, places in
pages, files and logs. On each the attacker guesses all answers after the close and, in anonymous
rounds, the newest one after every submission. Right guesses are told as a ratio to luck, with the
ratio that luck exceeds once in 100,000 trails; the agreement of the orders is told in standard
deviations of luck. Then all other tables and all logs are searched for what names an answer.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine, text

from app.db import db, writing
from app.factory import create_app
from app.people.groups import RaterGroup
from app.schemes.service import install_packs
from bench.launch import bench_settings
from faults import trails
from faults.ranking import SIGMAS, Places, Score, score, score_newest
from faults.running import closing_line, say
from faults.serving import Browser, served
from faults.submit import DONE, FORM
from tests.conftest import LINK_KEY
from tests.factories import (
    make_cycle,
    make_participant,
    make_person,
    make_request,
    make_reviewer,
    token_of,
)
from tests.forms import filled
from tests.servers import postgres_server

USUAL_COUNT = 20
RATERS = 50
MODES = ("confidential", "anonymous")
AFTER_CLOSE, AFTER_EACH = "after the close", "after each answer"
WRITE_AHEAD = "write-ahead log"
NOWHERE = (-1, 0)
LETTERS = "abcdefghijklmnop"
SAVING = 0.5  # how many save before they submit
LONGEST = 300  # characters: some answers fit into a page, others run over


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """A round in which so many are asked about one person."""

    name: str
    links: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Attack:
    """One trail on one engine, at one moment of one kind of round."""

    engine: str
    mode: str
    moment: str
    trail: str
    score: Score

    @property
    def is_told(self) -> bool:
        """A limit that the documents tell: measured, and not counted.

        Whoever reads PostgreSQL's own files while answers come in, or its write-ahead log, sees
        single transactions. No service can prevent that from above.
        """
        is_raw = self.trail in trails.IN_FILES and self.moment == AFTER_EACH
        return self.engine == "postgresql" and (is_raw or self.trail == WRITE_AHEAD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What one engine gave away, and where an answer is named that should not be."""

    attacks: Sequence[Attack]
    strays: Sequence[str]
    answers: int

    @property
    def complaints(self) -> list[str]:
        leaks = [one for one in self.attacks if not one.score.is_luck and not one.is_told]
        return [
            *(f"{one.engine}, {one.mode}, {one.moment}: {one.trail}" for one in leaks),
            *(f"an answer is named in {name}" for name in self.strays),
        ]


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a round is played, and how."""

    port: int
    engine: Engine
    random: Random
    mode: str


@dataclass(slots=True)
class Sightings:
    """Trail → the places of all answers, round by round or moment by moment."""

    seen: dict[str, list[Places]] = field(default_factory=dict)

    def add(self, found: Mapping[str, trails.Trail], marks: Sequence[str]) -> None:
        """What was found about these answers, which are named in the order they came in."""
        for name, trail in found.items():
            places = {rank: trail.get(mark, NOWHERE) for rank, mark in enumerate(marks)}
            self.seen.setdefault(name, []).append(places)


@dataclass(kw_only=True, slots=True)
class Evidence:
    """The trails of all rounds of one mode, after the close and after each answer."""

    closed: Sightings = field(default_factory=Sightings)
    newest: Sightings = field(default_factory=Sightings)

    def attacks(self, engine: str, mode: str, random: Random) -> list[Attack]:
        """Guess along every trail."""
        kinds = (
            (self.closed, AFTER_CLOSE, score),
            (self.newest, AFTER_EACH, score_newest),
        )
        return [
            Attack(
                engine=engine,
                mode=mode,
                moment=moment,
                trail=trail,
                score=guess(places, random),
            )
            for sightings, moment, guess in kinds
            for trail, places in sightings.seen.items()
        ]


def run(*, count: int = USUAL_COUNT, seed: int = 1) -> bool:
    """So many rounds of each mode on every engine at hand; whether nothing but luck was found."""
    results = []
    for url, folder in _databases():
        results.append(attack(url, folder, count=count, raters=RATERS, seed=seed))
        _print(results[-1])
    say(summary(results))
    return not any(one.complaints for one in results)


def summary(results: Sequence[Result]) -> str:
    complaints = [complaint for one in results for complaint in one.complaints]
    for complaint in complaints:
        say(f"told more than luck: {complaint}")
    return closing_line(faults=sum(one.answers for one in results), is_whole=not complaints)


def attack(database_url: str, folder: Path, *, count: int, raters: int, seed: int) -> Result:
    """Play rounds of both modes on a new database, and try every trail."""
    random = Random(seed)  # noqa: S311 - orders and levels of answers, no secret
    engine = create_engine(database_url)
    attacks: list[Attack] = []
    strays: list[str] = []
    with _application(database_url, folder) as app:
        rounds = {mode: _build(app, mode, count, raters) for mode in MODES}
        with served(folder, database_url, link_key=LINK_KEY) as site:
            for mode, some in rounds.items():
                evidence = Evidence()
                for one in some:
                    _play(app, one, Scene(site.port, engine, random, mode), evidence)
                attacks += evidence.attacks(engine.dialect.name, mode, random)
                strays += _strays(engine, folder)
    engine.dispose()
    return Result(attacks=attacks, strays=strays, answers=len(MODES) * count * raters)


def _play(app: Flask, one: Round, scene: Scene, evidence: Evidence) -> None:
    """Everybody answers in an order of their own, then the round is closed as HR does it."""
    links, marks = list(one.links), [_new_mark(scene.random) for _ in one.links]
    scene.random.shuffle(links)
    for number, (link, mark) in enumerate(zip(links, marks, strict=True), 1):
        _answer(scene, link, mark)
        if scene.mode == "anonymous" and number > 1:
            evidence.newest.add(_trails(scene.engine), marks[:number])
    with app.app_context():
        closed = app.test_cli_runner().invoke(args=["cycle", "close", one.name])
    if closed.exit_code:
        raise RuntimeError(closed.output) from closed.exception
    evidence.closed.add(_trails(scene.engine), marks)
    if scene.engine.dialect.name == "postgresql":
        evidence.closed.add({WRITE_AHEAD: trails.postgres_log(scene.engine)}, marks)


def _answer(scene: Scene, link: str, mark: str) -> None:
    """From the mailed link to the thanks; some save a draft on the way, some write at length."""
    browser, random = Browser(port=scene.port), scene.random
    browser.ask("POST", f"{link}/start")
    shown = browser.get(FORM)
    if shown.status != HTTPStatus.OK:
        raise RuntimeError(f"a form was not shown: {shown.status} {shown.text}")
    fields = filled(shown.text)
    boxes = [name for name in fields if name.startswith("c-")]
    for name in fields:
        if name.startswith("a-"):
            fields[name] = str(random.randint(1, 5))
    fields[boxes[0]] = mark
    fields[boxes[-1]] = "说" * random.choice([0, random.randrange(LONGEST)]) + mark
    if random.random() < SAVING:
        browser.ask("POST", f"{FORM}/save", urlencode(fields))
    reply = browser.ask("POST", FORM, urlencode({**fields, "action": "submit"}))
    if reply.location != DONE:
        raise RuntimeError(f"a form was not taken: {reply.status} {reply.location}")


def _new_mark(random: Random) -> str:
    """Letters only: a long number in a comment is taken for a phone number."""
    return "mark-" + "".join(random.choices(LETTERS, k=12))


def _trails(engine: Engine) -> dict[str, trails.Trail]:
    if engine.dialect.name == "postgresql":
        return trails.trails_of_postgres(engine)
    return trails.trails_of_sqlite(Path(engine.url.database or ""))


def _strays(engine: Engine, folder: Path) -> list[str]:
    """Where a mark or the key of an answer stands that is no table of answers."""
    with engine.connect() as connection:
        keys = frozenset(connection.execute(text("SELECT id FROM submissions")).scalars())
    if engine.dialect.name == "postgresql":
        tables = trails.strays_in_postgres(engine, keys)
    else:
        tables = trails.strays_in_sqlite(Path(engine.url.database or ""), keys)
    return [*tables, *trails.strays_in_files(folder, keys)]


def _build(app: Flask, mode: str, count: int, raters: int) -> list[Round]:
    """Rounds of this mode; reviewers read either language."""
    rounds = []
    with app.app_context(), writing():
        scheme = install_packs()[0]
        for _ in range(count):
            cycle = make_cycle(name=f"{mode} round")
            cycle.mode = mode
            participant = make_participant(cycle, make_person(), scheme)
            links = []
            for number in range(raters):
                reviewer = make_reviewer(cycle, make_person(locale=("zh", "en")[number % 2]))
                make_request(participant, reviewer, RaterGroup.PEER)
                links.append(f"/i/{token_of(reviewer)}")
            rounds.append(Round(name=cycle.name, links=links))
        db.session.commit()
        db.session.remove()
    return rounds


@contextmanager
def _application(database_url: str, folder: Path) -> Iterator[Flask]:
    """The installation as its own commands see it, on a new database."""
    app = create_app(bench_settings(database_url, folder))
    with app.app_context(), writing():
        upgrade()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()
    app.extensions["wake_up"].close()


def _databases() -> Iterator[tuple[str, Path]]:
    """SQLite in a scratch folder, then a PostgreSQL of its own where that is installed."""
    with ExitStack() as stack:
        sqlite, other = (Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2))
        yield f"sqlite:///{sqlite}/linkage.sqlite", sqlite
        try:
            url = stack.enter_context(postgres_server())
        except FileNotFoundError as missing:
            say(f"linkage: nothing was tried on PostgreSQL, {missing}")
        else:
            yield url, other


def _print(result: Result) -> None:
    for one in result.attacks:
        found = one.score
        say(
            f"{one.engine:<11}{one.mode:<13}{one.moment:<18}{one.trail:<23}"
            f"right {found.hits:>5}  to luck {found.ratio:>6.2f} (limit {found.most:.2f})"
            f"  order {found.sigmas:>6.1f} (limit {SIGMAS})"
            f"{'' if found.is_luck else '  told in the documents' if one.is_told else '  LEAKS'}"
        )
