"""HR looks through all competencies and takes one into a draft."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.models import Role
from app.db import db
from app.questionnaires.models import Questionnaire
from app.questionnaires.service import make_new_version
from app.questionnaires.starting.service import start_as_copy, start_empty
from app.schemes.service import install_packs
from tests.factories import make_account, sign_in
from tests.rounds import counted_statements
from tests.texts import words_of


def ready(code: str) -> Questionnaire:
    return db.session.scalars(select(Questionnaire).where(Questionnaire.code == code)).one()


@pytest.fixture
def draft(client: FlaskClient) -> Questionnaire:
    """An empty draft beside the ready questionnaires; HR is signed in."""
    install_packs()
    made = start_empty("新问卷", "New form", audiences=[], account_id=None)
    sign_in(client, make_account(role=Role.HR))
    return made


def test_every_competency_of_published_questionnaires_says_where_it_is_used(
    client: FlaskClient, draft: Questionnaire
) -> None:
    hidden = start_as_copy(ready("kam"), "草稿", "Only a draft", account_id=None)
    hidden.competencies[0].name_en = "Not meant yet"
    db.session.commit()

    page = client.get("/hr/q/library").text

    assert page.count('<section class="library-entry">') == 4 + 3
    assert "Used in: 360 feedback for key account managers" in words_of(page)
    assert "Visits key customers at the agreed intervals" in page
    assert "Not meant yet" not in page
    assert "Take into the draft" not in page


def test_the_same_competency_in_two_questionnaires_is_one_entry(
    client: FlaskClient, draft: Questionnaire
) -> None:
    copy = start_as_copy(ready("kam"), "副本", "The copy", account_id=None)
    copy.competencies[1].items[0].text_en = "Does it otherwise"
    copy.published_at = ready("kam").published_at
    db.session.commit()

    page = client.get("/hr/q/library").text

    assert page.count('<section class="library-entry">') == 4 + 3 + 1
    assert words_of(page).count("Used in: 360 feedback for key account managers , The copy") == 3


def test_a_competency_is_copied_into_the_draft_in_one_press_and_only_once(
    client: FlaskClient, draft: Questionnaire
) -> None:
    source = ready("kam").competencies[0]
    page = f"/hr/q/{draft.id}/library"
    assert f'href="{page}"' in client.get(f"/hr/q/{draft.id}").text
    assert "Take into the draft" in client.get(page).text

    first = client.post(f"{page}/{source.id}", follow_redirects=True).text
    again = client.post(f"{page}/{source.id}", follow_redirects=True).text

    assert "The competency is in the draft, with its items." in first
    assert "The draft has this competency already, with the same items." in again
    (taken,) = draft.competencies
    assert taken.name_en == "Customer relationship care"
    assert [(item.text_en, item.asked) for item in taken.items] == [
        (item.text_en, item.asked) for item in source.items
    ]
    assert taken.items[0].code == "q1-c1-01"
    assert draft.revision == 2
    assert "In the draft already, with these items" in client.get(page).text
    taken.items[0].text_en = "Does something else"
    db.session.commit()
    assert source.items[0].text_en == "Visits key customers at the agreed intervals"
    shown = client.get(page).text
    assert "In the draft already" not in shown
    assert "The draft has another one with this name, with other items." in shown
    assert f'href="/hr/q/{draft.id}#competency-{taken.id}"' in shown
    third = client.post(f"{page}/{source.id}", follow_redirects=True).text
    assert "Rename it to take this one too. Nothing was changed." in third
    assert len(draft.competencies) == 1


def test_codes_that_a_questionnaire_ever_had_are_not_given_anew(
    client: FlaskClient, draft: Questionnaire
) -> None:
    next_kam = make_new_version(ready("kam"))
    source = ready("rep").competencies[0]
    names = {row.name_en for row in next_kam.competencies}
    assert source.name_en not in names

    client.post(f"/hr/q/{next_kam.id}/library/{source.id}")

    taken = next_kam.competencies[-1]
    assert (taken.code, taken.position, taken.items[0].code) == ("C5", 5, "kam-c5-01")


def test_nothing_is_taken_into_a_published_version_or_out_of_a_draft(
    client: FlaskClient, draft: Questionnaire
) -> None:
    kam = ready("kam")
    unpublished = make_new_version(kam).competencies[0].id
    db.session.commit()

    assert client.get(f"/hr/q/{kam.id}/library").status_code == 409
    published = client.post(f"/hr/q/{kam.id}/library/{kam.competencies[1].id}")
    assert published.status_code == 409
    assert client.post(f"/hr/q/{draft.id}/library/{unpublished}").status_code == 404


def test_a_library_without_anything_says_what_to_do(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))

    assert "No questionnaire is published yet" in client.get("/hr/q/library").text


def test_the_library_is_read_in_as_few_statements_for_many_as_for_few(
    client: FlaskClient, draft: Questionnaire
) -> None:
    client.get("/hr/q/library")
    with counted_statements() as few:
        client.get("/hr/q/library")
    for number in range(3):
        copy = start_as_copy(ready("kam"), f"副本{number}", f"Copy {number}", account_id=None)
        copy.published_at = ready("kam").published_at
    db.session.commit()
    with counted_statements() as many:
        client.get("/hr/q/library")

    assert len(many) == len(few)
