"""What a reviewer's press writes: one change by itself, or several that stand or fall together."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import OperationalError

from app.clock import now
from app.cycles.models import Cycle
from app.db import db, join_changes, spare_transaction, writing
from app.feedback.closing import close_cycle
from app.feedback.consenting.models import Consent
from app.feedback.models import Reviewer, Submission
from app.feedback.visits import find_visit
from app.people.groups import RaterGroup
from tests.forms import filled, make_scene, start
from tests.rounds import counted_statements

SEE_OTHER, GONE = 303, 410


@pytest.fixture
def alone() -> Iterator[list[bool]]:
    """Of each change that goes to the database, whether it stands by itself there."""
    found: list[bool] = []

    def note(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            found.append(bool(getattr(connection.connection.driver_connection, "autocommit", 0)))

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def skip_on_sqlite() -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite's transactions cost nothing on the way, and lock everything")


def test_a_first_start_is_one_change_without_a_transaction_around_it(
    client: FlaskClient, alone: list[bool]
) -> None:
    skip_on_sqlite()
    scene = make_scene()
    alone.clear()

    with counted_statements() as asked:
        pressed = client.post(f"{scene.link}/start")

    assert pressed.status_code == SEE_OTHER
    assert alone == [True]
    assert sum("FROM reviewers" in statement for statement in asked) == 1
    db.session.rollback()
    assert db.session.scalars(select(Reviewer.started_on)).one() is not None


@pytest.mark.parametrize("why", ["customer", "declined"])
def test_a_start_that_changes_more_is_one_transaction(
    client: FlaskClient, alone: list[bool], why: str
) -> None:
    skip_on_sqlite()
    scene = make_scene(groups=(RaterGroup.CUSTOMER if why == "customer" else RaterGroup.PEER,))
    scene.reviewer.declined = why == "declined"
    db.session.commit()
    alone.clear()

    pressed = client.post(f"{scene.link}/start")

    assert pressed.status_code == SEE_OTHER
    assert alone
    assert not any(alone)


def test_a_start_that_mails_a_code_is_one_transaction(
    client: FlaskClient, alone: list[bool]
) -> None:
    skip_on_sqlite()
    scene = make_scene()
    scene.cycle.asks_code = True
    scene.reviewer.started_on = now().date()  # in another browser
    db.session.commit()
    alone.clear()

    pressed = client.post(f"{scene.link}/start")

    assert pressed.location == f"{scene.link}/code"
    assert alone
    assert not any(alone)


@contextmanager
def failing_at(part: str) -> Iterator[None]:
    """The database gives up at the change that says this."""

    def fail(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if part in statement:
            raise OperationalError(statement, None, Exception("it hung up"))

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)


def test_a_customers_consent_is_not_kept_where_their_start_fails(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.CUSTOMER,))

    with failing_at("UPDATE reviewers"):
        client.post(f"{scene.link}/start")

    db.session.rollback()
    assert db.session.scalars(select(Consent)).all() == []
    assert db.session.scalars(select(Reviewer.started_on)).one() is None


def test_changes_are_joined_where_they_stood_alone(app: Flask) -> None:
    make_scene()
    with writing():
        spare_transaction(one_change=True)
        stood_alone = join_changes()
        isolation = db.session.connection().get_isolation_level()
        joined_already = join_changes()

    assert stood_alone is (db.engine.dialect.name == "postgresql")
    assert isolation != "AUTOCOMMIT"
    assert joined_already is False


@pytest.mark.parametrize("path", ["", "/save"], ids=["sent", "saved"])
def test_a_form_asks_once_who_it_is_from_and_holds_the_round_by_that(
    client: FlaskClient, path: str
) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)

    with counted_statements() as asked:
        client.post(f"{address}{path}", data=body)

    naming_rounds = [statement for statement in asked if "FROM cycles" in statement]
    holding = [statement for statement in asked if " FOR SHARE OF cycles" in statement]
    assert naming_rounds == []
    assert len(holding) == (db.engine.dialect.name == "postgresql")


def test_a_round_is_not_closed_while_a_form_is_being_sent(app: Flask) -> None:
    skip_on_sqlite()
    scene = make_scene()
    with writing(), app.test_request_context():
        held = find_visit(scene.token, hold_round=True)

        with db.engine.connect() as other, pytest.raises(OperationalError):
            other.execute(select(Cycle).with_for_update(nowait=True))

        assert held is not None
        assert held.accepts
        db.session.rollback()
        with db.engine.connect() as other:
            assert other.execute(select(Cycle.id).with_for_update(nowait=True)).scalar_one()


def test_a_form_that_comes_after_the_close_is_refused_and_shown_again(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    close_cycle(scene.cycle, now())
    db.session.commit()

    sent, saved = client.post(address, data=body), client.post(f"{address}/save", data=body)

    assert [sent.status_code, saved.status_code] == [GONE, GONE]
    assert db.session.scalars(select(Submission)).all() == []
