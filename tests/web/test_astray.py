"""Behind a link what goes wrong is told on a reviewer's page, and leads back to their forms."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.errors import DomainError
from app.feedback import astray
from app.web.policy import link
from tests.factories import make_account, sign_in
from tests.forms import fields_on, make_scene, start

CHINESE = {"Accept-Language": "zh"}
TOO_LONG = "x" * 300_000


def way_back(text: str) -> str:
    found = re.search(r'<p class="acts"><a class="[a-z]+" href="([^"]+)"', text)
    return found[1] if found else ""


def is_of_staff(text: str) -> bool:
    return "bootstrap" in text or 'href="/"' in text


@pytest.mark.parametrize(
    ("method", "place", "status", "heading"),
    [
        ("get", "/r/nowhere", 404, "There is no such page"),
        ("get", "/r/p/99", 404, "There is no such page"),
        ("get", "/r/p/99999999999999999999", 404, "There is no such page"),
        ("post", "/r/done", 405, "This page cannot do that"),
        ("delete", "/r/fresh", 405, "This page cannot do that"),
    ],
)
def test_inside_the_way_back_is_the_list(
    client: FlaskClient, method: str, place: str, status: int, heading: str
) -> None:
    start(client, make_scene())

    answer = getattr(client, method)(place, headers=CHINESE)

    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in answer.text, "in the language of the reader, whatever is sent"
    assert way_back(answer.text) == "/r"
    assert not is_of_staff(answer.text)


def test_no_address_is_repeated_as_it_was_sent(client: FlaskClient) -> None:
    """A line break in it would end the header that leads on."""
    for place, above in (
        ("a%0Ab", "a%0Ab"),
        ("a%3Fb%23c", "a%3Fb%23c"),
        ("%E6%9D%8E", "%E6%9D%8E"),
    ):
        answer = client.get(f"/i/{place}/start?lang=en")

        assert (answer.status_code, answer.location) == (303, f"/i/{above}?lang=en")


def test_behind_the_link_the_way_back_is_its_page(client: FlaskClient) -> None:
    scene = make_scene()

    nowhere = client.get(f"{scene.link}/nowhere", headers=CHINESE)
    undone = client.delete(f"{scene.link}/decline")

    for answer, status in ((nowhere, 404), (undone, 405)):
        assert answer.status_code == status
        assert '<html lang="en">' in answer.text
        assert client.get(way_back(answer.text)).status_code == 200
        assert not is_of_staff(answer.text)


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_whoever_has_no_link_here_is_sent_to_their_mail(client: FlaskClient, spoken: str) -> None:
    answer = client.get(f"/r/nowhere?lang={spoken}")

    told = {"en": "open the link in your mail again", "zh": "请重新点开邮件中的链接"}
    assert answer.status_code == 404
    assert told[spoken] in answer.text
    assert way_back(answer.text) == ""
    assert not is_of_staff(answer.text)


def test_a_form_that_is_too_large_is_not_sent_and_back_is_the_first_way(
    client: FlaskClient,
) -> None:
    address = start(client, make_scene())
    body = fields_on(client.get(address).text)
    box = next(name for name in body if name.startswith("c-"))

    answer = client.post(address, data={**body, box: TOO_LONG})

    assert answer.status_code == 413
    assert "Nothing was sent. Press Back in your browser" in answer.text
    assert way_back(answer.text) == "/r"
    assert not is_of_staff(answer.text)


def test_a_refusal_and_a_failure_are_told_on_a_page_of_the_reviewer(
    app: Flask, client: FlaskClient
) -> None:
    start(client, make_scene())

    def refuse() -> str:
        raise DomainError("There is a reason.")

    def fail() -> str:
        raise RuntimeError

    for broken, status, said in ((refuse, 409, "There is a reason."), (fail, 500, "this number")):
        app.view_functions["feedback.done"] = link(broken)
        answer = client.get("/r/done")

        assert (answer.status_code, way_back(answer.text)) == (status, "/r")
        assert said in answer.text
        assert not is_of_staff(answer.text)


def test_a_stale_press_is_told_on_a_page_of_the_reviewer(app: Flask, client: FlaskClient) -> None:
    start(client, make_scene())
    app.config["WTF_CSRF_ENABLED"] = True

    answer = client.post("/r/done/ease", data={"ease": "1"})

    assert answer.status_code == 400
    assert "nothing was changed" in answer.text
    assert not is_of_staff(answer.text)


def test_the_page_comes_even_where_nobody_can_be_found(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(client, make_scene())

    def hang_up(_token: str) -> None:
        raise OperationalError("SELECT", {}, ConnectionError())

    monkeypatch.setattr(astray, "find_visit", hang_up)

    assert client.get("/r/nowhere").status_code == 404


def test_staff_keep_their_own_pages(client: FlaskClient) -> None:
    sign_in(client, make_account())

    assert is_of_staff(client.get("/relations-that-are-not-there").text)
