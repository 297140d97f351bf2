"""The worst answer to a critical item asks for one example: on the form, in drafts, in answers."""

import re
from html import unescape

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import now
from app.db import db
from app.feedback.drafts import read_draft
from app.feedback.models import Submission
from app.people.groups import RaterGroup
from app.questionnaires.models import Questionnaire
from app.schemes.service import install_packs
from tests.forms import Scene, fields_on, filled, make_scene, mark_critical, start, typed_on
from tests.integration.test_form_statements import sent_by
from tests.rounds import counted_statements

USUAL, REVERSED = "kam-c1-01", "kam-c1-07"
FIELD, REVERSED_FIELD = f"c-example.{USUAL}", f"c-example.{REVERSED}"
WORDS = "He promised <b>a date</b> & kept none."
TELLING = "我作为销售助理，等了三天。"


def at_the_form(client: FlaskClient, *groups: RaterGroup) -> Scene:
    install_packs()
    mark_critical(USUAL, REVERSED)
    scene = make_scene(groups=groups or (RaterGroup.PEER,))
    start(client, scene)
    return scene


def as_it_stands(text: str) -> dict[str, str]:
    """What a browser sends of a page that nobody touches."""
    return {name: unescape(value) for name, value in fields_on(text).items()}


def answered(text: str, **levels: str) -> dict[str, str]:
    """The page's body, answered in the middle but for these items."""
    changed = {f"a-{name.replace('_', '-')}": level for name, level in levels.items()}
    return {**filled(text, "3"), **changed}


def kept() -> list[dict[str, str]]:
    return [dict(row.comments) for row in db.session.scalars(select(Submission))]


def saved(scene: Scene, place: int = 0) -> dict[str, str]:
    return dict(read_draft(scene.token, scene.requests[place].id).values)


def box_on(text: str, field: str = FIELD) -> str:
    """What stands in the box for an example."""
    found = BeautifulSoup(text, "html.parser").find(id=field)
    assert isinstance(found, Tag)
    return found.get_text().removeprefix("\n")


@pytest.mark.parametrize(
    ("levels", "counting"),
    [
        ({"kam_c1_01": "1", "kam_c1_07": "5"}, {USUAL, REVERSED}),
        ({"kam_c1_01": "1", "kam_c1_07": "1"}, {USUAL}),
        ({"kam_c1_01": "5", "kam_c1_07": "5"}, {REVERSED}),
        ({"kam_c1_01": "2", "kam_c1_07": "na"}, set()),
    ],
    ids=["both worst", "the reversed one best", "the usual one best", "neither"],
)
def test_an_example_counts_beside_the_worst_answer_and_goes_with_the_draft_beside_another(
    client: FlaskClient, levels: dict[str, str], counting: set[str]
) -> None:
    scene = at_the_form(client)
    body = answered(client.get("/r/p/1").text, **levels)
    body |= {FIELD: WORDS, REVERSED_FIELD: "Another one", "c-start": "Listen"}
    assert client.post("/r/p/1/save", data=body).status_code == 204

    assert client.post("/r/p/1", data=body).status_code == 303

    wanted = {f"example.{code}" for code in counting}
    [comments] = kept()
    assert set(comments) == {*wanted, "start"}
    assert comments.get(f"example.{USUAL}", WORDS) == WORDS
    assert saved(scene) == {}, "what did not count is gone with the draft"


def test_an_example_may_be_left_out_and_is_no_question(client: FlaskClient) -> None:
    at_the_form(client)
    page = client.get("/r/p/1").text
    assert "0 of 30 answered" in page

    assert client.post("/r/p/1", data=answered(page, kam_c1_01="1")).status_code == 303
    assert kept() == [{}]


def test_only_critical_items_have_a_box_and_it_says_what_it_asks(client: FlaskClient) -> None:
    scene = at_the_form(client)
    page = BeautifulSoup(client.get("/r/p/1").text, "html.parser")

    boxes = page.select("fieldset textarea")
    assert [box["name"] for box in boxes] == [FIELD, REVERSED_FIELD]
    for box, level in zip(boxes, ("1", "5"), strict=True):
        row = box.find_parent("div")
        assert row is not None
        assert [one["value"] for one in row.find_all("input", recursive=False)] == [level]
        label = page.select_one(f'label[for="{box["id"]}"]')
        assert label is not None
        assert label.text == "Please give one example (optional)"
    scene.reviewer.person.locale = "zh"
    db.session.commit()
    assert client.get("/r/p/1").text.count("请举一例，选填") == 2


def test_what_was_typed_stays_whatever_is_chosen_then(client: FlaskClient) -> None:
    scene = at_the_form(client)
    body = {**as_it_stands(client.get("/r/p/1").text), f"a-{USUAL}": "1", FIELD: WORDS}

    later = client.post("/r/p/1", data={**body, "action": "save"})
    changed = {**as_it_stands(client.get("/r/p/1").text), f"a-{USUAL}": "4"}
    missing = client.post("/r/p/1", data=changed)

    assert later.status_code == 303
    assert missing.status_code == 422
    assert box_on(missing.text) == WORDS
    assert "<b>a date" not in missing.text
    assert saved(scene)[FIELD] == WORDS
    back = {**as_it_stands(missing.text), f"a-{USUAL}": "1", "action": "submit_anyway"}
    assert client.post("/r/p/1", data=back).status_code == 303
    assert kept() == [{f"example.{USUAL}": WORDS}]


