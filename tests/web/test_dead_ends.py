"""What a reviewer finds behind a link that leads to no form: its own page, and no name on it."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.clock import now
from app.cycles.rules import wall_time
from app.db import Base, db
from app.feedback.closing import close_cycle
from app.feedback.models import DeclineReason, Draft, RequestState, Submission
from app.feedback.reissuing import raise_generation
from app.feedback.submissions import receipt_of
from app.feedback.visits import COOKIE_SECONDS
from app.people.groups import RaterGroup
from tests.conftest import LINK_KEY
from tests.factories import token_of
from tests.forms import NAMES, Scene, fields_on, filled, make_scene, start

ENGLISH = {"Accept-Language": "en"}  # of a reader whom no link names


def submitted(scene: Scene) -> None:
    scene.requests[0].state = RequestState.SUBMITTED


def closed(scene: Scene) -> None:
    close_cycle(scene.cycle, now())


def cut_off(scene: Scene) -> None:
    scene.reviewer.cut_off = True


def expired(scene: Scene) -> None:
    scene.cycle.closes_at = now() - timedelta(hours=1)


def not_open(scene: Scene) -> None:
    scene.cycle.opens_at = now() + timedelta(hours=1)


def not_launched(scene: Scene) -> None:
    scene.cycle.launched_at = None


DEAD_ENDS = [
    (submitted, 200, "All done"),
    (closed, 410, "This review is closed"),
    (cut_off, 410, "This link is paused"),
    (expired, 410, "This link has expired"),
    (not_open, 403, "Collection has not begun yet"),
    (not_launched, 404, "This link opens nothing any more"),
]


@pytest.mark.parametrize(("state", "status", "heading"), DEAD_ENDS)
def test_each_dead_end_has_its_own_page_and_names_nobody(
    client: FlaskClient, state: Callable[[Scene], None], status: int, heading: str
) -> None:
    scene = make_scene()
    state(scene)
    db.session.commit()

    answer = client.get(scene.link, headers=ENGLISH)

    assert (answer.status_code, f"<h1>{heading}" in answer.text) == (status, True)
    assert NAMES[0] not in answer.text
    others = {other for _state, _status, other in DEAD_ENDS} - {heading}
    assert not [other for other in others if f"<h1>{other}" in answer.text]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("change", [lambda link: "/i/" + "x" * 43, lambda link: link[:-5]])
def test_unknown_and_truncated_links_ask_for_the_whole_line(
    client: FlaskClient, change: Callable[[str], str]
) -> None:
    scene = make_scene()

    answer = client.get(change(scene.link), headers=ENGLISH)
    pasted = client.post("/i/", data={"link": f"> {scene.link[:-5]}"}, headers=ENGLISH)
    whole = client.post("/i/", data={"link": f"打开：http://localhost{scene.link} 谢谢"})

    assert (answer.status_code, pasted.status_code, whole.status_code) == (404, 404, 303)
    assert "paste it here" in answer.text
    assert NAMES[0] not in answer.text + pasted.text
    assert "There is no complete link in this line." in pasted.text
    assert whole.location == scene.link


@pytest.mark.parametrize(
    "token", ["é" * 43, "..", "%00", "%ED%A0%80", "'; --", "a" * 4000, "%F0%9F%92%A9"]
)
def test_no_token_breaks_the_door(client: FlaskClient, token: str) -> None:
    make_scene()
    client.set_cookie("review", "no token at all")

    assert client.get(f"/i/{token}").status_code in {404, 308}
    assert client.get("/r").status_code == 403


@pytest.mark.parametrize("behind", [")", ">", ".", "。", "%20", "=", "/"])
def test_what_a_mail_app_puts_behind_a_link_does_no_harm(client: FlaskClient, behind: str) -> None:
    scene = make_scene()

    page = client.get(f"{scene.link}{behind}", follow_redirects=True)

    assert page.status_code == 200
    assert "You are 张三" in page.text


def test_a_link_wrapped_by_a_scanner_is_found_in_what_is_pasted(client: FlaskClient) -> None:
    scene = make_scene()
    wrapped = quote(f"https://review.example.com{scene.link}", safe="")

    found = client.post("/i/", data={"link": f"https://scan.example.com/?url={wrapped}&data=05"})

    assert (found.status_code, found.location) == (303, scene.link)


def test_a_browser_that_is_inside_meets_the_same_dead_ends(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    for state in (cut_off, closed):
        state(scene)
        db.session.commit()
        answers = [client.get(address), client.post(address, data=body), client.get("/r")]

        assert [answer.status_code for answer in answers] == [410] * 3
        assert not [answer for answer in answers if NAMES[0] in answer.text]
        scene.reviewer.cut_off = False
    assert forms() == 0


def forms() -> int | None:
    return db.session.scalar(select(func.count()).select_from(Submission))


def test_a_form_after_the_deadline_is_refused(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    expired(scene)
    db.session.commit()

    answer = client.post(address, data=body)

    assert (answer.status_code, forms()) == (410, 0)
    assert "Feedback closed on" in answer.text


def test_a_form_that_came_too_late_stays_on_the_page_until_there_is_more_time(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = {**filled(client.get(address).text), "c-start": "Say it sooner"}
    expired(scene)
    db.session.commit()

    late = client.post(address, data=body)
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', late.text))
    scene.reviewer.closes_at = now() + timedelta(days=2)
    db.session.commit()

    assert "does not count yet" in late.text
    assert "does not count yet" not in client.get(scene.link).text
    assert client.post(address, data=kept).status_code == 303
    assert db.session.scalars(select(Submission)).one().comments["start"] == "Say it sooner"


def test_a_form_sent_behind_a_paused_link_stays_until_the_new_one_is_there(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = {**filled(client.get(address).text), "c-start": "Say it sooner"}
    client.post(f"{scene.link}/not-me")

    refused = client.post(address, data=body)
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', refused.text))
    raise_generation(scene.reviewer, LINK_KEY, address="zhang@example.com")
    scene.reviewer.cut_off = False
    db.session.commit()
    client.post(f"/i/{token_of(scene.reviewer)}/start")
    once_more = client.post(address, data=kept)

    assert (refused.status_code, once_more.status_code) == (410, 303)
    assert "was not taken" in refused.text
    assert NAMES[0] not in refused.text
    assert db.session.scalars(select(Submission)).one().comments["start"] == "Say it sooner"


def test_whoever_was_at_it_reads_until_when_there_is_time(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.PEER,) * 2)
    start(client, scene)
    client.post("/r/p/1", data={**filled(client.get("/r/p/1").text), "action": "save"})
    pages = (scene.link, "/r", "/r/p/1", "/r/compare/1")
    early = [page for page in pages if "The deadline has passed" in client.get(page).text]
    expired(scene)
    db.session.execute(update(Draft).values(touched_at=now() - timedelta(minutes=70)))
    db.session.commit()

    ends = wall_time(scene.cycle.closes_at + timedelta(hours=24), scene.cycle.time_zone)
    until = re.compile(f"You can still submit until [^<]*, {ends[-5:]} Beijing time")
    late = [page for page in pages if until.search(client.get(page).text)]
    assert early == []
    assert late == list(pages)


def test_a_second_submission_gets_the_first_receipt(client: FlaskClient) -> None:
    scene = make_scene()
    address = start(client, scene)
    body = filled(client.get(address).text)
    code = receipt_of(LINK_KEY, scene.requests[0].id)

    first = client.post(address, data=body)
    second = client.post(address, data={**body, **dict.fromkeys(body_ratings(body), "1")})
    receipt = client.get(second.location)

    assert first.status_code == second.status_code == 303
    assert code in receipt.text
    assert code in client.get(first.location).text + client.get(address).text
    assert forms() == 1
    kept = db.session.scalars(select(Submission.answers)).one()
    assert set(kept.values()) == {4}
    assert client.post(f"{address}/save", data=body).status_code == 410


def body_ratings(body: dict[str, str]) -> list[str]:
    return [name for name in body if name.startswith("a-")]


def test_one_person_can_be_declined_and_taken_back(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    start(client, scene)

    client.post("/r/p/1/decline", data={"reason": "little_contact"})
    assert states(scene).count(RequestState.DECLINED) == 1
    client.post("/r/p/1/take-part")

    assert states(scene) == [RequestState.OPEN, RequestState.OPEN]
    assert client.get("/r/p/1").status_code == 200


def test_declining_everybody_can_be_undone_by_the_link(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))

    client.post(f"{scene.link}/decline")
    assert states(scene) == [RequestState.DECLINED] * 2
    start(client, scene)

    assert states(scene) == [RequestState.OPEN, RequestState.OPEN]
    assert not scene.reviewer.declined


@pytest.mark.parametrize("sent", ["conflict", "", "because"])
def test_whoever_declines_everybody_may_say_why(client: FlaskClient, sent: str) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    page = client.get(f"{scene.link}/decline").text
    assert 'name="reason" value="conflict"' in page
    assert "HR sees that you declined, and the reason if you give one" in page

    client.post(f"{scene.link}/decline", data={"reason": sent})

    reason = DeclineReason.CONFLICT if sent == "conflict" else None
    assert [row.decline_reason for row in scene.requests] == [reason, reason]
    start(client, scene)
    client.post("/r/decline", data={"reason": sent, **fields_on(client.get("/r/decline").text)})
    assert [row.decline_reason for row in scene.requests] == [reason, reason]


def states(scene: Scene) -> list[RequestState]:
    db.session.expire_all()
    return [row.state for row in scene.requests]


def everything_kept() -> dict[str, list[str]]:
    return {
        table.name: sorted(str(row) for row in db.session.execute(table.select()))
        for table in Base.metadata.sorted_tables
    }


def test_looking_a_hundred_times_changes_nothing(client: FlaskClient) -> None:
    scene = make_scene()
    before = everything_kept()
    pages = ("", "/decline", "/not-me")

    answers = [
        client.open(f"{scene.link}{pages[turn % 3]}", method=("GET", "HEAD")[turn % 2])
        for turn in range(100)
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert not [answer for answer in answers if "Set-Cookie" in answer.headers]
    assert everything_kept() == before
    assert len(before["reviewers"]) == 1


def test_what_was_sent_after_the_cookie_ended_can_be_read_on_the_page_that_keeps_it(
    client: FlaskClient,
) -> None:
    start(client, make_scene())
    body = filled(client.get("/r/p/1").text)
    box = next(name for name in body if name.startswith("c-"))
    stranger = client.application.test_client()

    page = stranger.post("/r/p/1", data={**body, box: "先<复述>客户的话", "action": "save"}).text

    assert f"{len(body_ratings(body))} answers are kept here." in page
    assert '<p class="note">先&lt;复述&gt;客户的话</p>' in page
    empty = stranger.post("/r/p/1", data={"request": body["request"], box: " "}).text
    assert "kept here" not in empty
    assert "What you wrote" not in empty


def test_the_cookie_of_a_review_is_not_for_scripts_and_ends(client: FlaskClient) -> None:
    scene = make_scene()

    cookie = client.post(f"{scene.link}/start").headers["Set-Cookie"]

    assert token_of(scene.reviewer) in cookie
    assert {"HttpOnly", "SameSite=Lax", f"Max-Age={COOKIE_SECONDS}"} <= set(cookie.split("; "))
