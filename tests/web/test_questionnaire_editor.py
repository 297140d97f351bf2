"""HR's editor: pages of a draft, advice beside the items, and two people at once."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.auth.models import Role
from app.clock import now
from app.db import db
from app.questionnaires.models import Competency, Questionnaire
from app.questionnaires.queries import find_draft
from app.questionnaires.service import make_new_version
from app.schemes.service import install_packs
from tests.factories import make_account, sign_in
from tests.forms import typed_on
from tests.rounds import counted_statements


def open_draft(client: FlaskClient) -> str:
    """A draft of the questionnaire for key account managers; gives its address."""
    install_packs()
    kam = db.session.scalars(select(Questionnaire).where(Questionnaire.code == "kam")).one()
    draft = make_new_version(kam)
    sign_in(client, make_account(role=Role.HR))
    return f"/hr/q/{draft.id}"


def draft() -> Questionnaire:
    found = find_draft("kam")
    assert found is not None
    return found


def items_page(address: str, place: int = 0) -> str:
    return f"{address}/competencies/{draft().competencies[place].id}"


def first_item() -> str:
    return str(draft().competencies[0].items[0].id)


def test_items_are_changed_added_and_counted(client: FlaskClient) -> None:
    address = open_draft(client)
    page = items_page(address)
    sent = typed_on(client.get(page).text)
    sent[f"zh-{first_item()}"] = "每周拜访重点客户"
    sent |= {"zh-new": "主动说明交货日期", "en-new": "Announces delivery dates"}

    answer = client.post(page, data=sent, follow_redirects=True).text

    assert "Saved." in answer
    assert "每周拜访重点客户" in answer
    assert "31 items" in answer
    assert "about 6 minutes" in answer
    assert draft().competencies[0].items[-1].text_en == "Announces delivery dates"


def test_advice_stands_beside_the_item_and_keeps_nobody_from_saving(client: FlaskClient) -> None:
    address = open_draft(client)
    page = items_page(address)
    sent = typed_on(client.get(page).text)
    sent[f"zh-{first_item()}"] = "我经常拜访客户并且及时回复,不拖延<b>。"
    sent[f"en-{first_item()}"] = "Visit customers and never fail."

    answer = client.post(page, data=sent, follow_redirects=True).text

    for advice in (
        '<q lang="zh-CN">并且</q> joins two behaviours.',
        '<q lang="zh-CN">经常</q>: how often is what the answers say.',
        '<q lang="zh-CN">我</q> speaks of whoever reads it.',
        'Use full-width punctuation in place of <q lang="zh-CN">,</q>.',
        'Leave out <q lang="zh-CN">。</q> at the end.',
        '<q lang="en">Visit</q>: begin with a verb',
        '<q lang="en">never … fail</q>: two negatives are easily misread.',
    ):
        assert advice in answer
    assert "joins two behaviours" in client.get(address).text
    assert "<b>。" not in answer


def test_a_missing_text_is_said_beside_its_field_and_nothing_is_lost(client: FlaskClient) -> None:
    page = items_page(open_draft(client))
    sent = typed_on(client.get(page).text)
    sent |= {f"zh-{first_item()}": "", "zh-new": "只有中文", "weight-new": "x"}

    answer = client.post(page, data=sent)

    assert answer.status_code == 422
    assert "3 entries need to be changed. Nothing is stored yet." in answer.text
    assert answer.text.count("Write this text: reviewers read it in their language.") == 2
    assert "The weight is a whole number from 1 to 100." in answer.text
    assert "只有中文" in answer.text
    assert draft().revision == 1


def test_rows_move_and_go_by_their_buttons(client: FlaskClient) -> None:
    page = items_page(open_draft(client))
    before = [item.id for item in draft().competencies[0].items]
    sent = typed_on(client.get(page).text)

    moved = client.post(page, data={**sent, "act": f"down:{before[0]}"})
    sent = typed_on(client.get(page).text)
    client.post(page, data={**sent, f"zh-{before[2]}": "", "act": f"remove:{before[2]}"})

    assert moved.location == f"{page}#row-{before[0]}"
    after = [item.id for item in draft().competencies[0].items]
    assert after == [before[1], before[0], *before[3:]]


def test_a_page_that_somebody_else_saved_over_shows_both_and_stores_neither(
    client: FlaskClient,
) -> None:
    page = items_page(open_draft(client))
    items = [item.id for item in draft().competencies[0].items]
    mine = typed_on(client.get(page).text)
    theirs = {**mine, f"zh-{items[0]}": "他们的第一题", f"zh-{items[1]}": "他们的第二题"}
    client.post(page, data=theirs)
    mine |= {f"zh-{items[1]}": "我的第二题", f"zh-{items[2]}": "我的第三题"}

    told = client.post(page, data=mine)

    assert told.status_code == 409
    assert "Somebody else has saved this page while you were working on it." in told.text
    assert [item.text_zh for item in draft().competencies[0].items[:2]] == [
        "他们的第一题",
        "他们的第二题",
    ]
    again = typed_on(told.text)
    assert again[f"zh-{items[0]}"] == "他们的第一题"
    assert again[f"zh-{items[1]}"] == "我的第二题"
    assert 'Stored now: <span lang="zh-CN">他们的第二题</span>' in told.text

    assert client.post(page, data=again).status_code == 302
    assert [item.text_zh for item in draft().competencies[0].items[:3]] == [
        "他们的第一题",
        "我的第二题",
        "我的第三题",
    ]


def test_what_was_typed_for_a_competency_that_is_gone_can_be_copied(client: FlaskClient) -> None:
    address = open_draft(client)
    page = items_page(address)
    sent = typed_on(client.get(page).text)
    client.post(f"{page}/place", data={"act": "remove", "revision": "1"})

    answer = client.post(page, data={**sent, "zh-new": "写了很久", "en-new": "Written long"})

    assert answer.status_code == 409
    assert "写了很久" in answer.text
    assert client.get(page).status_code == 404


def test_what_was_typed_for_a_version_published_meanwhile_can_be_copied(
    client: FlaskClient,
) -> None:
    page = f"{open_draft(client)}/scale"
    sent = typed_on(client.get(page).text)
    db.session.execute(update(Questionnaire).values(published_at=now()))
    db.session.commit()

    answer = client.post(page, data={**sent, "zh-names": "新名称"})

    assert answer.status_code == 409
    assert "新名称" in answer.text


def test_a_ready_scale_is_filled_in(client: FlaskClient) -> None:
    page = f"{open_draft(client)}/scale"
    sent = typed_on(client.get(page).text)

    client.post(page, data={**sent, "zh-names": "新名称", "act": "proficiency"})

    assert [level["en"] for level in draft().scale] == [
        "Novice",
        "Basic",
        "Able",
        "Skilled",
        "Expert",
    ]
    assert draft().name_zh == "新名称"


def test_two_levels_with_one_name_are_refused(client: FlaskClient) -> None:
    page = f"{open_draft(client)}/scale"
    sent = typed_on(client.get(page).text)

    answer = client.post(page, data={**sent, "zh-level2": "从不"})

    assert answer.status_code == 422
    assert "Another level has this name already." in answer.text


def test_comment_boxes_are_added_and_moved(client: FlaskClient) -> None:
    page = f"{open_draft(client)}/comments"
    sent = typed_on(client.get(page).text)
    sent |= {"zh-new": "感谢", "en-new": "Thanks", "prompt_zh-new": "谢什么？"}

    refused = client.post(page, data=sent)
    sent = typed_on(refused.text) | {"prompt_en-new": "What for?", "act": "up:box-customer"}
    client.post(page, data=sent)

    assert "Write this in both languages, or leave it empty in both." in refused.text
    assert [box["code"] for box in draft().comment_boxes] == [
        "start",
        "stop",
        "customer",
        "continue",
        "box1",
    ]


def test_a_competency_is_added_and_can_be_given_items(client: FlaskClient) -> None:
    address = open_draft(client)

    refused = client.post(f"{address}/competencies", data={"zh-names": "诚信", "en-names": ""})
    made = client.post(
        f"{address}/competencies",
        data={"zh-names": "诚信", "en-names": "Integrity"},
        follow_redirects=True,
    )

    assert refused.status_code == 422
    assert "诚信" in refused.text
    assert "Items of “Integrity”" in made.text
    assert [row.code for row in draft().competencies][-1] == "C5"
    assert "No items yet" in client.get(address).text
    assert "Add a competency" in client.get(f"{address}/competencies").text


def test_competencies_move_on_the_page_of_the_draft(client: FlaskClient) -> None:
    address = open_draft(client)
    place = f"{items_page(address, 1)}/place"

    moved = client.post(place, data={"act": "up", "revision": "1"})
    stale = client.post(place, data={"act": "up", "revision": "1"})

    assert "#competency-" in moved.location
    assert stale.status_code == 409
    assert "Somebody else has changed this draft meanwhile." in stale.text
    assert [row.code for row in draft().competencies] == ["C2", "C1", "C3", "C4"]
    assert client.post(place, data={"act": "sideways"}).status_code == 400
    assert client.post(f"{address}/competencies/99/place", data={"act": "up"}).status_code == 404


def test_a_draft_is_deleted(client: FlaskClient) -> None:
    address = open_draft(client)

    answer = client.post(f"{address}/discard", data={"revision": "1"}, follow_redirects=True)

    assert "The draft of version 2 is deleted." in answer.text
    assert find_draft("kam") is None


@pytest.mark.parametrize("page", ["scale", "comments", "competencies"])
def test_a_published_version_has_no_editor(client: FlaskClient, page: str) -> None:
    open_draft(client)
    published = db.session.scalars(select(Questionnaire).where(Questionnaire.code == "rep")).one()

    answer = client.get(f"/hr/q/{published.id}/{page}")

    assert answer.status_code == 409
    assert "Version 1 is published and stays as it is." in answer.text
    assert "Change items" not in client.get(f"/hr/q/{published.id}").text


@pytest.mark.parametrize("page", ["scale", "comments", "competencies"])
def test_nobody_outside_hr_edits(client: FlaskClient, page: str) -> None:
    address = open_draft(client)
    client.post("/sign-out")
    sign_in(client, make_account())

    assert client.get(f"{address}/{page}").status_code == 404
    assert client.post(f"{address}/{page}").status_code == 404
    assert client.post(f"{address}/discard", data={"revision": "1"}).status_code == 404


def test_nonsense_in_a_form_breaks_nothing(client: FlaskClient) -> None:
    address = open_draft(client)
    for page in (items_page(address), f"{address}/scale", f"{address}/comments"):
        for row in ("item", "item:\x00", "level:9", "box:nobody", "name:names", "x:1", "item:²"):
            answer = client.post(page, data={"row": row, "revision": "²", "zh-\x00": "\x00"})
            assert answer.status_code in {409, 422}, (page, row)


def test_the_editor_asks_as_often_for_many_items_as_for_few(client: FlaskClient) -> None:
    page = items_page(open_draft(client))
    client.get(page)
    with counted_statements() as few:
        client.get(page)
    sent = typed_on(client.get(page).text)
    for number in range(3):
        client.post(page, data={**sent, "zh-new": f"第{number}题", "en-new": f"Does {number}"})
        sent = typed_on(client.get(page).text)

    with counted_statements() as many:
        client.get(page)

    assert len(few) == len(many) <= 6
    assert len(draft().competencies[0].items) == 16
    assert db.session.scalars(select(Competency.code)).first() == "C1"
