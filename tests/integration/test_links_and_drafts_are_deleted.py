"""Thirty days after the close a mailed link opens nothing; drafts of forgotten rounds go too."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.feedback.closing import close_cycle
from app.feedback.links import hash_token, seal
from app.feedback.models import Draft, RequestState, Reviewer
from app.feedback.reissuing import raise_generation
from app.people.groups import RaterGroup
from app.retention.service import delete_drafts, delete_links
from app.worker import delete_where_due
from tests.conftest import LINK_KEY
from tests.factories import token_of
from tests.forms import Scene, make_scene, start

ENGLISH = {"Accept-Language": "en"}  # of a reader whom no link names
SENTENCE = "Links are deleted 30 days after a collection was closed."


def closed_scene(*, ago: timedelta) -> Scene:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    close_cycle(scene.cycle, now())
    scene.cycle.closed_at = now() - ago
    db.session.commit()
    return scene


def delete_and_commit() -> None:
    delete_where_due()
    db.session.expire_all()


def details(action: str) -> list[str]:
    return list(db.session.scalars(select(AuditEvent.detail).where(AuditEvent.action == action)))


def hashes() -> list[str]:
    return list(db.session.scalars(select(Reviewer.token_hash).order_by(Reviewer.id)))


def test_a_link_says_that_the_collection_is_closed_for_thirty_days_and_then_opens_nothing(
    client: FlaskClient,
) -> None:
    scene = closed_scene(ago=timedelta(days=29))
    delete_and_commit()
    early = client.get(scene.link, headers=ENGLISH)
    assert (early.status_code, "This review is closed" in early.text) == (410, True)
    scene.cycle.closed_at = now() - timedelta(days=31)
    db.session.commit()

    delete_and_commit()

    late = client.get(scene.link, headers=ENGLISH)
    assert (late.status_code, SENTENCE in late.text) == (404, True)
    assert client.post(f"{scene.link}/start").status_code == 404
    assert hash_token(scene.token) not in hashes()
    assert scene.cycle.links_deleted_on is not None
    assert details("links.deleted") == ["1 links"]
    delete_and_commit()
    assert not delete_links(scene.cycle.id)
    assert details("links.deleted") == ["1 links"]


def test_a_link_that_was_replaced_before_opens_nothing_either(client: FlaskClient) -> None:
    scene = make_scene()
    raise_generation(scene.reviewer, LINK_KEY, address="new@example.com")
    close_cycle(scene.cycle, now())
    scene.cycle.closed_at = now() - timedelta(days=31)
    db.session.commit()
    assert client.get(scene.link).status_code == 410

    delete_and_commit()

    for link in (scene.link, f"/i/{token_of(scene.reviewer)}"):
        assert client.get(link, headers=ENGLISH).status_code == 404


def test_a_page_left_open_says_that_it_has_lapsed(client: FlaskClient) -> None:
    scene = make_scene()
    place = start(client, scene)
    close_cycle(scene.cycle, now())
    scene.cycle.closed_at = now() - timedelta(days=31)
    db.session.commit()

    delete_and_commit()

    assert client.get(place).status_code == 403
    assert client.post(place, data={"language": "en"}).status_code == 403


def test_links_of_other_rounds_stay(app: Flask) -> None:
    old, new = closed_scene(ago=timedelta(days=40)), make_scene()

    delete_and_commit()

    assert hashes() == [f"gone:{old.reviewer.id}", hash_token(new.token)]


def begin(scene: Scene, place: int = 0) -> None:
    """Somebody has typed into the form and left it."""
    request = scene.requests[place]
    request.state = RequestState.STARTED
    sealed = seal(scene.token, request.id, b"{}")
    db.session.add(Draft(request_id=request.id, sealed=sealed, touched_at=now()))
    db.session.commit()


def drafts() -> list[int]:
    return list(db.session.scalars(select(Draft.request_id).order_by(Draft.request_id)))


def ended(cycle: Cycle, *, days_ago: int) -> None:
    cycle.closes_at = now() - timedelta(days=days_ago)
    db.session.commit()


def test_drafts_of_a_round_that_nobody_closes_go_seven_days_after_the_deadline(app: Flask) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    begin(scene)
    begin(scene, 1)
    ended(scene.cycle, days_ago=6)
    delete_and_commit()
    assert len(drafts()) == 2
    ended(scene.cycle, days_ago=8)

    delete_and_commit()

    assert drafts() == []
    assert {request.state for request in scene.requests} == {RequestState.OPEN}
    assert details("drafts.deleted") == ["2 drafts"]
    assert delete_drafts(scene.cycle.id) == 0


def test_whoever_has_more_time_or_waits_for_it_keeps_what_they_typed(app: Flask) -> None:
    given, waits, neither = (make_scene() for _ in range(3))
    for scene in (given, waits, neither):
        begin(scene)
        ended(scene.cycle, days_ago=8)
    given.reviewer.closes_at = now() - timedelta(days=2)
    waits.reviewer.more_time_waits = True
    db.session.commit()

    delete_and_commit()

    assert drafts() == [given.requests[0].id, waits.requests[0].id]


def test_a_round_closed_in_the_meantime_has_no_drafts_left_to_delete(app: Flask) -> None:
    scene = make_scene()
    begin(scene)
    close_cycle(scene.cycle, now())
    db.session.commit()

    assert delete_drafts(scene.cycle.id) == 0
    assert details("drafts.deleted") == []
