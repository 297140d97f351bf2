"""How often the form asks the database, and that only one of many equal submissions counts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, func, insert, select, text, update
from werkzeug.test import TestResponse

from app.clock import now
from app.cycles.models import Cycle
from app.db import db, set_writing, spare_transaction, writing
from app.feedback.cockpit.fresh_links import replace_link
from app.feedback.drafts import StaleLinkError, read_draft, save_draft
from app.feedback.models import Draft, FeedbackRequest, RequestState, Reviewer, Submission
from app.feedback.pages import A_MINUTE
from app.feedback.queries import count_others_asked
from app.feedback.submissions import receipt_of
from app.people.groups import PersonKind, RaterGroup
from app.people.models import Person
from tests.conftest import LINK_KEY
from tests.factories import token_of
from tests.forms import Scene, filled, make_scene, start
from tests.rounds import COMPANY, counted_statements

MOST_TO_SHOW = 5
MOST_TO_SUBMIT = 10
CROWD = 400
THREADS = 8
# What belongs to the connection and not to the page.
AROUND = ("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA", "COMMIT")
OK = 200
WRITING = ("INSERT", "UPDATE", "DELETE")
MOST_LOOPS = 5
UNTIL_PREPARED = 6  # times that psycopg sees a statement before it has it prepared


def sent_by(statements: list[str]) -> list[str]:
    return [sql for sql in statements if not sql.lstrip().upper().startswith(AROUND)]


def crowd(scene: Scene) -> None:
    """Many more people, reviewers, requests, drafts and submissions in the same round."""
    people = db.session.scalars(
        insert(Person).returning(Person.id),
        [
            {
                "kind": PersonKind.EMPLOYEE,
                "name": f"员工{place}",
                "staff_number": f"C{place}",
            }
            for place in range(CROWD)
        ],
    ).all()
    reviewers = db.session.scalars(
        insert(Reviewer).returning(Reviewer.id),
        [
            {"cycle_id": scene.cycle.id, "person_id": person, "token_hash": f"crowd{person}"}
            for person in people
        ],
    ).all()
    requests = db.session.scalars(
        insert(FeedbackRequest).returning(FeedbackRequest.id),
        [
            {
                "participant_id": scene.participants[0].id,
                "reviewer_id": reviewer,
                "rater_group": RaterGroup.PEER,
                "state": RequestState.SUBMITTED,
            }
            for reviewer in reviewers
        ],
    ).all()
    rest = [{"request_id": request, "sealed": b"x", "touched_at": now()} for request in requests]
    db.session.execute(insert(Draft), rest)
    kept = {"participant_id": scene.participants[0].id, "rater_group": RaterGroup.PEER}
    db.session.execute(
        insert(Submission),
        [
            {**kept, "request_id": one, "notice_version": "1", "answers": {}, "comments": {}}
            for one in requests
        ],
    )
    db.session.commit()


@pytest.mark.parametrize("group", [RaterGroup.PEER, RaterGroup.CUSTOMER])
@pytest.mark.parametrize("is_crowded", [False, True])
def test_the_form_needs_few_statements_in_any_company(
    client: FlaskClient, group: RaterGroup, is_crowded: bool
) -> None:
    scene = make_scene(groups=(group,))
    if is_crowded:
        crowd(scene)
    address = start(client, scene)
    saved = client.post(f"{address}/save", data=filled(client.get(address).text))

    with counted_statements() as shown:
        page = client.get(address)
    with counted_statements() as submitted:
        answer = client.post(address, data=filled(page.text))

    assert [saved.status_code, page.status_code, answer.status_code] == [204, 200, 303]
    assert len(sent_by(shown)) <= MOST_TO_SHOW, shown
    assert len(sent_by(submitted)) <= MOST_TO_SUBMIT, submitted
    assert forms_about(scene) == 1


def test_the_questions_of_a_launched_round_are_read_once(client: FlaskClient) -> None:
    address = start(client, make_scene(groups=(RaterGroup.PEER,)))

    with counted_statements() as first:
        client.get(address)
    with counted_statements() as second:
        page = client.get(address)

    assert [sum("FROM items" in sql for sql in each) for each in (first, second)] == [1, 0]
    assert "fieldset" in page.text


def test_how_long_forms_usually_take_is_read_once_a_minute(client: FlaskClient) -> None:
    scene = make_scene()
    asked = []
    with time_machine.travel(now().replace(second=0), tick=False) as clock:
        for seconds in (0, 1, A_MINUTE):
            clock.shift(seconds)
            with counted_statements() as statements:
                client.get(scene.link)
            asked.append(sum("FROM usage_counts" in statement for statement in statements))

    assert asked == [1, 0, 1]


def test_postgresql_plans_once_how_to_read_a_reviewers_pages(client: FlaskClient) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite prepares by itself")
    scene = make_scene()

    for _time in range(UNTIL_PREPARED):
        client.get(scene.link)

    prepared = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    isolation = db.session.connection().get_isolation_level()
    assert isolation == "READ COMMITTED"  # whoever comes next has a transaction
    assert any("FROM reviewers" in sql for sql in prepared), prepared


def test_postgresql_walks_through_a_round_at_most_once_to_count_who_else_is_asked(
    app: Flask,
) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no plan for statements whose values it does not know yet")
    scene = make_scene(groups=(RaterGroup.PEER,))
    crowd(scene)
    db.session.execute(update(FeedbackRequest).values(state=RequestState.OPEN))
    db.session.execute(text("ANALYZE feedback_requests"))
    db.session.commit()
    set_writing(False)
    spare_transaction()
    for _time in range(2 * UNTIL_PREPARED):  # then PostgreSQL plans for all values at once
        assert count_others_asked(scene.reviewer.id)[scene.participants[0].id]

    steps = list(plan_of("count(*)", scene.reviewer.id))

    scans = [step["Actual Loops"] for step in steps if "Scan" in step["Node Type"]]
    assert max(scans) < MOST_LOOPS, steps


def plan_of(part: str, *values: object) -> Iterator[dict[str, Any]]:
    """The steps by which the prepared statement that says this has been run."""
    name = db.session.scalars(
        text("SELECT name FROM pg_prepared_statements WHERE statement LIKE :part"),
        {"part": f"%{part}%"},
    ).one()
    given = ", ".join(repr(value) for value in values)
    run = db.session.scalars(text(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE {name}({given})")).one()
    nodes = [run[0]["Plan"]]
    while nodes:
        node = nodes.pop()
        yield node
        nodes += node.get("Plans", [])


@pytest.mark.parametrize("group", [RaterGroup.PEER, RaterGroup.CUSTOMER])
def test_pages_that_are_only_read_ask_for_no_change_and_no_lock(
    client: FlaskClient, app: Flask, group: RaterGroup
) -> None:
    scene = make_scene(groups=(group, group))
    address = start(client, scene)
    client.post(f"{address}/p/1/save", data=filled(client.get(f"{address}/p/1").text))
    pages = [
        rule.rule.replace("<token>", scene.token).replace("<int:number>", "1")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/i/", "/r/")) and "GET" in (rule.methods or ())
    ]

    with counted_statements() as asked:
        statuses = {page: client.get(page).status_code for page in pages}

    assert statuses[scene.link] == statuses[f"{address}/p/1"] == OK, statuses
    assert not [sql for sql in asked if sql.startswith(WRITING) or " FOR " in sql]


def forms_about(scene: Scene) -> int | None:
    ids = [row.id for row in scene.requests]
    return db.session.scalar(
        select(func.count()).select_from(Submission).where(Submission.request_id.in_(ids))
    )


def test_the_number_of_statements_does_not_grow_with_the_tables(client: FlaskClient) -> None:
    counts = []
    for is_crowded in (False, True):
        scene = make_scene(groups=(RaterGroup.PEER,) * 5 if is_crowded else (RaterGroup.PEER,))
        if is_crowded:
            crowd(scene)
        with counted_statements() as landed:
            client.get(scene.link)
        start(client, scene)
        with counted_statements() as shown:
            page = client.get("/r/p/1")
        with counted_statements() as submitted:
            client.post("/r/p/1", data=filled(page.text))
        counts.append([len(sent_by(one)) for one in (landed, shown, submitted)])

    assert counts[0] == counts[1]


def test_a_submission_is_one_transaction(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    page = client.get(address)

    with counted_commits() as commits:
        client.post(address, data=filled(page.text))

    assert len(commits) == 1


@contextmanager
def counted_commits() -> Iterator[list[Connection]]:
    """Collects every transaction that is kept."""
    commits: list[Connection] = []

    def note(connection: Connection) -> None:
        commits.append(connection)

    event.listen(db.engine, "commit", note)
    try:
        yield commits
    finally:
        event.remove(db.engine, "commit", note)


@pytest.fixture
def answers(app: Flask) -> Iterator[list[TestResponse]]:
    """The answers to the same form sent by many browsers at the same moment."""
    scene = make_scene()
    browser = app.test_client()
    address = start(browser, scene)
    body = filled(browser.get(address).text)
    db.session.remove()
    barrier = Barrier(THREADS)

    def send(place: int) -> TestResponse:
        mine = app.test_client()
        mine.set_cookie("review", scene.token)
        level = {name: str(place % 5 + 1) for name in body if name.startswith("a-")}
        barrier.wait()
        return mine.post(address, data={**body, **level})

    with ThreadPoolExecutor(THREADS) as pool:
        yield list(pool.map(send, range(THREADS)))


def test_of_many_equal_submissions_one_counts_and_all_get_its_receipt(
    app: Flask, answers: list[TestResponse]
) -> None:
    [request] = db.session.scalars(select(FeedbackRequest)).all()
    browser = app.test_client()
    browser.set_cookie("review", token_of(request.reviewer))

    pages = [browser.get(answer.location).text for answer in answers]

    assert [answer.status_code for answer in answers] == [303] * THREADS
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 1
    [kept] = db.session.scalars(select(Submission.answers)).all()
    assert len(set(kept.values())) == 1
    assert not [page for page in pages if receipt_of(LINK_KEY, request.id) not in page]


def test_of_many_corrections_at_once_one_takes_the_place_of_the_first_answer(app: Flask) -> None:
    scene = make_scene()
    browser = app.test_client()
    address = start(browser, scene)
    body = filled(browser.get(address).text, "5")
    browser.post(address, data=body)
    [first] = db.session.scalars(select(Submission.id)).all()
    scene.requests[0].reopened = True
    db.session.commit()
    token, receipt = scene.token, receipt_of(LINK_KEY, scene.requests[0].id)
    db.session.remove()
    barrier = Barrier(THREADS)

    def send(place: int) -> TestResponse:
        mine = app.test_client()
        mine.set_cookie("review", token)
        level = {name: str(place % 4 + 1) for name in body if name.startswith("a-")}
        barrier.wait()
        return mine.post(address, data={**body, **level})

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(send, range(THREADS)))

    assert [answer.status_code for answer in answers] == [303] * THREADS
    [kept] = db.session.scalars(select(Submission)).all()
    assert kept.id != first
    assert len(set(kept.answers.values())) == 1
    assert 5 not in kept.answers.values()
    assert receipt in browser.get(address).text


def test_saves_beside_a_new_link_lose_no_draft(app: Flask) -> None:
    scene = make_scene()
    request_id, reviewer_id, cycle_id = scene.requests[0].id, scene.reviewer.id, scene.cycle.id
    old = scene.token
    save_draft(token=old, request_id=request_id, changes={"c-a": "1"}, base=0, now=now())
    db.session.commit()
    db.session.remove()
    barrier = Barrier(THREADS)

    def work(place: int) -> str | None:
        with app.app_context(), writing():
            barrier.wait()
            try:
                if place == 0:
                    replace_link_of(reviewer_id, cycle_id)
                else:
                    changes = {f"c-{place}": "x"}
                    save_draft(token=old, request_id=request_id, changes=changes, base=0, now=now())
                db.session.commit()
            except StaleLinkError:
                return None
            finally:
                db.session.remove()
        return f"c-{place}" if place else "c-a"

    with ThreadPoolExecutor(THREADS) as pool:
        saved = {name for name in pool.map(work, range(THREADS)) if name}

    reviewer = db.session.get_one(Reviewer, reviewer_id)
    assert reviewer.generation == 2
    assert set(read_draft(token_of(reviewer), request_id).values) == saved


def replace_link_of(reviewer_id: int, cycle_id: int) -> None:
    reviewer = db.session.get_one(Reviewer, reviewer_id)
    replace_link(
        db.session.get_one(Cycle, cycle_id),
        reviewer_id,
        address=reviewer.person.email or "",
        link_key=LINK_KEY,
        company=COMPANY,
    )


def test_a_browser_that_saves_while_its_link_is_replaced_is_told_so(app: Flask) -> None:
    scene = make_scene()
    browser = app.test_client()
    address = start(browser, scene)
    fields = [name for name in filled(browser.get(address).text) if name.startswith("a-")]
    reviewer_id, cycle_id = scene.reviewer.id, scene.cycle.id
    db.session.remove()
    barrier = Barrier(THREADS)

    def work(place: int) -> int:
        mine = app.test_client()
        mine.set_cookie("review", scene.token)
        barrier.wait()
        if place:
            body = {fields[place]: "3"}
            return [mine.post(f"{address}/save", data=body).status_code for _ in range(3)][-1]
        with app.app_context(), writing():
            replace_link_of(reviewer_id, cycle_id)
            db.session.commit()
            db.session.remove()
        return 204

    with ThreadPoolExecutor(THREADS) as pool:
        statuses = list(pool.map(work, range(THREADS)))

    assert set(statuses) <= {200, 204, 410}
    assert browser.post(f"{address}/save", data={fields[0]: "3"}).status_code == 410
