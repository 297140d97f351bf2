"""HR's pages on questionnaires: the list, one version, and the next version's draft."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.models import Role
from app.db import db
from app.questionnaires.models import Questionnaire
from app.schemes.service import install_packs
from tests.factories import make_account, sign_in
from tests.rounds import counted_statements, launch, make_team


def sign_in_as_hr(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))


def address_of(code: str = "kam", version: int = 1) -> str:
    found = select(Questionnaire.id).where(
        Questionnaire.code == code, Questionnaire.version == version
    )
    return f"/hr/q/{db.session.scalars(found).one()}"


def test_the_list_says_how_much_each_audience_is_asked(client: FlaskClient) -> None:
    install_packs()
    sign_in_as_hr(client)

    page = " ".join(client.get("/hr/q").text.split())

    assert "360 feedback for key account managers</a>" in page
    assert '30 items <span class="quiet">about 5 minutes</span>' in page
    assert '7 items <span class="quiet">about 2 minutes</span>' in page
    assert "Published" in page


def test_an_installation_without_questionnaires_says_what_to_do(client: FlaskClient) -> None:
    sign_in_as_hr(client)

    assert "flask prepare" in client.get("/hr/q").text


def test_a_version_shows_its_items_in_both_languages(client: FlaskClient) -> None:
    install_packs()
    sign_in_as_hr(client)

    page = client.get(address_of()).text

    assert "360 feedback for key account managers, version 1" in page
    assert "Visits key customers at the agreed intervals" in page
    assert "按约定的间隔拜访重点客户" in page
    assert page.count('<span class="item-mark">reversed</span>') == 2
    assert "Make a new version" in page


def test_a_new_version_is_a_draft_and_is_made_once(client: FlaskClient) -> None:
    install_packs()
    sign_in_as_hr(client)
    address = address_of()

    made = client.post(f"{address}/versions", follow_redirects=True).text
    again = client.post(f"{address}/versions")

    assert "This is the draft of version 2." in made
    assert "reviewers see nothing of it" in made
    assert again.location == address_of(version=2)
    assert "Open the draft of version 2" in client.get(address).text


def test_a_version_in_use_says_that_it_is_locked(client: FlaskClient) -> None:
    launch(make_team(members=2).cycle)
    sign_in_as_hr(client)

    assert "People have been asked with this version" in client.get(address_of()).text


@pytest.mark.parametrize("page", ["/hr/q", "/hr/q/{id}"])
def test_pages_ask_as_often_for_many_versions_as_for_one(client: FlaskClient, page: str) -> None:
    install_packs()
    sign_in_as_hr(client)
    address = page.format(id=address_of().rsplit("/", 1)[1])
    client.get(address)
    with counted_statements() as few:
        client.get(address)
    client.post(f"{address_of()}/versions")
    client.get(address)

    with counted_statements() as many:
        client.get(address)

    assert len(few) == len(many) <= 8


def test_nobody_outside_hr_sees_questionnaires(client: FlaskClient) -> None:
    install_packs()
    address = address_of()
    sign_in(client, make_account())

    assert client.get("/hr/q").status_code == 404
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/versions").status_code == 404


def test_a_version_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    sign_in_as_hr(client)

    assert client.get("/hr/q/99").status_code == 404
