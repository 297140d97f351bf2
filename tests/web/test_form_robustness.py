"""Bodies that no page of ours sends: the form answers them, and keeps what was typed."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.clock import now
from app.db import db
from app.feedback.drafts import read_draft
from app.feedback.links import seal
from app.feedback.models import Draft, Submission
from tests.forms import Scene, fields_on, filled, make_scene, rating_fields, start

TYPED = "多问一句客户的计划"


def submissions() -> int | None:
    return db.session.scalar(select(func.count()).select_from(Submission))


def comment_field(text: str) -> str:
    return next(name for name in fields_on(text) if name.startswith("c-"))


def kept(scene: Scene) -> dict[str, str]:
    return dict(read_draft(scene.token, scene.requests[0].id).values)


@pytest.mark.parametrize("unknown", ["a-zzz", "c-zzz"])
@pytest.mark.parametrize("action", ["submit", "submit_anyway", "save"])
def test_a_field_that_is_not_on_the_form_is_ignored_and_the_page_comes_back(
    client: FlaskClient, unknown: str, action: str
) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    box = comment_field(client.get(address).text)

    response = client.post(address, data={**body, box: TYPED, unknown: "1", "action": action})

    assert response.status_code == 422
    assert TYPED in response.text
    assert unknown not in response.text
    assert unknown not in kept(scene)
    assert submissions() == 0
    again = client.post(address, data=fields_on(response.text))
    assert again.status_code == 303
    assert submissions() == 1


@pytest.mark.parametrize("level", ["6", "0", "-1", "4.5", "四", "４"])
def test_a_level_outside_the_scale_is_asked_for_again(client: FlaskClient, level: str) -> None:
    scene = make_scene()
    address = start(client, scene)
    page = client.get(address).text
    first, second = rating_fields(page)[:2]
    box = comment_field(page)

    response = client.post(address, data={**filled(page), box: TYPED, first: level})

    assert response.status_code == 422
    assert TYPED in response.text
    assert first not in fields_on(response.text)
    assert fields_on(response.text)[second] == "4"
    assert kept(scene)[box] == TYPED
    assert first not in kept(scene)
    assert submissions() == 0


@pytest.mark.parametrize(
    "sent",
    [
        [],
        "abc",
        7,
        {"fields": [1]},
        {"fields": "abc"},
        {"fields": {"c-start": 3}},
        {"fields": {"c-start": None}},
        {"fields": {}, "revision": "1"},
    ],
)
def test_an_autosave_of_another_shape_is_refused_in_json(client: FlaskClient, sent: Any) -> None:
    scene = make_scene()
    address = start(client, scene)

    response = client.post(f"{address}/save", json=sent)

    assert response.status_code == 400
    assert response.json == {"problems": {"body": "malformed"}}
    assert kept(scene) == {}


@pytest.mark.parametrize("sent", ["{", "[" * 100_000, '{"fields":' * 20_000])
def test_an_autosave_that_is_no_json_is_refused_in_json(client: FlaskClient, sent: str) -> None:
    address = start(client, make_scene())

    response = client.post(f"{address}/save", data=sent, content_type="application/json")

    assert response.status_code == 400
    assert response.is_json


def test_our_own_mistake_loses_nothing_that_was_typed(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    page = client.get(address).text
    body = {**filled(page), comment_field(page): TYPED}
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    request_id = scene.requests[0].id
    broken = Draft(request_id=request_id, touched_at=now())
    broken.sealed = seal(scene.token, request_id, b"no draft of ours")
    db.session.add(broken)
    db.session.commit()

    failed = client.post(address, data=body)
    db.session.delete(db.session.get_one(Draft, request_id))
    db.session.commit()
    typed = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', failed.text))

    assert failed.status_code == 500
    assert "tell your contact in HR this number" in failed.text
    assert client.post(address, data=typed).status_code == 303
    assert TYPED in db.session.scalars(select(Submission)).one().comments.values()


def test_half_a_character_does_not_stop_the_autosave(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    box = comment_field(client.get(address).text)
    body = json.dumps({"fields": {box: "好\ud83d的"}})

    response = client.post(f"{address}/save", data=body, content_type="application/json")

    assert response.status_code == 204
    assert kept(scene) == {box: "好 的"}
