"""Saving and sending a form: two pages at once, stale pages, what is missing or too long."""

import html

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import now
from app.db import db
from app.feedback.drafts import read_draft
from app.feedback.models import Draft, FeedbackRequest, RequestState, Submission
from app.people.groups import RaterGroup
from tests.forms import fields_on, filled, make_scene, rating_fields, start

PEERS = (RaterGroup.PEER, RaterGroup.PEER)


def test_a_save_answers_with_the_revision_and_no_page(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    page = client.get(address).text
    first = rating_fields(page)[0]

    response = client.post(f"{address}/save", data={**fields_on(page), first: "3"})

    assert (response.status_code, response.text) == (204, "")
    assert response.headers["X-Revision"] == "1"
    assert fields_on(client.get(address).text)[first] == "3"


def test_json_saves_as_well(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    first = rating_fields(client.get(address).text)[0]

    response = client.post(f"{address}/save", json={"revision": 0, "fields": {first: "na"}})

    assert response.status_code == 204
    assert read_draft(scene.token, scene.requests[0].id).values == {first: "na"}


def test_a_stale_page_is_told_what_is_newer_and_overwrites_nothing(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    page = client.get(address).text
    first, second = rating_fields(page)[:2]
    client.post(f"{address}/save", data={"revision": 0, first: "2"})
    client.post(f"{address}/save", data={"revision": 1, first: "5"})

    response = client.post(f"{address}/save", data={"revision": 0, first: "1", second: "4"})

    assert response.status_code == 409
    assert response.json == {"newer": {first: "5"}}
    assert read_draft(scene.token, scene.requests[0].id).values == {first: "5", second: "4"}


def test_a_page_hears_of_what_changed_elsewhere_beside_what_it_saves(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    first, second = rating_fields(client.get(address).text)[:2]
    client.post(f"{address}/save", data={"revision": 0, "copy": "phone", first: "2"})

    response = client.post(f"{address}/save", data={"revision": 0, "copy": "desk", second: "4"})

    assert (response.status_code, response.json) == (200, {"newer": {first: "2"}})
    assert response.headers["X-Revision"] == "2"


def test_a_page_may_save_again_when_the_answer_to_its_first_save_was_lost(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    address = start(client, scene)
    page = fields_on(client.get(address).text)
    first = rating_fields(client.get(address).text)[0]
    client.post(f"{address}/save", data={**page, first: "2"})

    response = client.post(f"{address}/save", data={**page, first: "5"})

    assert response.status_code == 204
    assert read_draft(scene.token, scene.requests[0].id).values[first] == "5"


def test_a_form_that_lacks_what_was_changed_elsewhere_is_shown_once_more(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    first = rating_fields(client.get(address).text)[0]
    client.post(f"{address}/save", data={"revision": 0, "copy": "desk", first: "2"})

    response = client.post(address, data={**body, "action": "submit"})

    assert response.status_code == 422
    assert "Please check once more" in response.text
    shown = fields_on(response.text)
    expected = {**body, "csrf_token": shown["csrf_token"], "revision": "1", first: "2"}
    assert shown == expected
    assert db.session.scalars(select(Submission)).all() == []
    assert read_draft(scene.token, scene.requests[0].id).values == {first: "2"}
    body = {**fields_on(response.text), "action": "submit"}
    assert client.post(address, data=body).location == "/r/done"
    assert db.session.scalars(select(Submission)).one().answers[first[2:]] == 2


def test_a_form_that_repeats_its_own_last_save_is_taken_at_once(client: FlaskClient) -> None:
    """Submitted while the answer to an autosave was still under way."""
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    first = rating_fields(client.get(address).text)[0]
    client.post(f"{address}/save", data={**body, first: "2"})

    assert client.post(address, data={**body, "action": "submit"}).location == "/r/done"
    assert db.session.scalars(select(Submission)).one().answers[first[2:]] == 4


def test_saving_tells_when_it_could_not_keep_what_another_page_changed(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    address = start(client, scene)
    page = fields_on(client.get(address).text)
    first, second = rating_fields(client.get(address).text)[:2]
    client.post(f"{address}/save", data={"revision": 0, "copy": "desk", first: "2"})

    response = client.post(address, data={**page, first: "5", second: "3", "action": "save"})

    assert response.status_code == 422
    assert "Please check once more" in response.text
    shown = fields_on(response.text)
    assert (shown[first], shown[second]) == ("2", "3")
    assert client.post(address, data={**shown, first: "5", "action": "save"}).status_code == 303
    assert read_draft(scene.token, scene.requests[0].id).values[first] == "5"


def test_a_draft_cannot_be_read_from_its_row(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    box = next(name for name in fields_on(client.get(address).text) if name.startswith("c-"))

    client.post(f"{address}/save", data={"revision": 0, box: "canary"})

    sealed = db.session.scalars(select(Draft.sealed)).one()
    assert b"canary" not in sealed
    assert not read_draft("another token", scene.requests[0].id).values


def test_after_the_submission_nothing_is_saved_any_more(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    page = client.get(address).text
    first = rating_fields(page)[0]
    client.post(f"{address}/save", data={"revision": 0, first: "2"})
    client.post(address, data=filled(client.get(address).text))

    response = client.post(f"{address}/save", data={"revision": 1, first: "1"})

    assert response.status_code == 410
    assert db.session.scalars(select(Draft)).all() == []
    assert db.session.scalars(select(Submission)).one().answers[first.removeprefix("a-")] == 4


def test_missing_answers_are_asked_for_once_and_may_then_stay_out(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    left_out = [name for name in body if name.startswith("a-")][6]
    del body[left_out]

    asked = client.post(address, data={**body, "action": "submit"})

    assert asked.status_code == 422
    assert "1 question left" in asked.text
    assert 'href="#q7"' in asked.text
    assert fields_on(asked.text)[next(iter(rating_fields(asked.text)))] == "4"
    assert db.session.scalars(select(Submission)).all() == []
    body = {**fields_on(asked.text), "action": "submit_anyway"}
    assert client.post(address, data=body).location == "/r/done"
    sent = db.session.scalars(select(Submission)).one()
    assert sent.answers[left_out.removeprefix("a-")] is None
    assert len(sent.answers) == 30


def test_answers_given_on_a_phone_fill_a_page_that_lacks_them(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    first = rating_fields(client.get(address).text)[0]
    client.post(f"{address}/save", data={"revision": 0, first: "2"})
    del body[first]

    response = client.post(address, data=body)

    assert response.status_code == 422
    assert "Please check once more" in response.text
    assert fields_on(response.text)[first] == "2"
    assert db.session.scalars(select(Submission)).all() == []


def test_a_comment_too_long_comes_back_whole_with_a_way_to_it(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    box = next(name for name in body if name.startswith("c-"))

    response = client.post(address, data={**body, box: "字" * 1001})

    assert response.status_code == 422
    assert f'href="#{box}"' in response.text
    assert fields_on(response.text)[box] == "字" * 1001
    assert "<title>Error:" in response.text


def test_a_page_whose_protection_has_run_out_comes_back_with_what_was_typed(
    app: Flask, client: FlaskClient
) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    box = next(name for name in body if name.startswith("c-"))
    app.config["WTF_CSRF_ENABLED"] = True

    response = client.post(address, data={**body, "csrf_token": "old", box: "一句 <b>话</b>"})

    assert response.status_code == 400
    assert "Everything you typed is still here." in response.text
    again = fields_on(response.text)
    assert html.unescape(again[box]) == "一句 <b>话</b>"
    sent = {name: html.unescape(text) for name, text in again.items()}
    assert client.post(address, data=sent).location == "/r/done"


def test_answers_go_to_the_person_named_on_the_page_not_to_the_place_in_the_list(
    client: FlaskClient,
) -> None:
    scene = make_scene(groups=PEERS)
    start(client, scene)
    body = filled(client.get("/r/p/1").text)

    client.post("/r/p/2", data=body)

    sent = db.session.scalars(select(Submission)).one()
    named = db.session.get_one(FeedbackRequest, int(body["request"]))
    assert sent.participant_id == named.participant_id
    assert named.state is RequestState.SUBMITTED


def test_another_reviewers_request_cannot_be_named(client: FlaskClient) -> None:
    scene, other = make_scene(), make_scene()
    address = start(client, scene)
    body = {**filled(client.get(address).text), "request": str(other.requests[0].id)}

    response = client.post(address, data=body)

    assert response.status_code == 410
    states = {row.id: row.state for row in db.session.scalars(select(FeedbackRequest)).all()}
    assert set(states.values()) == {RequestState.OPEN}


def test_after_one_person_comes_the_next_with_the_first_ones_receipt(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    assert start(client, scene) == "/r"
    page = client.get("/r/p/1").text
    assert "Submit and go to" in page
    assert "(you are a peer)" in page

    following = client.post("/r/p/1", data=filled(page))

    assert following.location == "/r/p/2?sent=1"
    text = client.get(following.location).text
    assert "has been received. Receipt " in text
    assert client.post("/r/p/2", data=filled(text)).location == "/r/done"


@pytest.mark.parametrize("origin", ["null", "http://localhost"])
def test_an_old_browser_that_hides_where_a_link_page_posts_from_can_start(
    client: FlaskClient, origin: str
) -> None:
    scene = make_scene()

    assert client.post(f"{scene.link}/start", headers={"Origin": origin}).status_code == 303


def test_another_site_cannot_start(client: FlaskClient) -> None:
    scene = make_scene()
    elsewhere = {"Origin": "http://elsewhere.example"}

    assert client.post(f"{scene.link}/start", headers=elsewhere).status_code == 403
    assert scene.reviewer.started_on is None


def test_start_notes_the_day_and_no_more(client: FlaskClient) -> None:
    scene = make_scene()

    start(client, scene)

    day = scene.reviewer.started_on
    assert day is not None
    assert abs((day - now().date()).days) <= 1
