"""Answering question by question for several people: each answer goes into its own draft."""

import re

from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.clock import now
from app.db import db
from app.feedback.drafts import read_draft
from app.feedback.models import Draft, FeedbackRequest, RequestState
from app.people.groups import RaterGroup
from app.schemes.service import install_packs
from tests.factories import make_cycle
from tests.forms import NAMES, Scene, fields_on, filled, make_scene, start
from tests.integration.test_form_statements import sent_by
from tests.rounds import counted_statements

PEERS = (RaterGroup.PEER,) * 3


def fields_of(text: str) -> dict[str, str]:
    """The hidden fields of a page of several, with what is chosen on it."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    chosen = re.findall(r'name="(\d+\.a-[^"]+)" value="([^"]+)" checked', text)
    return dict([*hidden, *chosen])


def ratings_of(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'name="(\d+\.a-[^"]+)"', text)))


def saved(scene: Scene, place: int) -> dict[str, str]:
    db.session.expire_all()
    return dict(read_draft(scene.token, scene.requests[place].id).values)


def test_answers_for_three_people_go_into_their_three_drafts(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    start(client, scene)
    assert 'href="/r/compare/1"' in client.get("/r").text
    page = client.get("/r/compare/1").text
    names = ratings_of(page)
    ids = [str(row.id) for row in scene.requests]
    chosen = {name: str(ids.index(name.split(".")[0]) + 1) for name in names}

    answer = client.post("/r/compare/1", data={**fields_of(page), **chosen, "action": "next"})

    assert (answer.status_code, answer.location) == (303, "/r/compare/2")
    questions = len(names) // 3
    for place in range(3):
        assert list(saved(scene, place).values()) == [str(place + 1)] * questions
    assert page.count("<fieldset") == len(names)
    assert f"{len(names)} of {len(names)} answered" in client.get("/r/compare/1").text
    assert fields_of(client.get("/r/compare/1").text).items() >= chosen.items()


def test_answers_sent_after_the_cookie_ended_stay_on_the_page(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    start(client, scene)
    page = client.get("/r/compare/1").text
    chosen = dict.fromkeys(ratings_of(page), "4")
    client.delete_cookie("review")

    lapsed = client.post("/r/compare/1", data={**fields_of(page), **chosen, "action": "next"})
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', lapsed.text))
    start(client, scene)
    again = client.post("/r/compare/1", data=kept)

    assert (lapsed.status_code, again.status_code) == (403, 303)
    assert set(saved(scene, 0).values()) == {"4"}


def test_the_pages_end_in_the_check_and_then_the_list(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS[:2])
    start(client, scene)
    number = 1
    while True:
        page = client.get(f"/r/compare/{number}").text
        action = "next" if 'value="next"' in page else "check"
        body = {**fields_of(page), **dict.fromkeys(ratings_of(page), "3"), "action": action}
        answer = client.post(f"/r/compare/{number}", data=body)
        if action == "check":
            break
        number += 1

    assert answer.location == "/r/check"
    assert "table" in client.get("/r/check").text
    assert client.get(f"/r/compare/{number + 1}").location == "/r"
    assert client.get("/r/compare/0").location == "/r"
    form = client.get("/r/p/1").text
    assert fields_on(form).keys() == filled(form).keys(), "every question is answered"
    assert client.post("/r/p/1", data=filled(form, "3")).status_code == 303


def test_nobody_counts_as_begun_for_whom_nothing_was_chosen(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS[:2])
    start(client, scene)
    page = client.get("/r/compare/1").text
    [first, *_rest] = ratings_of(page)

    answer = client.post("/r/compare/1", data={**fields_of(page), first: "2"})

    assert answer.location == "/r?saved=1"
    states = db.session.scalars(select(FeedbackRequest.state)).all()
    assert sorted(states) == [RequestState.OPEN, RequestState.STARTED]
    assert db.session.query(Draft).count() == 1


def test_an_answer_given_on_another_page_stands_and_is_shown(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS[:2])
    start(client, scene)
    old = client.get("/r/compare/1").text
    [first, *_rest] = ratings_of(old)
    newer = client.get("/r/compare/1").text
    client.post("/r/compare/1", data={**fields_of(newer), first: "5"})

    answer = client.post("/r/compare/1", data={**fields_of(old), first: "1", "action": "next"})

    assert answer.status_code == 422
    assert "given on another page" not in answer.text
    assert "Answers that you gave on another page are filled in" in answer.text
    assert fields_of(answer.text)[first] == "5"


def test_a_form_submitted_meanwhile_keeps_its_answers(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    start(client, scene)
    page = client.get("/r/compare/1").text
    form = client.get("/r/p/1")
    gone = re.search(r'name="request" value="(\d+)"', form.text)
    client.post("/r/p/1", data=filled(form.text))
    body = {**fields_of(page), **dict.fromkeys(ratings_of(page), "1")}

    assert client.post("/r/compare/1", data=body).location == "/r?saved=1"

    drafts = set(db.session.scalars(select(Draft.request_id)))
    assert gone
    assert drafts == {row.id for row in scene.requests} - {int(gone[1])}


def test_answers_about_others_are_kept_when_one_is_not_asked_for_any_more(
    client: FlaskClient,
) -> None:
    scene = make_scene(groups=PEERS)
    start(client, scene)
    page = client.get("/r/compare/1").text
    body = {**fields_of(page), **dict.fromkeys(ratings_of(page), "1")}
    db.session.execute(delete(FeedbackRequest).where(FeedbackRequest.id == scene.requests[0].id))
    db.session.commit()

    told = client.post("/r/compare/1", data=body)
    assert told.status_code == 410
    assert "1 person on that page is not asked about any more" in told.text
    assert "What you answered about the others is saved." in told.text
    assert "that one stands" not in told.text
    assert set(db.session.scalars(select(Draft.request_id))) == {
        row.id for row in scene.requests[1:]
    }


def test_forged_fields_and_levels_change_nothing(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS[:2])
    start(client, scene)
    page = client.get("/r/compare/1").text
    [first, *_rest] = ratings_of(page)
    request_id = first.split(".")[0]

    answer = client.post(
        "/r/compare/1", data={**fields_of(page), first: "9", f"{request_id}.a-none": "1"}
    )

    assert answer.status_code == 303
    assert db.session.query(Draft).count() == 0


def test_customers_self_and_single_people_are_not_compared(client: FlaskClient) -> None:
    for groups in (
        (RaterGroup.CUSTOMER,) * 2,
        (RaterGroup.SELF, RaterGroup.PEER),
        (RaterGroup.PEER, RaterGroup.SUBORDINATE),
    ):
        start(client, make_scene(groups=groups, cycle=make_cycle()))
        assert "/r/compare" not in client.get("/r").text
        assert client.get("/r/compare/1").location == "/r"


def test_other_questions_are_another_set(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    other = next(scheme for scheme in install_packs() if scheme.code == "rep")
    scene.participants[1].scheme_id = other.id
    db.session.commit()
    start(client, scene)

    page = client.get("/r/compare/1").text

    assert NAMES[0] in page
    assert NAMES[1] not in page


def test_a_round_that_does_not_offer_it_keeps_what_was_saved_that_way(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    start(client, scene)
    page = client.get("/r/compare/1").text
    body = {**fields_of(page), **dict.fromkeys(ratings_of(page), "4")}
    client.post("/r/compare/1", data=body)
    scene.cycle.compares = False
    db.session.commit()

    assert "/r/compare" not in client.get("/r").text
    assert client.get("/r/compare/1").location == "/r"
    assert set(saved(scene, 0).values()) == {"4"}
    assert client.get("/r/check").status_code == 200


def test_after_the_end_nothing_is_saved_and_the_door_says_so(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS[:2])
    start(client, scene)
    page = client.get("/r/compare/1").text
    scene.cycle.closed_at = now()
    db.session.commit()
    body = {**fields_of(page), **dict.fromkeys(ratings_of(page), "1")}

    assert client.post("/r/compare/1", data=body).status_code == 410
    assert db.session.query(Draft).count() == 0


def test_without_a_cookie_no_name_is_shown(client: FlaskClient) -> None:
    answer = client.get("/r/compare/1")

    assert answer.status_code == 403


def test_it_is_in_chinese_too(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS, locale="zh")
    start(client, scene)

    assert ">几位同事一起，逐题评价</a>" in client.get("/r").text
    page = client.get("/r/compare/1").text
    assert "这里只保存，不提交" in page
    assert "保存并继续：" in page


def test_more_people_take_no_more_statements_to_show(client: FlaskClient) -> None:
    counts = []
    for people in (2, 5):
        scene = make_scene(groups=(RaterGroup.PEER,) * people, cycle=make_cycle())
        start(client, scene)
        with counted_statements() as statements:
            assert client.get("/r/compare/1").status_code == 200
        counts.append(len(sent_by(statements)))

    assert counts[0] == counts[1]
