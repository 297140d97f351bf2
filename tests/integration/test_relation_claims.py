"""What becomes of held answers, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.cycles.models import Cycle
from app.db import db, writing
from app.feedback.closing import close_cycle
from app.feedback.models import FeedbackRequest, RequestState, Submission
from app.feedback.relations.models import RelationClaim
from app.feedback.relations.rules import Decision
from app.feedback.relations.service import settle
from app.people.groups import RaterGroup
from tests.forms import Scene, fields_on, filled, make_scene, start
from tests.holding import wait_until_held
from tests.rounds import counted_statements

THREADS = 6
COMPANY = "联盛工业 Liansheng Industrial"
PEER, SUBORDINATE = RaterGroup.PEER, RaterGroup.SUBORDINATE


def held(*, claimed: RaterGroup | None = SUBORDINATE, **facts: Any) -> Scene:
    """A form that was sent and whose relation is said to be wrong."""
    scene = make_scene(**facts)
    [asked] = scene.requests
    asked.state = RequestState.SUBMITTED
    db.session.add(RelationClaim(request_id=asked.id, claimed=claimed))
    answer = Submission(
        request_id=asked.id, participant_id=asked.participant_id, rater_group=PEER,
        notice_version="1/confidential/peer/k3c5", answers={}, comments={},
    )  # fmt: skip
    db.session.add(answer)
    db.session.commit()
    return scene


def groups() -> list[RaterGroup]:
    db.session.rollback()
    return list(db.session.scalars(select(Submission.rater_group)))


@pytest.mark.parametrize(
    ("decision", "left"),
    [(Decision.KEEP, [PEER]), (Decision.MOVE, [SUBORDINATE]), (Decision.LEAVE_OUT, []), (None, [])],
)
def test_the_close_keeps_what_hr_has_confirmed(
    app: Flask, decision: Decision | None, left: list[RaterGroup]
) -> None:
    scene = held()
    cycle = scene.cycle
    if decision is not None:
        assert settle(cycle, scene.requests[0].id, decision, company=COMPANY, account_id=None)
        db.session.commit()

    close_cycle(cycle, now())
    db.session.commit()

    assert groups() == left
    assert db.session.scalars(select(RelationClaim)).all() == []
    assert db.session.scalars(select(Submission.request_id)).all() == [None] * len(left)


def test_the_close_of_one_round_leaves_another_alone(app: Flask) -> None:
    scene = held()
    held()

    close_cycle(scene.cycle, now())
    db.session.commit()

    assert groups() == [PEER]
    assert db.session.scalars(select(RelationClaim.waits)).all() == [True]


def test_the_close_asks_as_often_however_many_are_undecided(app: Flask) -> None:
    counts = []
    for more in (1, 7):
        scene = held()
        for _other in range(more - 1):
            held(cycle=db.session.get_one(type(scene.cycle), scene.cycle.id))
        with counted_statements() as statements:
            close_cycle(scene.cycle, now())
            db.session.commit()
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_a_relation_said_wrong_many_times_at_once_is_one_claim(app: Flask) -> None:
    scene = make_scene()
    browser = app.test_client()
    start(browser, scene)
    fields = fields_on(browser.get("/r/p/1/relation").text)
    token = scene.token
    db.session.remove()
    barrier = Barrier(THREADS)

    def say(_place: int) -> int:
        mine = app.test_client()
        mine.set_cookie("review", token)
        barrier.wait()
        return mine.post("/r/p/1/relation", data={**fields, "claimed": "none"}).status_code

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(say, range(THREADS))) == [303] * THREADS

    assert db.session.scalars(select(RelationClaim.claimed)).all() == [None]


@pytest.mark.parametrize("claimed", ["customer", "self", "boss"])
def test_the_table_takes_no_other_relation(app: Flask, claimed: str) -> None:
    scene = make_scene()
    request = db.session.get_one(FeedbackRequest, scene.requests[0].id)

    db.session.add(RelationClaim(request_id=request.id, claimed=claimed))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_form_sent_while_its_group_is_changed_is_kept_under_the_notice_of_its_group(
    app: Flask,
) -> None:
    """Or the one answer with another notice would point at whoever was moved."""
    scene = make_scene()
    [asked] = scene.requests
    db.session.add(RelationClaim(request_id=asked.id, claimed=SUBORDINATE))
    db.session.commit()
    client = app.test_client()
    start(client, scene)
    body = filled(client.get("/r/p/1").text)
    request_id, cycle_id = asked.id, scene.cycle.id
    db.session.remove()
    with ThreadPoolExecutor(1) as pool, writing():
        cycle = db.session.get_one(Cycle, cycle_id)
        assert settle(cycle, request_id, Decision.MOVE, company=COMPANY, account_id=None)
        told = pool.submit(client.post, "/r/p/1", data=body)
        wait_until_held()
        db.session.commit()

        if told.result().status_code == 409:
            assert "Please send it once more" in told.result().text
            assert client.post("/r/p/1", data=filled(told.result().text)).status_code == 303

    [kept] = db.session.scalars(select(Submission))
    assert (kept.rater_group, kept.notice_version.split("/")[2]) == (SUBORDINATE, "subordinate")
