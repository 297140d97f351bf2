"""HR begins a questionnaire, publishes it, and lets a scheme ask with it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.auth.models import Role
from app.db import db
from app.feedback.models import Reviewer
from app.people.models import Person
from app.questionnaires.models import Questionnaire
from app.questionnaires.rules import COLLEAGUES
from app.schemes.models import Scheme
from app.schemes.service import install_packs, list_schemes
from tests.factories import make_account, sign_in, token_of
from tests.forms import typed_on
from tests.rounds import launch, make_team
from tests.texts import words_of

NAMES = {"zh-names": "项目经理问卷", "en-names": "Project managers"}


def begin(client: FlaskClient, **changed: str | list[str]) -> str:
    """Fill in the page for a new questionnaire; gives the address of the draft."""
    sent = {**typed_on(client.get("/hr/q/new").text), **NAMES, **changed}
    answer = client.post("/hr/q/new", data=sent)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def add_competency(client: FlaskClient, draft: str, zh: str, en: str, items: int) -> None:
    page = f"{draft}/competencies"
    place = client.post(
        page, data={**typed_on(client.get(page).text), "zh-names": zh, "en-names": en}
    )
    for number in range(items):
        sent = typed_on(client.get(place.location).text)
        sent |= {"zh-new": f"{zh}之{number}", "en-new": f"Shows {en} {number}"}
        assert client.post(place.location, data=sent).status_code == 302


def publish(client: FlaskClient, draft: str) -> str:
    page = client.get(f"{draft}/publish").text
    return client.post(f"{draft}/publish", data=typed_on(page), follow_redirects=True).text


def stored(address: str) -> Questionnaire:
    found = db.session.get(Questionnaire, int(address.rpartition("/")[2]))
    assert found is not None
    return found


@pytest.fixture
def hr(client: FlaskClient) -> FlaskClient:
    install_packs()
    sign_in(client, make_account(role=Role.HR))
    return client


def test_an_empty_draft_begins_with_scale_and_comment_boxes_and_says_what_to_do(
    hr: FlaskClient,
) -> None:
    draft = begin(hr)

    page = words_of(hr.get(draft).text)
    assert "Project managers, version 1" in page
    assert "Nothing is asked yet. Begin with a competency" in page
    assert "Never" in page
    assert "Stop or do less" in page
    assert "In your own words" in page
    assert "Project managers 1 Draft nobody is asked yet" in words_of(hr.get("/hr/q").text)
    assert "There are no items yet. Add some before you publish." in words_of(
        hr.get(f"{draft}/publish").text
    )
    forced = hr.post(f"{draft}/publish", data={"revision": "1"})
    assert forced.status_code == 409
    assert stored(draft).published_at is None
    events = select(AuditEvent.action).where(AuditEvent.action == "questionnaire.started")
    assert db.session.scalars(events).all() == ["questionnaire.started"]


def test_a_form_for_customers_alone_offers_items_for_customers(hr: FlaskClient) -> None:
    draft = begin(hr, audience="customer")
    add_competency(hr, draft, "合作", "Cooperation", 1)

    version = stored(draft)
    assert [box["audience"] for box in version.comment_boxes] == ["customer"]
    assert version.competencies[0].items[0].asked == "customer"


def test_a_copy_has_everything_of_the_other_and_changes_nothing_of_it(hr: FlaskClient) -> None:
    kam = db.session.scalars(select(Questionnaire).where(Questionnaire.code == "kam")).one()

    copy = stored(begin(hr, source=str(kam.id)))

    def content(version: Questionnaire) -> list[object]:
        return [
            (row.code, row.name_zh, [(item.code, item.asked, item.text_en) for item in row.items])
            for row in version.competencies
        ]

    assert content(copy) == content(kam)
    assert copy.comment_boxes == kam.comment_boxes
    assert (copy.code, copy.version, copy.name_en) == ("q1", 1, "Project managers")
    copy.competencies[0].items[0].text_en = "Does something else"
    db.session.commit()
    assert content(copy) != content(kam)


def test_what_is_missing_is_said_and_nothing_is_begun(hr: FlaskClient) -> None:
    nobody = {"zh-names": "项目经理问卷", "en-names": "", "source": "empty"}

    answer = hr.post("/hr/q/new", data=nobody)

    assert answer.status_code == 422
    assert "Write this text: reviewers read it in their language." in answer.text
    assert "Choose who is asked." in answer.text
    assert "项目经理问卷" in answer.text
    assert hr.post("/hr/q/new", data={**NAMES, "source": "99999"}).status_code == 404
    assert db.session.scalar(select(func.count()).select_from(Questionnaire)) == 2


def test_a_second_press_begins_no_second_questionnaire(hr: FlaskClient) -> None:
    begin(hr)

    again = hr.post("/hr/q/new", data={**NAMES, "source": "empty", "audience": "internal"})

    assert again.status_code == 409
    assert "There is already a questionnaire with this name." in again.text
    assert db.session.scalar(select(func.count()).select_from(Questionnaire)) == 3


def test_a_scheme_asks_with_it_and_so_does_a_round_in_preparation(client: FlaskClient) -> None:
    team = make_team()
    sign_in(client, make_account(role=Role.HR))
    draft = begin(client)
    for number in range(1, 5):
        add_competency(client, draft, f"能力{number}", f"skill{number}", 1)
    asked = " ".join([*COLLEAGUES, "customer"])
    for competency in stored(draft).competencies:
        competency.items[0].asked = asked
    db.session.commit()
    assert "Use in a scheme" in publish(client, draft)
    kam = next(row for row in list_schemes() if row.code == "kam")
    page = f"{draft}/schemes/{kam.id}"

    assert f'href="{page}"' in client.get(f"{draft}/schemes").text
    sent = typed_on(client.get(page).text)
    empty = client.post(page, data=sent)
    sent |= {f"element-C{number}": f"C{number}" for number in range(1, 5)}
    twice = client.post(page, data={**sent, "element-C2": "C1"})
    done = client.post(page, data=sent, follow_redirects=True)

    assert (empty.status_code, twice.status_code) == (422, 422)
    assert empty.text.count("Choose the competency that is scored here.") == 4
    assert "Another line has this competency already: it would count twice." in twice.text
    assert "The scheme asks with this questionnaire from now on." in done.text
    assert team.participant().scheme.questionnaire_id == stored(draft).id
    assert client.post(page, data=sent).status_code == 404  # a newer version of the scheme
    launch(team.cycle)
    english = select(Reviewer).join(Person, Reviewer.person_id == Person.id)
    reviewer = db.session.scalars(english.where(Person.locale == "en")).first()
    assert reviewer is not None
    client.post(f"/i/{token_of(reviewer)}/start")
    assert "Shows skill1 0" in client.get("/r/p/1").text


def test_a_round_that_is_not_ticked_and_the_other_schemes_keep_theirs(client: FlaskClient) -> None:
    team = make_team()
    sign_in(client, make_account(role=Role.HR))
    source = team.participant().scheme.questionnaire
    copy = begin(client, source=str(source.id))
    publish(client, copy)
    kam = next(row for row in list_schemes() if row.code == "kam")
    page = f"{copy}/schemes/{kam.id}"

    sent = typed_on(client.get(page).text)
    sent.pop("cycle")
    client.post(page, data=sent)

    newest = {row.code: row.questionnaire_id for row in list_schemes()}
    assert newest["kam"] == stored(copy).id
    assert newest["csm"] == source.id
    assert team.participant().scheme.questionnaire_id == source.id
    before = select(Scheme.definition).where(Scheme.code == "kam").order_by(Scheme.version)
    old, new = db.session.scalars(before).all()
    assert old == new


def test_what_a_scheme_could_not_score_is_refused(client: FlaskClient) -> None:
    team = make_team()
    sign_in(client, make_account(role=Role.HR))
    copy = begin(client, source=str(team.participant().scheme.questionnaire_id))
    for item in stored(copy).competencies[2].items:
        item.asked = "self peer"
    db.session.commit()
    publish(client, copy)
    kam = next(row for row in list_schemes() if row.code == "kam")
    page = f"{copy}/schemes/{kam.id}"

    refused = client.post(page, data=typed_on(client.get(page).text))

    assert refused.status_code == 409
    assert "weigh only 25% together; a score needs 50%." in words_of(refused.text)
    assert len([row for row in db.session.scalars(select(Scheme)) if row.code == "kam"]) == 1


def test_a_draft_can_be_asked_with_by_no_scheme(hr: FlaskClient) -> None:
    draft = begin(hr)

    assert hr.get(f"{draft}/schemes").status_code == 404
    assert "Use in a scheme" not in hr.get(draft).text
