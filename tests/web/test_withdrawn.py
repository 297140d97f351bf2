"""A form that HR gave to somebody else while its page was open."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from app.db import db
from app.feedback.drafts import WithdrawnError
from app.feedback.models import Draft, FeedbackRequest, Submission
from app.feedback.submissions import Sent, submit_form
from app.people.groups import RaterGroup
from tests.forms import Scene, filled, make_scene, rating_fields, start

PEER = RaterGroup.PEER
WORDS = "This form is not needed any more"


def withdraw(scene: Scene, page: str) -> int:
    """Take back the request that this page is about; gives its id."""
    named = int(page.split('name="request" value="')[1].split('"', maxsplit=1)[0])
    db.session.execute(delete(FeedbackRequest).where(FeedbackRequest.id == named))
    db.session.commit()
    return named


@pytest.mark.parametrize("action", ["submit", "submit_anyway", "save"])
@pytest.mark.parametrize("number", [1, 2])
def test_answers_to_a_form_that_was_withdrawn_reach_nobody_else(
    client: FlaskClient, number: int, action: str
) -> None:
    scene = make_scene(groups=(PEER, PEER, PEER))
    start(client, scene)
    page = client.get(f"/r/p/{number}").text
    withdraw(scene, page)

    response = client.post(f"/r/p/{number}", data={**filled(page), "action": action})

    assert response.status_code == 410
    assert WORDS in response.text
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_an_autosave_of_a_withdrawn_form_ends_and_keeps_nothing(client: FlaskClient) -> None:
    scene = make_scene(groups=(PEER, PEER))
    start(client, scene)
    page = client.get("/r/p/1").text
    named = withdraw(scene, page)

    response = client.post(
        "/r/p/1/save", data={rating_fields(page)[0]: "4", "request": str(named), "revision": "0"}
    )

    assert response.status_code == 410
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_declining_a_withdrawn_form_declines_nobody_else(client: FlaskClient) -> None:
    scene = make_scene(groups=(PEER, PEER))
    start(client, scene)
    named = withdraw(scene, client.get("/r/p/1").text)

    response = client.post("/r/p/1/decline", data={"request": str(named)})

    assert response.status_code == 410
    assert client.get("/r").text.count("Declined") == 0


def test_a_submission_that_comes_after_the_withdrawal_is_told_so(client: FlaskClient) -> None:
    scene = make_scene()
    request_id = scene.requests[0].id
    db.session.execute(delete(FeedbackRequest))
    db.session.commit()

    with pytest.raises(WithdrawnError):
        submit_form(
            request_id=request_id,
            cycle=scene.cycle,
            sent=Sent(group=PEER, answers={}, comments={}, notice_version="1"),
        )


def test_whoever_is_left_with_no_form_has_nothing_to_do(client: FlaskClient) -> None:
    scene = make_scene()
    start(client, scene)
    page = client.get("/r/p/1").text
    withdraw(scene, page)

    assert WORDS in client.post("/r/p/1", data=filled(page)).text
    assert "Nobody to review at the moment." in client.get("/r").text
