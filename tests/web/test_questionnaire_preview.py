"""The phone preview: the reviewer's own form of a draft, for each relation, and nothing stored."""

import re

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.auth.models import Role
from app.db import db
from app.feedback.models import Draft, FeedbackRequest, Reviewer, Submission
from app.questionnaires.models import Questionnaire
from app.questionnaires.service import make_new_version
from app.schemes.service import install_packs
from tests.factories import make_account, sign_in
from tests.forms import fields_on, filled, make_scene, rating_fields, start
from tests.rounds import counted_statements

ROWS = (Draft, FeedbackRequest, Reviewer, Submission)


def open_preview(client: FlaskClient) -> str:
    """The preview of a draft in which the first item was changed; gives its address."""
    install_packs()
    kam = db.session.scalars(select(Questionnaire).where(Questionnaire.code == "kam")).one()
    draft = make_new_version(kam)
    first = draft.competencies[0].items[0]
    first.text_zh, first.text_en = "草稿里的新题", "Asks what is new in the draft"
    db.session.commit()
    sign_in(client, make_account(role=Role.HR))
    return f"/hr/q/{draft.id}/preview"


def parts_of(text: str) -> list[str]:
    """What a reviewer reads and presses on a form, in its order."""
    main = BeautifulSoup(text, "html.parser").select_one("main")
    assert main is not None
    parts = main.select("h1, h2, fieldset, label, textarea, button")
    return [" ".join(part.get_text(" ").split()) for part in parts]


def test_every_relation_is_offered_with_its_length(client: FlaskClient) -> None:
    page = " ".join(client.get(open_preview(client)).text.split())

    assert "360 feedback for key account managers, version 2" in page
    for group in ("Self", "Manager", "Peer", "Direct report", "Customer"):
        assert f">{group}</a>" in page
    assert '<span class="quiet">30 items · about 5 minutes</span>' in page
    assert '<span class="quiet">7 items · about 2 minutes</span>' in page
    assert re.search(r'<iframe class="phone" src="[^"]*/preview/form\?', page)


def test_the_form_asks_what_the_draft_asks_each_relation_in_each_language(
    client: FlaskClient,
) -> None:
    frame = f"{open_preview(client)}/form"

    peer = client.get(f"{frame}?group=peer&language=en").text
    peer_zh = client.get(f"{frame}?group=peer&language=zh").text
    customer = client.get(f"{frame}?group=customer&language=en").text
    own = client.get(f"{frame}?group=self&language=zh").text

    assert "Asks what is new in the draft" in peer
    assert "Feedback on Wang Xiaoming" in peer
    assert "草稿里的新题" in peer_zh
    assert '<html lang="zh-CN">' in peer_zh
    assert len(rating_fields(peer)) == 30
    assert len(rating_fields(customer)) == 7
    assert "自评" in own
    for page in (peer, peer_zh, customer, own):
        assert "/r/" not in page  # no link to pages of a real reviewer


def test_the_preview_is_the_page_that_reviewers_get(client: FlaskClient) -> None:
    scene = make_scene(locale="zh")
    kam = db.session.get_one(Questionnaire, scene.participants[0].scheme.questionnaire_id)
    link = start(client, scene)
    real = parts_of(client.get(link).text)
    sign_in(client, make_account(role=Role.HR))

    shown = client.get(f"/hr/q/{kam.id}/preview/form?group=peer&language=zh").text

    assert scene.participants[0].person.name == "王晓明"
    assert len(real) > 200
    assert parts_of(shown) == real


def test_what_is_typed_is_answered_and_stored_nowhere(client: FlaskClient) -> None:
    frame = f"{open_preview(client)}/form?group=peer&language=en"
    text = client.get(frame).text
    before = [db.session.scalar(select(func.count()).select_from(row)) for row in ROWS]
    half = filled(text)
    half.pop(rating_fields(text)[4])

    asked_again = client.post(frame, data={**half, "action": "submit"})
    with counted_statements() as statements:
        saved = client.post(frame.replace("/form", "/save"), data=half)
        done = client.post(frame, data=filled(text))

    assert asked_again.status_code == 422
    assert "1 question left" in asked_again.text
    assert len(fields_on(asked_again.text)) == len(half)
    assert (saved.status_code, saved.headers["X-Revision"]) == (204, "0")
    assert "This was a preview: nothing is saved." in done.text
    assert not [line for line in statements if line.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert before == [db.session.scalar(select(func.count()).select_from(row)) for row in ROWS]


def test_only_our_own_pages_may_frame_the_form(client: FlaskClient) -> None:
    address = open_preview(client)

    outer = client.get(address).headers["Content-Security-Policy"]
    frame = client.get(f"{address}/form").headers["Content-Security-Policy"]
    other = client.get("/hr/q").headers["Content-Security-Policy"]

    assert "frame-src 'self'" in outer
    assert "frame-ancestors 'none'" in outer
    assert "frame-src 'none'" in frame
    assert "frame-ancestors 'self'" in frame
    assert "frame-src 'none'" in other
    assert "frame-ancestors 'none'" in other


def test_a_relation_or_language_that_is_not_asked_shows_the_first(client: FlaskClient) -> None:
    address = open_preview(client)

    assert 'title="The form of: Manager"' in client.get(f"{address}?group=friend&language=xx").text
    assert client.get("/hr/q/999/preview").status_code == 404
    assert client.post("/hr/q/999/preview/save").status_code == 404


def test_a_questionnaire_of_no_scheme_promises_every_relation_the_most(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))
    level = {"value": 1, "zh": "从不", "en": "Never"}
    lone = Questionnaire(
        code="lone", version=1, name_zh="独", name_en="Lone", scale=[level], comment_boxes=[]
    )
    db.session.add(lone)
    db.session.commit()

    page = client.get(f"/hr/q/{lone.id}/preview")
    form = client.get(f"/hr/q/{lone.id}/preview/form?group=peer&language=en")

    assert "no form" in page.text
    assert "There are no questions for you here." in form.text
    assert "at least 3 people" in form.text