def test_autosave_takes_an_example_and_a_second_device_finds_it(client: FlaskClient) -> None:
    scene = at_the_form(client)
    known = {"request": str(scene.requests[0].id), "revision": "0"}

    answer = client.post("/r/p/1/save", data={**known, f"a-{USUAL}": "1", FIELD: WORDS})
    other = client.application.test_client()
    start(other, scene)

    assert answer.status_code == 204
    assert box_on(other.get("/r/p/1").text) == WORDS
    stale = other.post("/r/p/1/save", data={**known, FIELD: "An older one"})
    assert (stale.status_code, stale.get_json()["newer"][FIELD]) == (409, WORDS)


def test_a_telling_example_is_pointed_out_beside_its_box(client: FlaskClient) -> None:
    at_the_form(client)
    body = {**answered(client.get("/r/p/1").text, kam_c1_01="1"), FIELD: TELLING}

    shown = client.post("/r/p/1", data=body)

    page = BeautifulSoup(shown.text, "html.parser")
    told = page.find(id=f"{FIELD}-h")
    assert isinstance(told, Tag)
    assert "This may identify you (“我作为销售助理”)" in told.text
    link = page.select_one("#problem a")
    assert link is not None
    assert (link["href"], link.text) == (
        f"#{FIELD}",
        "Visits key customers at the agreed intervals",
    )
    assert client.post("/r/p/1", data=fields_on(shown.text)).status_code == 303
    assert kept() == [{f"example.{USUAL}": TELLING}]


def test_words_that_do_not_count_are_not_pointed_out(client: FlaskClient) -> None:
    at_the_form(client)
    body = {**answered(client.get("/r/p/1").text, kam_c1_01="4"), FIELD: TELLING}

    assert client.post("/r/p/1", data=body).status_code == 303


def test_an_example_that_is_too_long_stays_on_the_page_with_a_word_about_it(
    client: FlaskClient,
) -> None:
    at_the_form(client)
    long = "例" * 1001

    body = {**answered(client.get("/r/p/1").text, kam_c1_01="1"), FIELD: long}
    shown = client.post("/r/p/1", data=body)

    assert shown.status_code == 422
    assert box_on(shown.text) == long
    assert shown.text.count("This comment is longer than 1,000 characters.") == 2
    assert f'href="#{FIELD}"' in shown.text


def test_an_example_sent_after_the_cookie_ended_is_sent_once_more(client: FlaskClient) -> None:
    scene = at_the_form(client)
    body = {**answered(client.get("/r/p/1").text, kam_c1_01="1"), FIELD: "No answer for a week"}
    client.delete_cookie("review")

    lapsed = client.post("/r/p/1", data=body)
    carried = typed_on(lapsed.text)
    start(client, scene)

    assert lapsed.status_code == 403
    assert client.post("/r/p/1", data=carried).status_code == 303
    assert kept() == [{f"example.{USUAL}": "No answer for a week"}]


def test_answering_question_by_question_leaves_examples_as_they_are(client: FlaskClient) -> None:
    """There is no box on that page; the form, on which everything is submitted, has it."""
    scene = at_the_form(client, RaterGroup.PEER, RaterGroup.PEER)
    client.post("/r/p/1/save", data={"revision": "0", f"a-{USUAL}": "1", FIELD: WORDS})
    number = 0 if saved(scene) else 1  # people stand in another order for every reviewer

    page = client.get("/r/compare/1").text
    names = re.findall(r'name="(\d+\.revision)" value="(\d+)"', page)
    level = {f"{scene.requests[number].id}.a-{USUAL}": "2"}
    answer = client.post("/r/compare/1", data={**dict(names), **level, "action": "leave"})

    assert "<textarea" not in page
    assert answer.status_code == 303
    assert saved(scene, number) == {f"a-{USUAL}": "2", FIELD: WORDS}


def test_a_group_that_is_not_asked_the_item_is_asked_for_no_example(client: FlaskClient) -> None:
    at_the_form(client, RaterGroup.CUSTOMER)
    page = client.get("/r/p/1").text

    assert "c-example." not in page
    assert client.post("/r/p/1/save", data={FIELD: WORDS}).status_code == 422


def test_a_form_without_comment_boxes_asks_for_no_example(client: FlaskClient) -> None:
    """It would stand alone among the comments, and tell how its writer answered."""
    install_packs()
    mark_critical(USUAL)
    kam = db.session.scalars(select(Questionnaire).where(Questionnaire.code == "kam")).one()
    kam.comment_boxes = [box for box in kam.comment_boxes if box["audience"] == "customer"]
    db.session.commit()
    scene = make_scene()
    start(client, scene)

    assert "c-example." not in client.get("/r/p/1").text
    assert client.post("/r/p/1/save", data={FIELD: WORDS}).status_code == 422


def test_a_form_that_asks_for_examples_asks_the_database_no_more(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.PEER,) * 2)
    start(client, scene)

    def looked_at() -> int:
        with counted_statements() as statements:
            assert client.get("/r/p/1").status_code == 200
        return len(sent_by(statements))

    usual = min(looked_at() for _again in range(2))
    scene.cycle.launched_at = now()  # another launch: what this one has frozen stays as it was
    mark_critical(USUAL, REVERSED)
    again = min(looked_at() for _again in range(2))

    assert "c-example." in client.get("/r/p/1").text
    assert again == usual


def test_a_form_given_anew_keeps_only_the_new_examples(client: FlaskClient) -> None:
    scene = at_the_form(client)
    body = {**answered(client.get("/r/p/1").text, kam_c1_01="1"), FIELD: WORDS}
    assert client.post("/r/p/1", data=body).status_code == 303
    scene.requests[0].reopened = True
    scene.reviewer.may_correct = True
    db.session.commit()

    page = client.get("/r/p/1").text
    assert box_on(page) == ""
    assert client.post("/r/p/1", data=answered(page, kam_c1_01="1")).status_code == 303
    assert kept() == [{}]
