"""A hint beside a comment that could identify its writer: once, never in the way, kept nowhere."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.auth.models import Role
from app.db import db
from app.driver import asked
from app.feedback.drafts import read_draft
from app.feedback.hinting.service import keep_words, list_words
from app.feedback.models import Submission
from app.people.groups import RaterGroup
from tests.factories import make_account, make_department, make_person, sign_in
from tests.forms import Scene, fields_on, filled, make_scene, start

HINT = "This may identify you"
TELLING = "我作为销售助理，希望他少开会。"


def at_the_form(client: FlaskClient, group: RaterGroup = RaterGroup.PEER) -> Scene:
    scene = make_scene(groups=(group,))
    scene.reviewer.person.department = make_department()
    scene.participants[0].person.department = make_department()
    db.session.commit()
    start(client, scene)
    return scene


def with_comment(client: FlaskClient, text: str) -> dict[str, str]:
    body = filled(client.get("/r/p/1").text)
    box = next(name for name in body if name.startswith("c-"))
    return {**body, box: text}


def kept() -> list[str]:
    return [
        text for row in db.session.scalars(select(Submission)) for text in row.comments.values()
    ]


def test_a_telling_comment_is_pointed_out_once_and_then_sent_as_it_is(client: FlaskClient) -> None:
    scene = at_the_form(client)
    body = with_comment(client, TELLING)

    shown = client.post("/r/p/1", data=body)

    assert shown.status_code == 422
    assert "One look before you submit" in shown.text
    assert "This may identify you (“我作为销售助理”)" in shown.text
    assert "<title>Error:" not in shown.text
    assert kept() == []
    assert TELLING in read_draft(scene.token, scene.requests[0].id).values.values()
    assert client.post("/r/p/1", data=fields_on(shown.text)).status_code == 303
    assert kept() == [TELLING]


def test_a_comment_that_is_too_long_is_looked_at_only_when_it_is_short_enough(
    client: FlaskClient,
) -> None:
    at_the_form(client)

    long = client.post("/r/p/1", data=with_comment(client, TELLING * 100))

    assert long.status_code == 422
    assert HINT not in long.text
    assert TELLING * 100 in long.text
    box = next(name for name in fields_on(long.text) if name.startswith("c-"))
    assert HINT in client.post("/r/p/1", data={**fields_on(long.text), box: TELLING}).text


def test_a_changed_comment_is_not_asked_about_again(client: FlaskClient) -> None:
    at_the_form(client)
    shown = client.post("/r/p/1", data=with_comment(client, TELLING))
    box = next(name for name in fields_on(shown.text) if name.startswith("c-"))

    answer = client.post("/r/p/1", data={**fields_on(shown.text), box: "我作为助理：少开会。"})

    assert answer.status_code == 303


def test_saving_for_later_shows_no_hint(client: FlaskClient) -> None:
    at_the_form(client)
    body = with_comment(client, TELLING)

    assert client.post("/r/p/1/save", data=body).status_code == 204
    assert client.post("/r/p/1", data={**body, "action": "save"}).location == "/r?saved=1"


def test_open_questions_and_a_hint_are_one_prompt(client: FlaskClient) -> None:
    at_the_form(client)
    body = with_comment(client, TELLING)
    del body[next(name for name in body if name.startswith("a-"))]

    shown = client.post("/r/p/1", data=body)

    assert "1 question left" in shown.text
    assert HINT in shown.text
    again = {**fields_on(shown.text), "action": "submit_anyway"}
    assert client.post("/r/p/1", data=again).status_code == 303


@pytest.mark.parametrize("group", [RaterGroup.SUPERVISOR, RaterGroup.SELF])
def test_whoever_is_named_anyway_gets_no_hint(client: FlaskClient, group: RaterGroup) -> None:
    at_the_form(client, group)

    assert client.post("/r/p/1", data=with_comment(client, TELLING)).status_code == 303


def test_colleagues_of_both_departments_are_known_by_name_and_nobody_else(
    client: FlaskClient,
) -> None:
    scene = at_the_form(client)
    make_person(name="欧阳静", department=scene.reviewer.person.department)
    make_person(name="司马光", department=scene.participants[0].person.department)
    make_person(name="诸葛平", department=make_department())
    make_person(name="上官云")
    db.session.commit()

    for name in ("欧阳静", "司马光", "张三"):
        shown = client.post("/r/p/1", data=with_comment(client, f"上次{name}也在。"))
        assert f"（“{name}”）" in shown.text or f"(“{name}”)" in shown.text
    assert (
        client.post(
            "/r/p/1", data=with_comment(client, "诸葛平和上官云都在，王晓明也在。")
        ).status_code
        == 303
    )


def test_a_customer_learns_no_name_from_a_hint(client: FlaskClient) -> None:
    scene = at_the_form(client, RaterGroup.CUSTOMER)
    make_person(name="司马光", department=scene.participants[0].person.department)
    scene.reviewer.person.company = "蓝海重工"
    db.session.commit()

    assert "蓝海重工" in client.post("/r/p/1", data=with_comment(client, "蓝海重工很满意")).text
    assert client.post("/r/p/1", data=with_comment(client, "司马光很好")).status_code == 303


def test_the_text_reaches_no_statement_and_no_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    at_the_form(client)
    body = with_comment(client, "Canary 4711: 我作为助理")

    with caplog.at_level("DEBUG"), values_sent() as values:
        assert HINT in client.post("/r/p/1", data=body).text

    assert values
    assert not [value for value in values if "Canary" in value]
    assert "Canary" not in caplog.text


def test_the_hint_is_in_chinese_too(client: FlaskClient) -> None:
    scene = at_the_form(client)
    scene.reviewer.person.locale = "zh"
    db.session.commit()

    shown = client.post("/r/p/1", data=with_comment(client, TELLING))

    assert "这句话可能让人认出您（例如“我作为销售助理”）。可以改一下，也可以保留。" in shown.text
    assert re.search(r">就这样提交</button>", shown.text)


def test_hr_adds_words_of_its_own_and_takes_them_out(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))
    written = "  朱雀项目 \r\nProject C++\r\n\r\nproject c++\r\n"
    assert client.post("/hr/q/words", data={"words": written}).status_code == 302
    assert list_words() == ["project c++", "朱雀项目"]
    assert "project c++\n朱雀项目</textarea>" in client.get("/hr/q/words").text

    at_the_form(client)
    shown = client.post("/r/p/1", data=with_comment(client, "在朱雀项目里，他先发议程。"))
    assert "This may identify you (“朱雀项目”)" in shown.text

    client.post("/hr/q/words", data={"words": ""})
    assert list_words() == []


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("朱雀项目\n我", "“我” cannot be used: a word has 2 to 40 characters."),
        ("x" * 41, "cannot be used: a word has 2 to 40 characters."),
        ("\n".join(f"word{number}" for number in range(201)), "201 words are too many"),
    ],
    ids=["too short", "too long", "too many"],
)
def test_a_list_that_cannot_be_used_is_kept_on_the_page_and_not_stored(
    client: FlaskClient, written: str, sentence: str
) -> None:
    sign_in(client, make_account(role=Role.HR))
    keep_words(["朱雀项目"])
    db.session.commit()

    answer = client.post("/hr/q/words", data={"words": written})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert written in answer.text
    assert list_words() == ["朱雀项目"]


def test_of_a_list_without_end_only_the_beginning_is_shown(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))
    written = "\n".join(f"word{number}" for number in range(30_000))

    answer = client.post("/hr/q/words", data={"words": written})

    assert answer.status_code == 422
    assert "only its first 20000 characters are shown here" in answer.text
    assert written[:20_000] in answer.text
    assert written[:20_001] not in answer.text
    assert list_words() == []


@contextmanager
def values_sent() -> Iterator[list[str]]:
    """What the database is handed beside the statements themselves."""
    values: list[str] = []

    def note(*event_values: object) -> None:
        values.append(repr(event_values[3]))

    def note_asked(_statement: str, **rest: object) -> None:
        values.append(repr(rest["values"]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with asked.connected_to(note_asked):
            yield values
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("spoken", "lead"), [("en", "will be read like this"), ("zh", "会这样原样显示")]
)
def test_the_one_look_shows_the_words_as_they_will_be_read(
    client: FlaskClient, spoken: str, lead: str
) -> None:
    scene = at_the_form(client)
    scene.reviewer.person.locale = spoken
    db.session.commit()

    shown = client.post("/r/p/1", data=with_comment(client, f"<b>{TELLING}")).text

    assert lead in shown
    assert f"<blockquote>&lt;b&gt;{TELLING}</blockquote>" in shown
