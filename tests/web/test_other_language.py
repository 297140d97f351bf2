"""The other language is one press away on every page behind a link, and costs nobody a word."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.clock import now
from app.db import db
from app.feedback.drafts import read_draft
from app.feedback.models import RequestState, Submission
from app.people.groups import RaterGroup
from app.web.link_tokens import cookie_name
from app.web.policy import Policy, policy_of
from tests.forms import Scene, fields_on, filled, make_scene, start

TYPED = "多问一句客户的计划"


def submissions() -> int | None:
    return db.session.scalar(select(func.count()).select_from(Submission))


def places_that_only_take(app: Flask) -> list[str]:
    """Every address behind a link at which there is nothing to read."""
    taking: dict[bool, set[str]] = {True: set(), False: set()}
    for rule in app.url_map.iter_rules():
        if policy_of(app.view_functions[rule.endpoint]) is Policy.LINK:
            taking["GET" not in (rule.methods or set())].add(rule.rule)
    places = sorted(taking[True] - taking[False])
    return [place.replace("<token>", "t" * 43).replace("<int:number>", "1") for place in places]


def fields_of(form: Tag) -> dict[str, str]:
    """What a browser sends of a form at whose questions nobody has looked again."""
    sent = {str(box["name"]): box.text.removeprefix("\n") for box in form.select("textarea")}
    for field in form.select("input[type=hidden], input:checked"):
        sent[str(field["name"])] = str(field["value"])
    return sent


def press_switch(client: FlaskClient, page: TestResponse) -> TestResponse:
    """Press the name of the other language, as a browser would."""
    soup = BeautifulSoup(page.text, "html.parser")
    address = urlsplit(page.request.url).path
    link = soup.select_one(".top a")
    if link is not None:
        return client.get(f"{address}{link['href']}", follow_redirects=True)
    button = soup.select(".top button[formaction]")[0]
    form = soup.select(f"#{button['form']}")[0]
    assert urlsplit(str(form["action"])).path == address
    return client.post(
        f"{address}{button['formaction']}",
        data=fields_of(form),
        content_type=form.get("enctype", "application/x-www-form-urlencoded"),
    )


def is_chinese(page: TestResponse) -> bool:
    return '<html lang="zh-CN">' in page.text


def box_on(text: str) -> str:
    return next(name for name in fields_on(text) if name.startswith("c-"))


def test_there_are_addresses_that_only_take(app: Flask) -> None:
    assert {"/r/fresh", f"/i/{'t' * 43}/start"} < set(places_that_only_take(app))


@pytest.mark.parametrize("read", ["get", "head"])
def test_reading_where_one_can_only_send_leads_to_the_page_that_it_belongs_to(
    app: Flask, client: FlaskClient, read: str
) -> None:
    pages = app.url_map.bind("localhost")
    for place in places_that_only_take(app):
        answer: TestResponse = getattr(client, read)(f"{place}?lang=en&guess=canary")

        assert answer.status_code == 303, place
        above, spoken = answer.location.split("?")
        assert place.startswith(f"{above}/")
        assert spoken == "lang=en"
        endpoint, _values = pages.match(above, method="GET")
        assert policy_of(app.view_functions[endpoint]) is Policy.LINK
        assert client.get(place).location == above


def test_a_page_of_staff_that_only_takes_says_so_still(client: FlaskClient) -> None:
    assert client.get("/sign-out").status_code == 405


@pytest.mark.parametrize("by", ["cookie", "link"])
def test_what_answers_a_press_is_read_in_the_other_language(client: FlaskClient, by: str) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    scene.requests[0].state = RequestState.SUBMITTED
    db.session.commit()
    start(client, scene)
    page = client.post("/r/fresh" if by == "cookie" else f"{scene.link}/fresh")
    assert "Your new link is on its way" in page.text

    other = press_switch(client, page)

    assert is_chinese(other)
    assert "<h1>这个链接已更换" in other.text
    assert "没有这个页面" not in other.text


def test_words_of_consent_that_changed_are_read_in_the_other_language(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.CUSTOMER,))
    page = client.post(f"{scene.link}/start", data={"notice": "older words"})
    assert page.status_code == 409

    other = press_switch(client, page)

    assert (other.status_code, is_chinese(other)) == (200, True)
    assert "同意并开始" in other.text


def lapsed(client: FlaskClient, _scene: Scene) -> None:
    client.delete_cookie(cookie_name())


def late(_client: FlaskClient, scene: Scene) -> None:
    scene.cycle.closes_at = now().replace(year=2020)


def stopped(_client: FlaskClient, scene: Scene) -> None:
    scene.reviewer.cut_off = True


@pytest.mark.parametrize("closed", [lapsed, late, stopped])
def test_a_form_that_was_not_taken_stays_whole_in_the_other_language(
    client: FlaskClient, closed: Callable[[FlaskClient, Scene], None]
) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    body[box_on(client.get(address).text)] = TYPED
    closed(client, scene)
    db.session.commit()
    page = client.post(address, data={**body, "action": "submit"})
    assert "Send it again" in page.text

    other = press_switch(client, page)

    assert (other.status_code, is_chinese(other)) == (page.status_code, True)
    sent_along = fields_on(other.text)
    assert {name: sent_along.get(name) for name in body if name != "csrf_token"} == {
        name: text for name, text in body.items() if name != "csrf_token"
    }
    assert TYPED in other.text
    assert submissions() == 0


def test_the_switch_sends_nothing_when_the_way_in_is_open_again(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    lapsed(client, scene)
    page = client.post(address, data={**body, "action": "submit"})
    start(client, scene)

    form = press_switch(client, page)

    assert (form.status_code, is_chinese(form)) == (200, True)
    assert submissions() == 0
    answered = fields_on(form.text)
    assert {name: answered[name] for name in body if name.startswith("a-")} == {
        name: value for name, value in body.items() if name.startswith("a-")
    }
    assert client.post(address, data=answered).status_code == 303
    assert submissions() == 1


def test_a_form_submitted_meanwhile_leads_to_its_receipt(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    scene.requests[0].state = RequestState.SUBMITTED
    db.session.commit()

    other = client.post(f"{address}?lang=zh", data={**body, "action": "submit"})

    assert (other.status_code, other.location) == (303, address)
    assert is_chinese(client.get(address))
    assert submissions() == 0


def test_words_about_somebody_declined_meanwhile_come_along_into_the_other_language(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    address = start(client, scene)
    text = client.get(address).text
    body = {**fields_on(text), box_on(text): TYPED}
    client.post(f"{address}/decline", data={"request": body["request"]})

    other = client.post(f"{address}?lang=zh", data=body)

    assert (other.status_code, is_chinese(other)) == (200, True)
    assert fields_on(other.text)[box_on(text)] == TYPED
    assert f'<p class="note">{TYPED}</p>' in other.text
    assert "重新提交" in other.text
    english = press_switch(client, other)
    assert fields_on(english.text)[box_on(text)] == TYPED
    db.session.expire_all()
    assert scene.requests[0].state is RequestState.DECLINED


def test_a_form_that_came_back_keeps_its_words_and_says_anew_what_is_missing(
    app: Flask, client: FlaskClient
) -> None:
    scene = make_scene()
    address = start(client, scene)
    app.config["WTF_CSRF_ENABLED"] = True
    text = client.get(address).text
    body = {**fields_on(text), box_on(text): TYPED, "prompted": "1", "csrf_token": "stale"}
    page = client.post(address, data=body)
    assert page.status_code == 400

    other = press_switch(client, page)

    assert (other.status_code, is_chinese(other)) == (200, True)
    assert fields_on(other.text)[box_on(other.text)] == TYPED
    told = client.post(address, data=fields_on(other.text))
    assert (told.status_code, submissions()) == (422, 0)
    assert "题未答" in told.text


def page_about_two(app: Flask, client: FlaskClient) -> tuple[str, str]:
    """A page question by question whose token will be looked at, and its first field."""
    start(client, make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER)))
    app.config["WTF_CSRF_ENABLED"] = True
    text = client.get("/r/compare/1").text
    return text, re.findall(r'name="(\d+\.a-[^"]+)"', text)[0]


def test_answers_about_several_people_come_along_into_the_other_language(
    app: Flask, client: FlaskClient
) -> None:
    text, field = page_about_two(app, client)
    page = client.post("/r/compare/1", data={**fields_on(text), field: "4", "csrf_token": "stale"})
    assert page.status_code == 400

    soup = BeautifulSoup(page.text, "html.parser")
    button = soup.select(".top button[formaction]")[0]
    body = {**fields_on(page.text), field: "4"}
    other = client.post(f"/r/compare/1{button['formaction']}", data=body)

    assert (other.status_code, is_chinese(other)) == (200, True)
    assert f'name="{field}" value="4" checked' in other.text


def test_the_switch_does_not_make_old_answers_newer_than_what_was_saved_since(
    app: Flask, client: FlaskClient
) -> None:
    fresh, field = page_about_two(app, client)
    elsewhere = {**fields_on(fresh), "copy": "elsewhere", field: "5"}
    page = client.post("/r/compare/1", data={**fields_on(fresh), field: "2", "csrf_token": "stale"})
    assert client.post("/r/compare/1", data=elsewhere).status_code == 303

    other = press_switch(client, page)
    sent = fields_of(BeautifulSoup(other.text, "html.parser").select("#form")[0])
    assert sent[field] == "2"
    told = client.post("/r/compare/1", data=sent)

    assert told.status_code == 422
    assert f'name="{field}" value="5" checked' in told.text
    assert f'name="{field}" value="5" checked' in client.get("/r/compare/1").text


@pytest.mark.parametrize(("people", "gone"), [(2, 1), (3, 1), (3, 3)])
def test_ratings_come_along_when_their_page_is_not_what_it_was(
    app: Flask, client: FlaskClient, people: int, gone: int
) -> None:
    scene = make_scene(groups=(RaterGroup.PEER,) * people)
    start(client, scene)
    app.config["WTF_CSRF_ENABLED"] = True
    text = client.get("/r/compare/1").text
    kept = scene.requests[1 if gone == 1 else 0].id
    fields = re.findall(r'name="(\d+\.a-[^"]+)"', text)
    chosen = dict.fromkeys(fields, "4")
    page = client.post("/r/compare/1", data={**fields_on(text), **chosen, "csrf_token": "stale"})
    scene.requests[gone - 1].state = RequestState.SUBMITTED
    db.session.commit()

    other = press_switch(client, page)

    assert (other.status_code, is_chinese(other)) == (200, True)
    carried = fields_of(BeautifulSoup(other.text, "html.parser").select("#carried")[0])
    assert carried.items() >= chosen.items()
    assert client.post("/r/compare/1", data=carried).location == "/r?saved=1"
    saved = read_draft(scene.token, kept).values
    assert saved == {name.split(".")[1]: "4" for name in fields if name.startswith(f"{kept}.")}


def test_ratings_come_along_when_their_page_has_other_questions_by_now(
    app: Flask, client: FlaskClient
) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    start(client, scene)
    app.config["WTF_CSRF_ENABLED"] = True
    text = client.get("/r/compare/2").text
    field = re.findall(r'name="(\d+\.a-[^"]+)"', text)[0]

    # What stood on page 2 before the pages were counted anew.
    other = client.post("/r/compare/1?lang=zh", data={**fields_on(text), field: "4"})

    carried = fields_of(BeautifulSoup(other.text, "html.parser").select("#carried")[0])
    assert carried[field] == "4"


def test_several_forms_are_not_sent_by_the_switch(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    start(client, scene)
    for number in (1, 2):
        body = filled(client.get(f"/r/p/{number}").text)
        client.post(f"/r/p/{number}", data={**body, "action": "save"})
    shown = fields_on(client.get("/r/check").text)
    lapsed(client, scene)
    page = client.post("/r/check", data=shown)
    start(client, scene)

    other = press_switch(client, page)

    assert (other.status_code, submissions()) == (303, 0)
    assert client.get(other.location).status_code == 200


@pytest.mark.parametrize(
    ("place", "leads_to"),
    [("p/1", "/r/done"), ("compare/1", "/r/compare/2"), ("compare/last", "/r/check")],
)
def test_enter_does_what_the_first_button_of_the_form_does_and_asks_for_no_language(
    app: Flask, client: FlaskClient, place: str, leads_to: str
) -> None:
    groups = (RaterGroup.PEER,) * (1 if place == "p/1" else 2)
    start(client, make_scene(groups=groups))
    app.config["WTF_CSRF_ENABLED"] = True
    if place == "compare/last":
        [pages] = re.findall(r"\(part 1 of (\d+)\)</span>", client.get("/r/compare/1").text)
        place = f"compare/{pages}"
    body = {**filled(client.get(f"/r/{place}").text), "csrf_token": "stale"}
    page = client.post(f"/r/{place}", data=body)
    soup = BeautifulSoup(page.text, "html.parser")

    # A browser presses the first button that belongs to the form.
    first = next(one for one in soup.select("button") if one.get("form", "form") == "form")

    assert (page.status_code, "formaction" in first.attrs) == (400, False)
    sent = {**fields_of(soup.select("#form")[0]), "csrf_token": fields_on(page.text)["csrf_token"]}
    if "name" in first.attrs:
        sent[str(first["name"])] = str(first["value"])
    assert client.post(f"/r/{place}", data=sent).location == leads_to


@pytest.mark.parametrize(
    ("method", "place", "status"),
    [
        ("get", "/start", 303),
        ("get", "/nowhere", 404),
        ("delete", "", 405),
        ("post", "/start", 403),
        ("post", "/decline", 413),
    ],
)
def test_no_answer_tells_other_sites_the_address_of_a_link(
    client: FlaskClient, method: str, place: str, status: int
) -> None:
    scene = make_scene()
    elsewhere = {"Sec-Fetch-Site": "cross-site"} if status == 403 else {}
    body = {"reason": "x" * 300_000} if status == 413 else {}

    answer = getattr(client, method)(f"{scene.link}{place}", data=body, headers=elsewhere)

    assert answer.status_code == status
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_inside_every_answer_says_as_much_as_its_pages(client: FlaskClient) -> None:
    start(client, make_scene())
    said = {client.get(place).headers["Referrer-Policy"] for place in ("/r", "/r/x", "/r/fresh")}

    assert said == {"same-origin"}
