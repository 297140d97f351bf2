"""HR marks items as critical: in the editor, workbooks, copies and previews; what results show."""

import re

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.db import db
from app.questionnaires.exchange.rules import items_of
from app.questionnaires.library.service import take_into
from app.questionnaires.models import Item, Questionnaire
from app.questionnaires.queries import find_draft
from app.questionnaires.service import make_new_version
from app.questionnaires.starting.service import start_as_copy, start_empty
from app.schemes.service import install_packs
from tests.forms import mark_critical, typed_on
from tests.kam_example import make_scheme
from tests.texts import words_of
from tests.web.test_questionnaire_editor import first_item, items_page
from tests.web.test_questionnaire_editor import open_draft as open_editor
from tests.web.test_questionnaire_workbook import (
    ITEMS,
    bring_in,
    confirm,
    content,
    open_draft,
    taken_out,
)
from tests.web.test_results import COMMENTS, make_cast, page_for

FIRST = "kam-c1-01"
COLUMN = 9


def marked(questionnaire: Questionnaire) -> list[str]:
    items = [item for row in questionnaire.competencies for item in row.items]
    return [item.text_en for item in items if item.critical]


def draft() -> Questionnaire:
    found = find_draft("kam")
    assert found is not None
    return found


def test_an_item_is_marked_and_unmarked_in_the_editor(client: FlaskClient) -> None:
    address = open_editor(client)
    page = items_page(address)
    shown = client.get(page).text
    assert "Critical: the worst answer asks for an example" in shown
    assert "Whoever gives a critical item its worst answer" in shown

    client.post(page, data={**typed_on(shown), f"critical-{first_item()}": "1"})
    assert marked(draft()) == ["Visits key customers at the agreed intervals"]
    assert client.get(address).text.count(">critical</span>") == 1

    again = typed_on(client.get(page).text)
    assert again.pop(f"critical-{first_item()}") == "1"
    client.post(page, data=again)
    assert marked(draft()) == []


def test_two_people_who_mark_an_item_otherwise_are_shown_both(client: FlaskClient) -> None:
    page = items_page(open_editor(client))
    own = typed_on(client.get(page).text)
    client.post(page, data={**own, f"critical-{first_item()}": "1"})

    stale = client.post(page, data={**own, f"zh-{first_item()}": "每周拜访重点客户"})

    row = BeautifulSoup(stale.text, "html.parser").find(id=f"row-{first_item()}")
    assert stale.status_code == 409
    assert row is not None
    assert "Stored now: yes" in words_of(str(row))


def test_many_critical_items_and_forms_without_boxes_are_advised_about(
    client: FlaskClient,
) -> None:
    address = open_editor(client)
    advice = "critical items may ask for as many examples. Keep to 5."
    for competency in draft().competencies:
        for item in competency.items[:1]:
            item.critical = True
    db.session.commit()
    assert advice not in client.get(address).text

    for item in draft().competencies[0].items[:3]:
        item.critical = True
    draft().comment_boxes = [box for box in draft().comment_boxes if box["audience"] != "customer"]
    db.session.execute(update(Item).where(Item.code == "kam-k1-01").values(critical=True))
    db.session.commit()

    for page in (address, f"{address}/publish"):
        text = client.get(page).text
        assert advice in text
        assert "the form has no comment box, so critical items ask for no example." in text


def test_copies_of_every_kind_keep_the_mark(client: FlaskClient) -> None:
    install_packs()
    mark_critical(FIRST)
    kam = db.session.scalars(select(Questionnaire).where(Questionnaire.code == "kam")).one()
    empty = start_empty("新问卷", "New form", audiences=[], account_id=None)
    take_into(empty, kam.competencies[0], account_id=None)

    copies = [make_new_version(kam), start_as_copy(kam, "副本", "A copy", account_id=None), empty]

    for copy in copies:
        assert marked(copy) == ["Visits key customers at the agreed intervals"]


