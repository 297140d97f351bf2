"""Rating many people so many at a time: all of them, from one moment, with few statements."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.cycles.models import Cycle
from app.db import begin_at_one_moment, db, reading
from app.kpi.models import KpiLine
from app.ratings.models import Rating
from app.ratings.preparing import prepare_ratings
from app.ratings.service import write_ratings
from app.ratings.spool import Spool
from tests.conftest import LINK_KEY
from tests.factories import make_person
from tests.kam_example import EXACT, add_participant, build_world
from tests.rounds import counted_statements


@pytest.fixture
def spool() -> Iterator[Spool]:
    with Spool() as made:
        yield made


def test_more_people_than_are_taken_at_once_are_all_rated_and_told_of(
    app: Flask, spool: Spool
) -> None:
    world = build_world()
    for _ in range(4):
        add_participant(world.cycle, make_person(manager=world.manager))
    told: list[tuple[int, int]] = []

    prepared = prepare_ratings(
        world.cycle,
        spool=spool,
        link_key=LINK_KEY,
        at_once=2,
        on_progress=lambda done, everybody: told.append((done, everybody)),
    )
    write_ratings(world.cycle, prepared)

    ratings = db.session.scalars(select(Rating)).all()
    assert [rating.result["exact"]["frac"] for rating in ratings] == [EXACT] * 5
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_statements_grow_with_chunks_and_not_with_people(app: Flask) -> None:
    world = build_world()
    for _ in range(5):
        add_participant(world.cycle, make_person(manager=world.manager))
    counts = []
    for at_once in (6, 3, 2):
        with Spool() as spool, counted_statements() as seen:
            prepare_ratings(world.cycle, spool=spool, link_key=LINK_KEY, at_once=at_once)
        counts.append(len(seen))

    one_chunk, two_chunks, three_chunks = counts
    assert two_chunks - one_chunk == three_chunks - two_chunks <= 4


def test_all_inputs_are_read_as_they_were_at_one_moment(app: Flask) -> None:
    """Somebody corrects a figure while the first people are computed: nobody has it yet."""
    world = build_world()
    for _ in range(2):
        add_participant(world.cycle, make_person(manager=world.manager))
    cycle_id = world.cycle.id
    db.session.commit()

    def correct_a_figure(done: int, _everybody: int) -> None:
        if done == 1:
            change = update(KpiLine).where(KpiLine.name == "重点客户拓展").values(parameters={})
            with db.engine.begin() as connection:
                connection.execute(change)

    db.session.rollback()
    with Spool() as spool, reading():
        begin_at_one_moment()
        cycle = db.session.get_one(Cycle, cycle_id)
        prepare_ratings(
            cycle, spool=spool, link_key=LINK_KEY, at_once=1, on_progress=correct_a_figure
        )
        finals = [row["final"] for row in spool.rows()]

    assert finals == ["92.16"] * 3
