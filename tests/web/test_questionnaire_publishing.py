"""HR publishes a draft: what stands in the way, what follows, and what reviewers then see."""

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.models import Role
from app.db import db
from app.feedback.models import Reviewer
from app.people.models import Person
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import find_draft
from app.questionnaires.service import make_new_version
from tests.factories import make_account, sign_in, token_of
from tests.forms import typed_on
from tests.rounds import Team, launch, make_team

NEW_ITEM = "Asks what is new in this version"


def open_draft(client: FlaskClient) -> tuple[Team, str]:
    """A draft with one new text, and a round in preparation; gives the draft's address."""
    team = make_team()
    kam = db.session.scalars(select(Questionnaire).where(Questionnaire.code == "kam")).one()
    draft = make_new_version(kam)
    draft.competencies[0].items[0].text_en = NEW_ITEM
    sign_in(client, make_account(role=Role.HR))
    return team, f"/hr/q/{draft.id}"


def draft() -> Questionnaire:
    found = find_draft("kam")
    assert found is not None
    return found


def test_a_reviewer_is_asked_what_was_published(client: FlaskClient) -> None:
    team, address = open_draft(client)
    assert f'href="{address}/publish"' in client.get(address).text
    page = client.get(f"{address}/publish").text
    assert "30 items" in page
    assert "2026 年度评价" in page
    assert "5 participants" in page

    answer = client.post(f"{address}/publish", data=typed_on(page), follow_redirects=True).text
    launch(team.cycle)

    assert "Version 2 is published." in answer
    assert "This version is published" in answer
    english = select(Reviewer).join(Person, Reviewer.person_id == Person.id)
    reviewer = db.session.scalars(english.where(Person.locale == "en")).first()
    assert reviewer is not None
    client.post(f"/i/{token_of(reviewer)}/start")
    forms = [client.get(f"/r/p/{number}").text for number in range(1, 4)]
    assert any(NEW_ITEM in form for form in forms)
    assert "People have been asked with this version" in client.get(address).text


def test_a_round_that_is_not_ticked_keeps_its_version(client: FlaskClient) -> None:
    team, address = open_draft(client)
    sent = typed_on(client.get(f"{address}/publish").text)
    sent.pop("cycle")

    client.post(f"{address}/publish", data=sent)

    assert team.participant().scheme.questionnaire.version == 1


def test_what_stands_in_the_way_is_said_and_there_is_no_button(client: FlaskClient) -> None:
    _team, address = open_draft(client)
    changed = draft()
    revision = changed.revision
    changed.competencies.pop(0)
    db.session.commit()

    page = client.get(f"{address}/publish").text
    forced = client.post(f"{address}/publish", data={"revision": revision})

    assert "scores the competency “Customer relationship care”" in page
    assert "It cannot be published yet." in page
    main = BeautifulSoup(page, "html.parser").select_one("main")
    assert main is not None
    assert main.select("button") == []
    assert forced.status_code == 409
    assert find_draft("kam") is not None


def test_advice_is_recalled_and_keeps_nobody_from_publishing(client: FlaskClient) -> None:
    _team, address = open_draft(client)
    draft().competencies[0].items[1].text_zh = "我经常拜访客户"
    db.session.commit()

    page = client.get(f"{address}/publish").text

    assert "There is advice on one item." in page
    assert "Publish version 2</button>" in page


def test_a_draft_that_was_changed_meanwhile_is_not_published(client: FlaskClient) -> None:
    _team, address = open_draft(client)
    sent = typed_on(client.get(f"{address}/publish").text)
    items = f"{address}/competencies/{draft().competencies[0].id}"
    client.post(items, data=typed_on(client.get(items).text))

    answer = client.post(f"{address}/publish", data=sent)

    assert answer.status_code == 409
    assert "Somebody else has changed this draft meanwhile." in answer.text
    assert find_draft("kam") is not None


def test_a_published_version_is_shown_in_place_of_the_page(client: FlaskClient) -> None:
    _team, address = open_draft(client)
    sent = typed_on(client.get(f"{address}/publish").text)
    client.post(f"{address}/publish", data=sent)

    again = client.post(f"{address}/publish", data=sent)

    assert client.get(f"{address}/publish").location == address
    assert again.status_code == 409
    assert client.get("/hr/q/999/publish").status_code == 404
