"""HR says per item which rater groups are asked it, and every group finds its own form."""

import re
from io import BytesIO

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.models import Role
from app.db import db
from app.people.groups import RaterGroup
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import find_draft
from app.questionnaires.service import make_new_version
from app.schemes.service import install_packs
from tests.factories import make_account, sign_in
from tests.forms import make_scene, rating_fields, start, typed_on
from tests.texts import words_of

BOSS_AND_PEER = ["supervisor", "peer"]


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


def narrow(client: FlaskClient, address: str, *, first: int, groups: list[str]) -> str:
    """Tick these groups at the first items of the first competency; gives the page that follows."""
    competency = draft().competencies[0]
    page = f"{address}/competencies/{competency.id}"
    sent = typed_on(client.get(page).text)
    for item in competency.items[:first]:
        sent[f"groups-{item.id}"] = groups
    return client.post(page, data=sent, follow_redirects=True).text


def test_an_item_is_asked_of_the_relations_that_are_ticked(client: FlaskClient) -> None:
    address = open_draft(client)

    saved = narrow(client, address, first=2, groups=BOSS_AND_PEER)

    assert "Saved." in saved
    assert draft().competencies[0].items[0].groups == (RaterGroup.SUPERVISOR, RaterGroup.PEER)
    figures = BeautifulSoup(saved, "html.parser").select_one("ul.figures")
    assert figures is not None
    shown = words_of(str(figures))
    assert "Self, Direct report 28 items about 5 minutes" in shown
    assert "Manager, Peer 30 items about 5 minutes" in shown
    assert "For customers 7 items" in shown
    whole = client.get(address).text
    assert whole.count('<span class="item-mark">Manager, Peer</span>') == 2
    assert re.search(r"Customer relationship care 7 9 9 7 4 ", words_of(whole))


def test_an_item_without_any_relation_is_refused_and_keeps_its_words(client: FlaskClient) -> None:
    address = open_draft(client)
    competency = draft().competencies[0]
    page = f"{address}/competencies/{competency.id}"
    sent = typed_on(client.get(page).text)
    sent[f"zh-{competency.items[0].id}"] = "每周拜访重点客户"
    del sent[f"groups-{competency.items[0].id}"]

    answer = client.post(page, data=sent)

    assert answer.status_code == 422
    assert "Choose at least one, or remove the item." in answer.text
    assert "每周拜访重点客户" in answer.text
    assert draft().revision == 1


def test_two_editors_see_whom_the_other_has_ticked(client: FlaskClient) -> None:
    address = open_draft(client)
    competency = draft().competencies[0]
    page = f"{address}/competencies/{competency.id}"
    mine = typed_on(client.get(page).text)
    narrow(client, address, first=1, groups=BOSS_AND_PEER)
    mine[f"groups-{competency.items[0].id}"] = ["self"]

    told = client.post(page, data=mine)

    assert told.status_code == 409
    assert "Stored now: Manager, Peer" in words_of(told.text)
    item = f"groups-{competency.items[0].id}"
    assert typed_on(told.text)[item] == "self"


def test_advice_names_relations_that_are_asked_little_or_nothing(client: FlaskClient) -> None:
    address = open_draft(client)

    narrow(client, address, first=9, groups=BOSS_AND_PEER)
    nothing = words_of(client.get(address).text)
    publishing = words_of(client.get(f"{address}/publish").text)
    narrow(client, address, first=8, groups=["supervisor"])
    few = words_of(client.get(address).text)

    sentence = "Self, Direct report: asked nothing about this"
    assert sentence in nothing
    assert f"Customer relationship care {sentence}" in publishing
    assert "Publish version 2" in publishing
    assert "Peer: asked only 1 item about this." in few


def test_a_scheme_that_counts_a_relation_needs_items_for_it(client: FlaskClient) -> None:
    address = open_draft(client)
    for competency in draft().competencies:
        for item in competency.items:
            item.asked = "customer self" if "customer" in item.asked else "supervisor peer"
    db.session.commit()

    page = words_of(client.get(f"{address}/publish").text)

    assert "It cannot be published yet." in page
    assert "counts the group “Direct reports”, and no item is asked of it." in page
    assert "counts the group “Peers”" not in page


def test_the_preview_shows_each_relation_its_own_form(client: FlaskClient) -> None:
    address = open_draft(client)
    narrow(client, address, first=2, groups=BOSS_AND_PEER)
    gone = draft().competencies[0].items[0].text_en

    choice = words_of(client.get(f"{address}/preview").text)
    asked, spared = (
        client.get(f"{address}/preview/form?group={group}&language=en").text
        for group in ("peer", "subordinate")
    )

    assert "Peer 30 items" in choice
    assert "Direct report 28 items" in choice
    assert gone in asked
    assert gone not in spared
    assert len(rating_fields(asked)) == len(rating_fields(spared)) + 2


def test_reviewers_find_the_items_of_their_relation(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.SUBORDINATE))
    first = scene.participants[0].scheme.questionnaire.competencies[0].items[0]
    first.asked = "self supervisor peer customer"
    db.session.commit()

    start(client, scene)
    forms = [client.get(f"/r/p/{number}").text for number in (1, 2)]

    numbers = sorted(len(rating_fields(form)) for form in forms)
    assert numbers == [29, 30]
    assert sum(first.text_en in form for form in forms) == 1


def test_relations_come_back_from_the_workbook_as_they_went(client: FlaskClient) -> None:
    address = open_draft(client)
    narrow(client, address, first=2, groups=["self", "customer"])
    narrow(client, address, first=1, groups=[*(group.value for group in RaterGroup)])
    before = [(item.code, item.asked) for item in draft().competencies[0].items]

    file = client.get(f"{address}/workbook/questionnaire.xlsx").data
    same = client.post(f"{address}/workbook", data={"file": (BytesIO(file), "same.xlsx")})

    assert before[0][1] == "self supervisor peer subordinate customer"
    assert before[1][1] == "self customer"
    assert "There is nothing to change." in same.text
