"""A page that was opened before a form was submitted changes nothing of its correction."""

from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.db import db
from app.feedback.models import FeedbackRequest
from app.people.groups import RaterGroup
from tests.forms import fields_on, filled, rating_fields
from tests.integration.test_submitting_together import CHECK, press, shown, words_of
from tests.web.test_correction import levels, submitted

PEERS = (RaterGroup.PEER,) * 2


def open_anew(client: FlaskClient, number: int) -> str:
    """The form about one person, opened for a correction."""
    address = f"/r/p/{number}"
    if not rating_fields(client.get(address).text):
        client.post(f"{address}/correct", data=fields_on(client.get(address).text))
    return client.get(address).text


def send(client: FlaskClient, number: int, level: str, action: str) -> TestResponse:
    page = open_anew(client, number)
    return client.post(f"/r/p/{number}", data={**filled(page, level), "action": action})


@pytest.fixture(autouse=True)
def two_forms(client: FlaskClient) -> None:
    """Both submitted with the level 5, behind the link that may correct them."""
    submitted(client, groups=PEERS).come_in()


def reopened() -> int:
    """How many forms are being filled in anew."""
    db.session.expire_all()
    return db.session.scalar(select(func.count()).where(FeedbackRequest.reopened)) or 0


def stale_form(client: FlaskClient) -> Mapping[str, str]:
    """The page of a correction with the level 4, which is submitted; what it would send again."""
    assert send(client, 1, "4", "save").status_code == 303
    page = filled(client.get("/r/p/1").text, "4") | {"action": "submit"}
    assert client.post("/r/p/1", data=page).status_code == 303
    return page


def test_a_form_does_not_replace_what_was_saved_after_it(client: FlaskClient) -> None:
    stale = stale_form(client)
    assert send(client, 1, "2", "save").status_code == 303

    again = client.post("/r/p/1", data=stale)

    assert again.status_code == 422
    assert "Please check once more" in again.text
    answers = {text for name, text in fields_on(again.text).items() if name.startswith("a-")}
    assert answers == {"2"}
    assert sorted(map(max, levels())) == [4, 5]
    assert reopened() == 1


def test_a_form_does_not_correct_what_was_only_opened_after_it(client: FlaskClient) -> None:
    stale = stale_form(client)
    open_anew(client, 1)

    assert client.post("/r/p/1", data=stale).status_code == 422
    assert reopened() == 1


def test_a_check_of_several_does_not_either(client: FlaskClient) -> None:
    for number in (1, 2):
        assert send(client, number, "4", "save").status_code == 303
    stale = shown(client)
    assert press(client, stale).status_code == 303
    assert levels() == [{4}, {4}]
    assert send(client, 1, "2", "save").status_code == 303

    again = press(client, stale)

    assert again.status_code == 409
    assert "You have changed the form about" in words_of(again)
    assert levels() == [{4}, {4}]
    assert reopened() == 1


def test_a_second_press_right_after_the_first_still_ends_where_that_did(
    client: FlaskClient,
) -> None:
    for number in (1, 2):
        assert send(client, number, "4", "save").status_code == 303
    page = shown(client)

    assert press(client, page).location == press(client, page).location == "/r/done"
    assert client.get(CHECK).status_code == 302
    assert reopened() == 0


def test_a_correction_is_saved_changed_and_sent_like_any_form(client: FlaskClient) -> None:
    for level in ("4", "3"):
        assert send(client, 1, level, "save").status_code == 303
        assert send(client, 1, level, "submit").status_code == 303

    assert sorted(map(max, levels())) == [3, 5]
