"""Counts that many raise at one moment, and what the close leaves of how they came about."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import select, text

from app.clock import now
from app.cycles.models import Cycle
from app.db import db, writing
from app.feedback.callers import Caller, get_caller
from app.feedback.closing import close_cycle
from app.feedback.measuring.models import UsageCount
from app.feedback.measuring.rules import Measure
from app.feedback.measuring.service import count_ease, count_form
from tests.forms import make_scene

THREADS = 8


def numbers() -> dict[tuple[Measure, int], int]:
    db.session.expire_all()
    return {(row.measure, row.bucket): row.number for row in db.session.scalars(select(UsageCount))}


def caller_at(reviewer_id: int) -> Caller:
    found = get_caller(reviewer_id)
    assert found is not None
    return found[0]


def test_of_many_presses_at_one_moment_each_form_counts_and_each_reviewer_once(app: Flask) -> None:
    scene = make_scene()
    cycle_id, reviewer_id = scene.cycle.id, scene.reviewer.id
    db.session.remove()
    barrier = Barrier(THREADS)

    def press(place: int) -> None:
        with app.app_context(), writing():
            barrier.wait()
            count_form(cycle_id, Measure.FIRST_FORM, seconds=240, items=30)
            count_ease(caller_at(reviewer_id), place % 5 + 1)
            db.session.commit()
            db.session.remove()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(press, range(THREADS)))

    found = numbers()
    assert found.pop((Measure.FIRST_FORM, 24)) == THREADS
    assert list(found.values()) == [1]


def test_the_close_writes_all_counts_in_one_transaction(app: Flask) -> None:
    scene = make_scene()
    for seconds in (400, 90, 240, 90):
        count_form(scene.cycle.id, Measure.FIRST_FORM, seconds=seconds, items=30)
        db.session.commit()
    before = numbers()

    close_cycle(db.session.get_one(Cycle, scene.cycle.id), now())
    db.session.commit()

    assert (
        numbers()
        == before
        == {
            (Measure.FIRST_FORM, 9): 2,
            (Measure.FIRST_FORM, 24): 1,
            (Measure.FIRST_FORM, 40): 1,
        }
    )
    if db.engine.dialect.name == "postgresql":
        rows = db.session.execute(text("SELECT xmin, bucket FROM usage_counts ORDER BY ctid")).all()
        assert len({str(row.xmin) for row in rows}) == 1
        assert [row.bucket for row in rows] == [9, 24, 40]
