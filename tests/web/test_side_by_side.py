"""The check before submitting: drafts side by side, and nothing that was submitted."""

import re

from flask.testing import FlaskClient

from app.db import db
from app.people.groups import RaterGroup
from app.schemes.service import install_packs
from tests.forms import NAMES, Scene, filled, make_scene, rating_fields, start
from tests.integration.test_form_statements import sent_by
from tests.rounds import counted_statements

PEERS = (RaterGroup.PEER,) * 3


def page_of(scene: Scene, name: str, client: FlaskClient) -> str:
    """Where the form about this person is: the list has an order of its own."""
    found = re.search(rf'href="(/r/p/\d+)">\s*<span class="name">{name}<', client.get("/r").text)
    assert found, scene
    return found[1]


def fill(client: FlaskClient, scene: Scene, name: str, levels: str, action: str = "save") -> None:
    """Answer the first questions so, one digit each, and the others not at all."""
    address = page_of(scene, name, client)
    fields = rating_fields(client.get(address).text)
    body = {**filled(client.get(address).text), **dict.fromkeys(fields, "")}
    chosen = dict(zip(fields, levels, strict=False))
    body = {name: text for name, text in {**body, **chosen}.items() if text}
    assert client.post(address, data={**body, "action": action}).status_code == 303


def test_drafts_of_two_people_stand_side_by_side(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    start(client, scene)
    fill(client, scene, NAMES[0], "44455")
    fill(client, scene, NAMES[1], "12")

    assert 'href="/r/check"' in client.get("/r").text
    text = client.get("/r/check").text

    words = " ".join(re.sub(r"<[^>]+>", " ", text).replace("\u00ad", "").split())
    assert "Often 3 , Always 2" in words
    assert "Never 1 , Rarely 1" in words
    assert NAMES[2] not in text[: text.index("</table>")]
    assert f'href="{page_of(scene, NAMES[0], client)}#q1"' in text
    assert f'aria-label="Change these: {NAMES[0]}, ' in text
    assert text.count('scope="col"') == 2


def test_what_was_submitted_is_never_shown_again(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS)
    start(client, scene)
    fill(client, scene, NAMES[0], "44")
    fill(client, scene, NAMES[1], "22")
    fill(client, scene, NAMES[2], "55", action="submit_anyway")

    text = client.get("/r/check").text

    assert NAMES[2] not in text
    assert "Always" not in text


def test_one_draft_leads_back_to_the_list_which_does_not_offer_the_check(
    client: FlaskClient,
) -> None:
    scene = make_scene(groups=PEERS)
    start(client, scene)
    fill(client, scene, NAMES[0], "44")

    assert client.get("/r/check").location == "/r"
    assert "/r/check" not in client.get("/r").text


def test_the_own_assessment_is_not_laid_beside_others(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.SELF, RaterGroup.PEER))
    start(client, scene)
    fill(client, scene, "张三", "44")
    fill(client, scene, NAMES[1], "44")

    assert client.get("/r/check").location == "/r"


def test_drafts_without_an_answer_or_with_other_questions_are_not_compared(
    client: FlaskClient,
) -> None:
    scene = make_scene(groups=PEERS)
    other = next(scheme for scheme in install_packs() if scheme.code == "rep")
    scene.participants[1].scheme_id = other.id
    db.session.commit()
    start(client, scene)
    fill(client, scene, NAMES[0], "44")
    fill(client, scene, NAMES[1], "44")
    fill(client, scene, NAMES[2], "")

    assert "nothing to put side by side yet" in client.get("/r/check").text


def test_it_is_read_in_chinese_too(client: FlaskClient) -> None:
    scene = make_scene(groups=PEERS, locale="zh")
    start(client, scene)
    fill(client, scene, NAMES[0], "44")
    fill(client, scene, NAMES[1], "44")

    text = client.get("/r/check").text

    assert "<h1>对照检查</h1>" in text
    assert ">改</a>" in text


def test_without_a_cookie_nothing_is_shown(client: FlaskClient) -> None:
    assert client.get("/r/check").status_code == 403


def test_more_people_take_no_more_statements(client: FlaskClient) -> None:
    counts = []
    for people in (2, 5):
        scene = make_scene(groups=(RaterGroup.PEER,) * people)
        start(client, scene)
        for name in NAMES[:people]:
            fill(client, scene, name, "4444")
        with counted_statements() as statements:
            assert client.get("/r/check").status_code == 200
        counts.append(len(sent_by(statements)))

    assert counts[0] == counts[1]