def test_the_library_tells_competencies_apart_by_the_mark(client: FlaskClient) -> None:
    address = open_editor(client)
    kam = db.session.scalars(select(Questionnaire).where(Questionnaire.version == 1)).first()
    assert kam is not None
    copy = start_as_copy(kam, "副本", "The copy", account_id=None)
    copy.competencies[0].items[0].critical = True
    copy.published_at = kam.published_at
    db.session.commit()

    page = client.get(address.rsplit("/", 1)[0] + "/library").text

    assert page.count('<section class="library-entry">') == 4 + 3 + 1
    assert page.count(">critical</span>") == 1


def test_the_mark_goes_out_in_a_workbook_and_comes_back(client: FlaskClient) -> None:
    address = open_draft(client)
    sheets = taken_out(client, address)
    assert sheets[ITEMS][0][COLUMN] == "关键题"
    assert {row[COLUMN] for row in sheets[ITEMS][1:]} == {"否"}
    sheets[ITEMS][2][COLUMN] = "是"

    shown = bring_in(client, address, sheets)
    assert "Critical" in shown.text
    confirm(client, address, shown)

    assert [item.critical for item in items_of(content().competencies or ())][:3] == ["", "1", ""]
    again = taken_out(client, address)
    assert again[ITEMS][2][COLUMN] == "是"
    assert "There is nothing to change." in bring_in(client, address, again).text
    again[ITEMS][2][COLUMN] = "大概"
    assert bring_in(client, address, again).status_code == 422


def test_a_workbook_from_before_the_column_changes_no_mark(client: FlaskClient) -> None:
    address = open_draft(client)
    sheets = taken_out(client, address)
    db.session.execute(update(Item).where(Item.code == FIRST).values(critical=True))
    db.session.commit()
    sheets[ITEMS] = [row[:COLUMN] for row in sheets[ITEMS]]
    assert "There is nothing to change." in bring_in(client, address, sheets).text
    sheets[ITEMS].append([*sheets[ITEMS][1][:3], "", "记下要求", "Notes wishes", "同事", "2", "否"])

    confirm(client, address, bring_in(client, address, sheets))

    assert marked(draft()) == ["Visits key customers at the agreed intervals"]


@pytest.mark.parametrize(("lang", "label"), [("en", "Please give one"), ("zh", "请举一例，选填")])
def test_the_preview_shows_the_box_as_the_form_does(
    client: FlaskClient, lang: str, label: str
) -> None:
    address = open_editor(client)
    draft().competencies[0].items[0].critical = True
    db.session.commit()
    form = f"{address}/preview/form?group=peer&language={lang}"

    assert client.get(form).text.count(label) == 1
    sent = {f"a-{FIRST}": "1", f"c-example.{FIRST}": "One <b>day</b>"}
    missing = client.post(form, data=sent)

    assert missing.status_code == 422
    assert "One &lt;b&gt;day&lt;/b&gt;</textarea>" in missing.text


def test_a_result_has_examples_under_their_item_where_writers_are_named_and_else_among_comments(
    client: FlaskClient,
) -> None:
    make_scheme()
    db.session.execute(update(Item).where(Item.code == "q1").values(critical=True))
    examples = {
        name: {**COMMENTS[name], "example.q1": f"example of {name}"} for name in ("p1", "s1")
    }
    cast = make_cast(comments={**COMMENTS, **examples})

    page = page_for(client, cast.manager, f"/m/p/{cast.world.participant.id}")

    rest = page.split("From colleagues and customers")[1]
    colleagues, signed = rest.split("From the supervisor")
    assert len(re.findall(r"remark of [pd]\d", colleagues)) == 6
    assert "example of p1" in colleagues
    assert "<h4>" not in colleagues, "a heading would tell which of them are examples"
    supervisor = signed.split("Own words")[0]
    assert re.findall(r"<h4>(.*?)</h4>", supervisor) == ["Continue", "One example: Behaviour q1"]
    assert "example of s1" in supervisor
