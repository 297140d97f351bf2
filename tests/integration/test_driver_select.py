"""What is asked of the driver itself comes back as the library would have given it."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import String, bindparam, func, literal, select, text
from sqlalchemy.exc import DBAPIError

from app.cycles.models import Cycle
from app.db import db
from app.driver import DriverSelect
from app.feedback.models import FeedbackRequest, RequestState, Reviewer
from app.people.groups import RaterGroup
from app.people.models import Person
from app.schemes.models import Scheme
from tests.forms import make_scene
from tests.rounds import counted_statements

EVERY_KIND = (
    select(
        Cycle.opens_at,
        Cycle.closed_at,
        Reviewer.started_on,
        Reviewer.cut_off,
        Person.kind,
        Person.name,
        FeedbackRequest.rater_group,
        Scheme.definition,
        func.coalesce(Cycle.closes_local, literal("", String())),
        (Person.name + literal("100 %")).label("marked"),
    )
    .join(Reviewer, Reviewer.cycle_id == Cycle.id)
    .join(Person, Person.id == Reviewer.person_id)
    .join(FeedbackRequest, FeedbackRequest.reviewer_id == Reviewer.id)
    .join(Scheme, Scheme.id > 0)
    .where(
        FeedbackRequest.rater_group == bindparam("group"),
        FeedbackRequest.state != RequestState.DECLINED,
    )
    .order_by(FeedbackRequest.id, Scheme.id)
)


def test_rows_have_the_values_that_the_library_gives(app: Flask) -> None:
    make_scene(groups=(RaterGroup.PEER, RaterGroup.CUSTOMER))
    value = {"group": RaterGroup.PEER}

    found = DriverSelect(EVERY_KIND).rows(**value)

    wanted = [tuple(row) for row in db.session.execute(EVERY_KIND, value)]
    assert found == wanted
    assert [[type(value) for value in row] for row in found] == [
        [type(value) for value in row] for row in wanted
    ]
    assert found


def test_a_union_is_read_too(app: Flask) -> None:
    make_scene()
    names = select(Person.name).union_all(select(Cycle.name))

    assert sorted(DriverSelect(names).rows()) == sorted(map(tuple, db.session.execute(names)))


def test_what_waits_in_the_session_is_written_first(app: Flask) -> None:
    scene = make_scene()
    scene.cycle.name = "2027 年中评价"

    rows = DriverSelect(select(Cycle.name)).rows()

    assert rows == [("2027 年中评价",)]


def test_whoever_counts_statements_hears_of_it(app: Flask) -> None:
    with counted_statements() as statements:
        DriverSelect(select(Cycle.id)).rows()

    assert [statement.split() for statement in statements] == [
        ["SELECT", "cycles.id", "FROM", "cycles"]
    ]


def test_a_failure_is_told_by_the_library(app: Flask) -> None:
    db.session.execute(text("ALTER TABLE telling_words RENAME TO away"))

    with pytest.raises(DBAPIError):
        DriverSelect(select(text("word")).select_from(text("telling_words"))).rows()
    db.session.rollback()


def test_a_failure_leaves_nothing_behind_for_the_next_reader(app: Flask) -> None:
    scene = make_scene()
    reading = DriverSelect(select(Person.name).where(Person.id == bindparam("person_id")))
    person_id, name = scene.reviewer.person_id, scene.reviewer.person.name
    lost: Any = db.session.connection().connection.dbapi_connection
    lost.close()

    with pytest.raises(DBAPIError):
        reading.rows(person_id=person_id)
    db.session.rollback()

    assert reading.rows(person_id=person_id) == [(name,)]
