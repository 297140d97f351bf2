"""The form, the list and the door behind the link say what is so, once, and in both languages."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.clock import now
from app.db import db
from app.feedback.models import Draft, RequestState, Submission
from app.people.groups import RaterGroup
from tests.forms import Scene, fields_on, filled, make_scene, rating_fields, start

EITHER = pytest.mark.parametrize("spoken", ["zh", "en"])
PEERS = (RaterGroup.PEER, RaterGroup.PEER)


def type_something(client: FlaskClient) -> None:
    page = client.get("/r/p/1").text
    data = {"request": fields_on(page)["request"], rating_fields(page)[0]: "3"}
    assert client.post("/r/p/1/save", data=data).status_code == 204


def expire(scene: Scene) -> None:
    scene.cycle.closes_at = now() - timedelta(days=3)
    db.session.execute(update(Draft).values(touched_at=now() - timedelta(days=4)))
    db.session.commit()


@EITHER
def test_declining_is_one_tap_from_the_form_and_from_the_list(
    client: FlaskClient, spoken: str
) -> None:
    start(client, make_scene(groups=(RaterGroup.SELF, *PEERS), locale=spoken))
    cannot, wrong = (
        ("不了解 / 无法评价", "关系不对？")
        if spoken == "zh"
        else (
            "Cannot rate",
            "Wrong relation?",
        )
    )

    form, listed, own = (client.get(page).text for page in ("/r/p/2", "/r", "/r/p/1"))

    top = form.split("</h1>")[1].split('class="notice"')[0]
    assert f'href="/r/p/2/decline">{cannot}<' in top
    assert f">{wrong}<" in top
    assert listed.count(cannot) == 2
    assert 'href="/r/p/1/decline"' not in listed
    assert cannot not in own
    client.post("/r/p/2/decline")
    assert client.get("/r").text.count(cannot) == 1


@EITHER
def test_what_is_left_out_is_asked_for_once(client: FlaskClient, spoken: str) -> None:
    start(client, make_scene(locale=spoken))
    body = filled(client.get("/r/p/1").text)
    left_out = [name for name in body if name.startswith("a-")][:2]
    for name in left_out:
        del body[name]

    shown = client.post("/r/p/1", data=body)

    assert shown.status_code == 422
    assert ("还有 2 题未答" if spoken == "zh" else "2 questions left") in shown.text
    again = {**body, **fields_on(shown.text), "action": "submit"}
    assert client.post("/r/p/1", data=again).location == "/r/done"
    answers = db.session.scalar(select(Submission.answers))
    assert answers is not None
    assert [answers[name.removeprefix("a-")] for name in left_out] == [None, None]


def test_a_comment_that_is_too_long_is_no_prompt_for_what_is_left_out(client: FlaskClient) -> None:
    start(client, make_scene())
    body = fields_on(client.get("/r/p/1").text)
    box = next(name for name in body if name.startswith("c-"))

    refused = client.post("/r/p/1", data={**body, box: "x" * 1001})

    assert "prompted" not in fields_on(refused.text)
    prompted = client.post("/r/p/1", data={**body, box: "x"})
    assert prompted.status_code == 422
    assert fields_on(prompted.text)["prompted"] == "1"


@EITHER
def test_saved_answers_are_spoken_of_only_where_there_are_any(
    client: FlaskClient, spoken: str
) -> None:
    scene = make_scene(locale=spoken)
    kept = "之前保存的答案仍在" if spoken == "zh" else "Answers you saved are still kept"
    start(client, scene)
    type_something(client)
    expire(scene)

    assert kept in client.get(scene.link).text
    db.session.query(Draft).delete()
    db.session.commit()
    assert kept not in client.get(scene.link).text


@EITHER
def test_after_the_close_what_was_submitted_is_said_to_have_arrived(
    client: FlaskClient, spoken: str
) -> None:
    scene = make_scene(locale=spoken)
    scene.requests[0].state = RequestState.SUBMITTED
    scene.cycle.closed_at = now()
    db.session.commit()

    page = client.get(scene.link).text

    assert ("已提交的评价已收到" if spoken == "zh" else "What you submitted has arrived") in page


@pytest.mark.parametrize(
    ("label", "row"), [("几乎从来没有过", False), ("从不", True), ("Almost always true", False)]
)
def test_answers_with_long_labels_stand_below_each_other(
    client: FlaskClient, label: str, row: bool
) -> None:
    scene = make_scene(locale="en" if label.isascii() else "zh")
    questionnaire = scene.participants[0].scheme.questionnaire
    language = "en" if label.isascii() else "zh"
    questionnaire.scale = [
        {**level, language: label} if level["value"] == 1 else level
        for level in questionnaire.scale
    ]
    db.session.commit()
    start(client, scene)

    assert ('<div class="r row">' in client.get("/r/p/1").text) is row
