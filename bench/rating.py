"""How long the rating of a big round takes, beside one SQL GROUP BY over the very same answers.

Twice over: the figures of everybody without a trace (`flask cycle rate --dry-run`), and the rating
itself, from the database and back, with every trace and everything that may be shown written.

Measured on SQLite, and on a PostgreSQL of its own where that is installed (BENCH_DATABASE_URL
names an empty database to use instead). The reference reads every answer once, inside the database,
and fetches a mean and a count for each person, group and item: no rating can ask for less.
"""

import json
import pkgutil
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from flask_migrate import upgrade
from sqlalchemy import text

from app.config import Settings
from app.db import db, writing
from app.factory import create_app
from app.ratings.previewing import preview_ratings
from app.ratings.service import Rated, rate_apart
from bench.launch import bench_settings
from bench.memory import forget_peak, peak_kib, resident_kib
from bench.postgres import postgres
from bench.rating_world import RATERS, build_round

Made = TypeVar("Made")

PEOPLE = 10_000
ITEMS = 30
LINK_KEY = b"only for the measurement"
RESULT = "bench/rating.json"
REFERENCE = {
    "sqlite": """
        SELECT s.participant_id, s.rater_group, a.key, avg(a.value), count(a.value)
        FROM submissions s, json_each(s.answers) a GROUP BY 1, 2, 3""",
    "postgresql": """
        SELECT s.participant_id, s.rater_group, a.key, avg(a.value::int), count(a.value)
        FROM submissions s, json_each_text(s.answers) a GROUP BY 1, 2, 3""",
}
# Who spends the time: functions that do not call each other, by the name under which they are used.
STAGES = {
    "reading": (
        "app.ratings.facts.sheets_of",
        "app.ratings.facts.answers_of",
        "app.ratings.queries.newest_seals",
    ),
    "documents": (
        "app.ratings.gathering.build_document",
        "app.ratings.preparing.document_text",
    ),
    "checking": ("app.ratings.computing.read_example",),
    "figures": (
        "app.ratings.computing.figures_of",
        "app.ratings.computing.rate",
    ),
    "trace": (
        "app.ratings.computing.as_json",
        "app.ratings.preparing.result_text",
    ),
    "publication": ("app.ratings.computing.published_view",),
    "keeping": ("app.ratings.spool.Spool.put",),
    "writing": ("app.ratings.service._store",),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Seconds in all and by stage, and what memory it took beyond what was there, in MiB."""

    seconds: float
    stages: dict[str, float]
    memory: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """One engine; `reference` is in seconds, the faster of two."""

    engine: str
    people: int
    answers: int
    rated: int
    reference: float
    figures: Run
    rating: Run

    @property
    def figures_ratio(self) -> float:
        return self.figures.seconds / self.reference

    @property
    def rating_ratio(self) -> float:
        return self.rating.seconds / self.reference


def main(arguments: Sequence[str]) -> int:
    """Measure on every engine at hand, print, and keep the figures in the instance folder."""
    parser = ArgumentParser(prog="script/bench rating")
    parser.add_argument("--people", type=int, default=PEOPLE)
    people: int = parser.parse_args(arguments).people
    found = []
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory())
        for url in (f"sqlite:///{scratch}/bench.sqlite", stack.enter_context(postgres())):
            if url is not None:
                found.append(measure(url, Path(scratch), people=people))
                _print(found[-1])
    target = Settings.from_env().instance_dir / RESULT
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = [
        {**asdict(row), "figures_ratio": row.figures_ratio, "rating_ratio": row.rating_ratio}
        for row in found
    ]
    target.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return 0


def measure(database_url: str, scratch: Path, *, people: int) -> Measurement:
    """Build a closed round, group its answers in SQL before and after, and rate it in between."""
    app = create_app(bench_settings(database_url, scratch))
    with app.app_context(), writing():
        upgrade()
        cycle_id = build_round(people)
        before = _reference()
        _preview, figures = _run(lambda: preview_ratings(cycle_id, link_key=LINK_KEY))
        rated, rating = _run(lambda: _rate(cycle_id))
        after = _reference()
        engine = db.engine.dialect.name
        db.session.remove()
        db.engine.dispose()
    app.extensions["wake_up"].close()
    return Measurement(
        engine=engine,
        people=people,
        answers=people * len(RATERS) * ITEMS,
        rated=rated.new,
        reference=min(before, after),
        figures=figures,
        rating=rating,
    )


def _run(call: Callable[[], Made]) -> tuple[Made, Run]:
    forget_peak()
    resident = resident_kib()
    with timed_stages() as stages:
        made, seconds = _timed(call)
    known = {stage: spent for stage, spent in stages.items() if spent}
    return made, Run(
        seconds=seconds,
        stages={**known, "rest": seconds - sum(known.values())},
        memory=(peak_kib() - resident) / 1024,
    )


@contextmanager
def timed_stages() -> Iterator[dict[str, float]]:
    """Adds up the seconds that each stage of the computation takes."""
    seconds = dict.fromkeys(STAGES, 0.0)
    with ExitStack() as stack:
        for stage, names in STAGES.items():
            for name in names:
                stack.enter_context(_timed_function(name, stage, seconds))
        yield seconds


@contextmanager
def _timed_function(name: str, stage: str, seconds: dict[str, float]) -> Iterator[None]:
    owner_name, _, attribute = name.rpartition(".")
    owner = pkgutil.resolve_name(owner_name)
    plain: Callable[..., Any] = getattr(owner, attribute)

    @wraps(plain)
    def timed(*args: Any, **kwargs: Any) -> Any:
        began = perf_counter()
        try:
            return plain(*args, **kwargs)
        finally:
            seconds[stage] += perf_counter() - began

    setattr(owner, attribute, timed)
    try:
        yield
    finally:
        setattr(owner, attribute, plain)


def _rate(cycle_id: int) -> Rated:
    rated = rate_apart(cycle_id, link_key=LINK_KEY)
    db.session.commit()
    return rated


def _reference() -> float:
    _rows, seconds = _timed(
        lambda: db.session.execute(text(REFERENCE[db.engine.dialect.name])).all()
    )
    db.session.rollback()
    return seconds


def _timed(call: Callable[[], Made]) -> tuple[Made, float]:
    began = perf_counter()
    made = call()
    return made, perf_counter() - began


def _print(found: Measurement) -> None:
    lines = [
        ("database", found.engine),
        ("people", f"{found.people:,}"),
        ("answers", f"{found.answers:,}"),
        ("GROUP BY over them", f"{found.reference:.2f} s"),
        *_lines("figures only", found.figures, found.figures_ratio),
        *_lines("rating, every trace written", found.rating, found.rating_ratio),
    ]
    for name, value in lines:
        print(f"{name:<32}{value:>14}")  # noqa: T201
    print()  # noqa: T201


def _lines(name: str, run: Run, ratio: float) -> list[tuple[str, str]]:
    return [
        (name, f"{run.seconds:.2f} s"),
        *((f"  {stage}", f"{seconds:.2f} s") for stage, seconds in run.stages.items()),
        ("  memory taken", f"{run.memory:.0f} MiB"),
        ("  ratio to the GROUP BY", f"{ratio:.2f}"),
    ]
