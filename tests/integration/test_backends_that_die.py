"""PostgreSQL ends its connections while somebody sends forms: nothing that was typed is lost."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from app.db import db
from app.feedback import submissions
from app.feedback.models import Submission
from tests.forms import fields_on, filled, make_scene, start
from tests.moments import when_entered

FORMS = 12
TYPED = "typed-words-stay"
SENT, AGAIN = 303, 503


@pytest.fixture(autouse=True)
def only_on_postgresql(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no connections that somebody else could end")


def end_all_backends() -> None:
    """As a database that is started anew does, but for the test's own."""
    other = create_engine(db.engine.url, poolclass=NullPool)
    with other.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )


def form_of(client: FlaskClient, level: str) -> dict[str, str]:
    """The open form, filled in, with words in each comment."""
    page = filled(client.get("/r/p/1").text, level)
    return {name: TYPED if name.startswith("c-") else value for name, value in page.items()}


def stored(request_id: int) -> Submission:
    db.session.rollback()
    wanted = select(Submission).where(Submission.request_id == request_id)
    return db.session.scalars(wanted).one()


def test_connections_that_die_between_requests_cost_nothing(client: FlaskClient) -> None:
    for number in range(FORMS):
        scene = make_scene()
        request_id = scene.requests[0].id
        browser = client.application.test_client()
        start(browser, scene)
        level = str(1 + number % 5)
        fields = form_of(browser, level)
        db.session.remove()

        end_all_backends()

        assert browser.post("/r/p/1", data=fields).status_code == SENT
        kept = stored(request_id)
        assert set(kept.answers.values()) == {int(level)}
        assert set(kept.comments.values()) == {TYPED}


def test_one_that_dies_within_a_request_gives_the_form_back_with_all_that_was_typed(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    request_id = scene.requests[0].id
    start(client, scene)
    fields = form_of(client, "2")
    db.session.remove()

    with when_entered(submissions.submit_form, end_all_backends):
        failed = client.post("/r/p/1", data=fields)

    assert failed.status_code == AGAIN
    back = fields_on(failed.text)
    assert typed(back) == typed(fields)
    assert client.post("/r/p/1", data=back).status_code == SENT
    kept = stored(request_id)
    assert set(kept.answers.values()) == {2}
    assert set(kept.comments.values()) == {TYPED}


def test_a_press_on_start_that_does_not_get_through_gives_its_page_back(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    db.session.remove()

    with when_entered(submissions.start, end_all_backends):
        failed = client.post(f"{scene.link}/start")

    assert failed.status_code == AGAIN
    assert "Please press once more." in failed.text
    assert f'action="{scene.link}/start"' in failed.text
    start(client, scene)


def typed(fields: dict[str, str]) -> dict[str, str]:
    """The answers and comments among the fields of a page."""
    return {name: value for name, value in fields.items() if name[:2] in {"a-", "c-"}}
