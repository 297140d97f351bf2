"""flask cycle rate NAME: the computation for scripts, and what it would change."""

from flask import Flask
from sqlalchemy import func, select

from app.db import db
from app.kpi.models import KpiLine, KpiStatus
from app.ratings.models import Rating
from tests.factories import make_person
from tests.kam_example import World, add_participant, build_world


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["cycle", "rate", *arguments])
    db.session.expire_all()
    return result.exit_code, result.output


def closed_round_of_three() -> World:
    world = build_world()
    for _ in range(2):
        add_participant(world.cycle, make_person(manager=world.manager))
    db.session.commit()
    return world


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Rating)) or 0


def test_a_dry_run_says_what_would_come_out_and_stores_nothing(app: Flask) -> None:
    world = closed_round_of_three()
    waiting = db.session.scalars(select(KpiLine).where(KpiLine.name == "利润率")).first()
    assert waiting is not None
    waiting.status = KpiStatus.PENDING
    db.session.commit()

    code, output = run(app, world.cycle.name, "--dry-run")

    assert code == 0
    assert "new: 3\nchanged: 0\nunchanged: 0\npending: 1\nrated: 2\ngrade A: 2\n" in output
    assert stored() == 0
    assert world.cycle.rated_at is None


def test_a_round_is_rated_and_a_dry_run_then_shows_only_what_changed(app: Flask) -> None:
    world = closed_round_of_three()
    assert "Rated: 3, unchanged: 0." in run(app, world.cycle.name)[1]
    assert stored() == 3
    line = db.session.scalars(select(KpiLine).where(KpiLine.name == "重点客户拓展")).first()
    assert line is not None
    line.parameters = {**line.parameters, "actual": "2"}
    db.session.commit()

    code, output = run(app, world.cycle.name, "--dry-run")

    assert code == 0
    assert "new: 0\nchanged: 1\nunchanged: 2\nrated: 1\ngrade B: 1\n" in output
    assert stored() == 3


def test_a_round_that_cannot_be_rated_is_answered_with_a_sentence(app: Flask) -> None:
    world = build_world(closed=False)
    name = world.cycle.name
    db.session.commit()

    for arguments in ((name,), (name, "--dry-run"), ("nobody",)):
        code, output = run(app, *arguments)
        assert code == 2
        assert output
