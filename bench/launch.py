"""How long the launch of a big round takes, beside a plain bulk insert of the very same rows.

BENCH_DATABASE_URL names an empty PostgreSQL database to measure on as well as on SQLite.
"""

import json
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import Table, delete, event, func, insert, select

from app.clock import now
from app.config import Settings, bench_database_url
from app.cycles.models import Cycle
from app.cycles.rules import CyclePlan
from app.cycles.service import add_participants, create_cycle
from app.db import Base, db, reading, writing
from app.factory import create_app
from app.feedback.launching.service import prepare_launch, write_launch
from app.people.groups import PersonKind
from app.people.models import Department, Person
from app.schemes.service import install_packs

TEAMS = 400
TEAM_SIZE = 5  # each is asked about by themselves, the manager and four peers: six requests
WRITTEN = ("reviewers", "feedback_requests", "letters", "invitations", "jobs")
RESULT = "bench/launch.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """Seconds; `ratio` is the writing transaction over the plain insert of the same rows."""

    engine: str
    participants: int
    requests: int
    letters: int
    rows: int
    rendering: float
    writing: float
    plain_insert: float
    statements: int

    @property
    def ratio(self) -> float:
        return self.writing / self.plain_insert

    @property
    def whole_ratio(self) -> float:
        """The same for the whole launch, with the rendering of all letters."""
        return (self.rendering + self.writing) / self.plain_insert


def main(arguments: Sequence[str]) -> int:
    """Measure on every engine at hand, print, and keep the figures in the instance folder."""
    ArgumentParser(prog="script/bench launch").parse_args(arguments)
    settings = Settings.from_env()
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        urls = [f"sqlite:///{scratch}/bench.sqlite"]
        if (postgres := bench_database_url()) is not None:
            urls.append(postgres)
        for url in urls:
            found.append(measure(url, Path(scratch)))
            _print(found[-1])
    target = settings.instance_dir / RESULT
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = [{**asdict(row), "ratio": row.ratio, "whole_ratio": row.whole_ratio} for row in found]
    target.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return 0


def measure(database_url: str, scratch: Path, *, teams: int = TEAMS) -> Measurement:
    """Build a draft, launch it, then insert the same rows plainly into the same tables."""
    app = create_app(bench_settings(database_url, scratch))
    with app.app_context(), writing():
        upgrade()
        cycle_id = build_draft(teams)
        with reading():
            began = perf_counter()
            prepared = prepare_launch(db.session.get_one(Cycle, cycle_id), company="Roundview")
            rendering = perf_counter() - began
        db.session.rollback()
        with counted_statements() as statements:
            began = perf_counter()
            launched = write_launch(prepared, link_key=b"only for the measurement")
            db.session.commit()
            writing_time = perf_counter() - began
        plain, rows = _plain_insert()
        engine = db.engine.dialect.name
        db.session.remove()
        db.engine.dispose()
    app.extensions["wake_up"].close()
    return Measurement(
        engine=engine,
        participants=len(prepared.draft.subjects),
        requests=launched.requests,
        letters=launched.letters,
        rows=rows,
        rendering=rendering,
        writing=writing_time,
        plain_insert=plain,
        statements=len(statements),
    )


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collects every statement that goes to the database."""
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def build_draft(teams: int) -> int:
    """Commit a round of so many teams that may be launched; gives its id."""
    install_packs()
    department = Department(name="Sales")
    db.session.add(department)
    db.session.flush()
    managers = [_person(number, "Director", department.id, None) for number in range(teams)]
    db.session.execute(insert(Person), managers)
    ids = db.session.scalars(select(Person.id).order_by(Person.id)).all()
    members = [
        _person(teams + place, "Key Account Manager", department.id, ids[place // TEAM_SIZE])
        for place in range(teams * TEAM_SIZE)
    ]
    db.session.execute(insert(Person), members)
    today = now().date()
    cycle = create_cycle(
        CyclePlan(
            name="Bench",
            period_from=today,
            period_to=today,
            opens_on=today - timedelta(days=1),
            closes_on=today + timedelta(days=14),
            contact_name="HR",
            contact_email="hr@roundview.example",
        )
    )
    add_participants(cycle)
    db.session.commit()
    return cycle.id


def _person(number: int, job: str, department_id: int, manager_id: int | None) -> dict[str, Any]:
    return {
        "kind": PersonKind.EMPLOYEE,
        "staff_number": f"B{number:05}",
        "name": f"王晓明 {number}",
        "email": f"person{number}@roundview.example",
        "department_id": department_id,
        "manager_id": manager_id,
        "job": job,
        "job_level": "",
        "locale": "zh" if number % 2 else "en",
        "time_zone": "Asia/Shanghai",
        "company": "",
    }


def _plain_insert() -> tuple[float, int]:
    """Seconds for, and number of, the rows that the launch wrote, inserted with nothing around."""
    tables: list[Table] = [Base.metadata.tables[name] for name in WRITTEN]
    rows = {
        table.name: [dict(row) for row in db.session.execute(select(table)).mappings()]
        for table in tables
    }
    for table in reversed(tables):
        db.session.execute(delete(table))
    db.session.commit()
    began = perf_counter()
    for table in tables:
        db.session.execute(insert(table), rows[table.name])
    db.session.commit()
    seconds = perf_counter() - began
    stored = sum(
        db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
    )
    return seconds, stored


def bench_settings(database_url: str, scratch: Path) -> Settings:
    """An installation that lives in a scratch folder and sends nothing."""
    return Settings(
        instance_dir=scratch,
        database_url=database_url,
        queue_url=f"sqlite:///{scratch / 'queue.sqlite'}",
        mail_url="smtp://127.0.0.1:9",
        public_url="http://localhost",
        secret_key="only for the measurement",  # noqa: S106 - nobody signs in here
        link_key=b"only for the measurement",
    )


def _print(found: Measurement) -> None:
    lines = (
        ("database", found.engine),
        ("participants", f"{found.participants:,}"),
        ("requests", f"{found.requests:,}"),
        ("letters", f"{found.letters:,}"),
        ("rows written", f"{found.rows:,}"),
        ("rendering the letters", f"{found.rendering:.2f} s"),
        ("writing transaction", f"{found.writing:.2f} s"),
        ("statements in it", f"{found.statements}"),
        ("plain insert of the same rows", f"{found.plain_insert:.2f} s"),
        ("writing / plain insert", f"{found.ratio:.2f}"),
        ("whole launch / plain insert", f"{found.whole_ratio:.2f}"),
    )
    for name, value in lines:
        print(f"{name:<32}{value:>14}")  # noqa: T201
    print()  # noqa: T201
