"""Requests that no page of ours makes get a page, on either database, and never a 500."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.auth.models import Role
from app.db import db
from app.feedback.models import Reviewer
from app.people.models import Person
from tests.factories import (
    PASSWORD,
    make_account,
    make_cycle,
    make_person,
    sign_in,
    token_of,
)
from tests.rounds import launch, make_team

TOO_LARGE = 2**63
LARGE = 2**31


@pytest.mark.parametrize(
    "number",
    [TOO_LARGE, LARGE, "9" * 19, pytest.param("1" * 5000, id="5000 digits")],
)
@pytest.mark.parametrize(
    "page",
    ["/hr/c/{}", "/hr/c/{}/ratings", "/hr/interviews/{}", "/m/p/{}/plan"],
)
def test_a_number_that_no_row_can_have_leads_nowhere(
    client: FlaskClient, page: str, number: int | str
) -> None:
    sign_in(client, make_account(role=Role.HR))

    assert client.get(page.format(number)).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "reviewers?after={}",
        "reviewers?department={}",
        "remind?reviewer={}",
        "people?page={}",
    ],
)
@pytest.mark.parametrize("number", [TOO_LARGE, "9" * 30, "²", "1" * 5000])
def test_a_number_asked_for_is_never_too_large_for_the_page(
    client: FlaskClient, query: str, number: int | str
) -> None:
    cycle = make_cycle()
    sign_in(client, make_account(role=Role.HR))

    address = f"/hr/c/{cycle.id}/{query.format(number)}"

    assert client.get(address).status_code in {200, 302, 404, 409}


def test_a_list_of_people_begins_after_no_such_number(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))

    assert client.get(f"/hr/people?name=x&id={TOO_LARGE}").status_code in {200, 404}


@pytest.mark.parametrize(
    "address", ["/hr\r\nX-Injected: yes", "/hr\tx", "/hr\x00", "//[", "/\\evil.example", "http://["]
)
def test_after_sign_in_no_address_breaks_out_of_its_header(
    client: FlaskClient, address: str
) -> None:
    account = make_account()
    db.session.commit()
    body = {"email": account.email, "password": PASSWORD, "next": address}

    answer = client.post("/sign-in", data=body)

    assert (answer.status_code, answer.location) == (302, "/")


def test_an_origin_that_is_no_address_is_another_site(client: FlaskClient) -> None:
    assert client.post("/sign-in", headers={"Origin": "http://["}).status_code == 403


def test_behind_a_link_nobody_sends_megabytes(client: FlaskClient) -> None:
    team = make_team(members=1)
    launch(team.cycle)
    reviewer = db.session.scalars(select(Reviewer)).first()
    assert reviewer is not None
    client.post(f"/i/{token_of(reviewer)}/start")
    body = {f"field{number}": "y" * 100_000 for number in range(50)}

    answers = [client.post(f"{page}?lang=en", data=body) for page in ("/i/", "/r/p/1")]

    assert [answer.status_code for answer in answers] == [413, 413]
    assert all("Nothing was sent" in answer.text for answer in answers)
    assert all(len(answer.data) < 20_000 for answer in answers)


def test_an_error_of_the_database_names_no_value(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """Answers and secrets travel as parameters; a log must not get them."""
    person = make_person()
    values = {"name": "the canary", "id": person.id}
    with pytest.raises(DatabaseError) as refused, caplog.at_level(logging.DEBUG):
        db.session.execute(text("UPDATE nowhere SET name = :name WHERE id = :id"), values)

    assert "canary" not in str(refused.value)
    assert "canary" not in caplog.text
    db.session.rollback()
    assert db.session.get(Person, person.id) is None
