"""Forms behind a mailed link are taken only from pages of ours, and no session is kept there."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask, request_finished
from flask.globals import request_ctx
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

from app.clock import now
from app.db import db
from app.feedback.models import FeedbackRequest, RequestState, Submission
from app.people.groups import RaterGroup
from app.web.policy import Policy, policy_of
from tests.forms import Scene, fields_on, filled, make_scene, start

# Their own address is their proof; they set no cookie, so nothing can be done in its name.
WITHOUT_TOKEN = {"landing", "entering", "consenting_by_link", "opting_out"}


@pytest.fixture(autouse=True)
def protection(app: Flask) -> None:
    """As in use: tests elsewhere run without it."""
    app.config["WTF_CSRF_ENABLED"] = True


def changing_routes(app: Flask) -> list[str]:
    """The address of every form that is sent with the reviewer's cookie."""

    def is_one(rule: Rule) -> bool:
        is_link = policy_of(app.view_functions[rule.endpoint]) is Policy.LINK
        is_change = "POST" in (rule.methods or set())
        return is_link and is_change and rule.endpoint.partition(".")[0] not in WITHOUT_TOKEN

    rules = [rule for rule in app.url_map.iter_rules() if is_one(rule)]
    return [rule.rule.replace("<int:number>", "1") for rule in rules]


def is_untouched(scene: Scene) -> bool:
    request = db.session.get_one(FeedbackRequest, scene.requests[0].id)
    count = db.session.scalar(select(func.count()).select_from(Submission))
    return request.state is RequestState.OPEN and count == 0


def token_on(client: FlaskClient, address: str) -> str:
    return fields_on(client.get(address).text)["csrf_token"]


def sent(client: FlaskClient, address: str, body: dict[str, str], token: str) -> int:
    return client.post(address, data={**body, "csrf_token": token}).status_code


@pytest.mark.parametrize("kind", ["none", "somebody else's", "changed", "cut", "no number"])
def test_no_form_with_a_cookie_is_taken_without_its_token(
    app: Flask, client: FlaskClient, kind: str
) -> None:
    other = app.test_client()
    foreign = token_on(other, start(other, make_scene()))
    scene, address = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER)), "/r/p/1"
    start(client, scene)
    own = token_on(client, address)
    moment, nonce, signature = own.split(".")
    spoilt = {
        "none": "",
        "somebody else's": foreign,
        "changed": f"{int(moment, 16) + 1:x}.{nonce}.{signature}",
        "cut": own[:-1],
        "no number": "é.é.é",
    }
    body = filled(client.get(address).text)

    routes = changing_routes(app)
    answers = {route: sent(client, route, body, spoilt[kind]) for route in routes}

    assert len(routes) >= 12
    assert set(answers.values()) == {400}, answers
    assert is_untouched(scene)
    assert sent(client, address, body, own) == 303


def test_whoever_has_no_cookie_is_nobody_at_every_form(app: Flask) -> None:
    scene = make_scene()

    stranger = app.test_client()
    answers = {route: sent(stranger, route, {}, "") for route in changing_routes(app)}

    assert set(answers.values()) == {403}, answers
    assert is_untouched(scene)


def test_a_token_lapses_and_the_page_that_comes_back_has_a_new_one(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    client.set_cookie("review", scene.token)  # one that does not run out meanwhile

    with time_machine.travel(now() + timedelta(days=7)):
        answer = client.post(address, data=body)
        assert answer.status_code == 400
        assert "Everything you typed is still here." in answer.text
        assert client.post(address, data=fields_on(answer.text)).location == "/r/done"


def test_every_page_has_another_token(client: FlaskClient) -> None:
    address = start(client, make_scene())

    assert len({token_on(client, address) for _ in range(5)}) == 5


def test_a_form_whose_cookie_has_gone_is_taken_as_it_is_once_the_link_is_opened_again(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    client.delete_cookie("review")
    kept = client.post(address, data=body)
    assert kept.status_code == 403

    start(client, scene)

    assert client.post(address, data=fields_on(kept.text)).location == "/r/done"


def test_from_the_link_to_the_thanks_no_session_is_read_and_no_cookie_set_but_the_reviewers_own(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    read: list[object] = []

    def note(_sender: Flask, **_extra: object) -> None:
        read.append(request_ctx.session.found)  # type: ignore[attr-defined]  # a LateSession

    with request_finished.connected_to(note):
        client.get(scene.link)
        address = start(client, scene)
        client.post(address, data=filled(client.get(address).text))
        assert client.get("/r/done").status_code == 200

    assert read == [None] * 5
    assert client.get_cookie("review") is not None
    assert client.get_cookie("session") is None
