"""The sign-in page, and what keeps a stranger out."""

from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth import service
from app.auth.models import Role
from app.clock import now
from app.db import db
from app.mail.models import Letter
from tests.conftest import LINK_KEY
from tests.factories import PASSWORD, make_account, sign_in


def path_in_letter() -> str:
    """Where the mailed link leads, as the worker will write it into the letter."""
    letter = db.session.scalars(select(Letter)).one()
    return f"/set-password/{service.make_reset_token(LINK_KEY, letter.message_id)}"


def test_the_right_password_opens_the_own_first_page(client: FlaskClient) -> None:
    account = make_account(role=Role.HR)
    sign_in(client, account)

    assert client.get("/").location == "/hr"


def test_a_wrong_password_gets_a_sentence_and_no_session(client: FlaskClient) -> None:
    account = make_account()
    db.session.commit()

    response = client.post("/sign-in?lang=en", data={"email": account.email, "password": "wrong"})

    assert response.status_code == 422
    assert "E-mail or password is not right." in response.text
    assert client.get("/").location == "/sign-in"


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(client: FlaskClient) -> None:
    account = make_account()
    db.session.commit()

    known = client.post("/sign-in", data={"email": account.email, "password": "wrong"})
    unknown = client.post("/sign-in", data={"email": "nobody@example.com", "password": "wrong"})

    assert unknown.status_code == known.status_code
    assert unknown.text.replace("nobody@example.com", account.email) == known.text


def test_a_disabled_account_is_out_at_its_next_request(client: FlaskClient) -> None:
    account = make_account(role=Role.HR)
    sign_in(client, account)
    account.active = False
    db.session.commit()

    assert client.get("/").location == "/sign-in"


def test_a_new_password_ends_every_session(client: FlaskClient) -> None:
    account = make_account()
    sign_in(client, account)
    service.set_password(account, "another long password", memory_kib=64)
    db.session.commit()

    assert client.get("/").location == "/sign-in"


def test_the_password_link_works_once(client: FlaskClient) -> None:
    account = make_account()
    db.session.commit()
    client.post("/forgot", data={"email": account.email})
    path = path_in_letter()

    first = client.post(path, data={"password": "a fine new password"})
    second = client.post(path, data={"password": "yet another password"})

    assert first.location == "/sign-in"
    assert second.status_code == 410
    assert service.check_password(account.email, "a fine new password", memory_kib=64)


def test_the_password_link_dies_after_ten_minutes(client: FlaskClient) -> None:
    account = make_account()
    db.session.commit()
    client.post("/forgot", data={"email": account.email})
    path = path_in_letter()

    with time_machine.travel(now() + timedelta(minutes=11)):
        response = client.get(path)

    assert response.status_code == 410


def test_asking_for_a_link_does_not_tell_who_has_an_account(client: FlaskClient) -> None:
    account = make_account()
    db.session.commit()

    known = client.post("/forgot", data={"email": account.email})
    unknown = client.post("/forgot", data={"email": "nobody@example.com"})

    assert known.text == unknown.text
    assert db.session.scalars(select(Letter)).one().to_address == account.email


def test_a_form_posted_from_another_site_is_refused(client: FlaskClient) -> None:
    account = make_account()
    db.session.commit()
    body = {"email": account.email, "password": PASSWORD}

    by_fetch = client.post("/sign-in", data=body, headers={"Sec-Fetch-Site": "cross-site"})
    by_origin = client.post("/sign-in", data=body, headers={"Origin": "https://evil.example"})

    assert (by_fetch.status_code, by_origin.status_code) == (403, 403)


def test_sign_in_never_leads_to_another_site(client: FlaskClient) -> None:
    account = make_account()
    db.session.commit()
    body = {"email": account.email, "password": PASSWORD, "next": "//evil.example/"}

    assert client.post("/sign-in", data=body).location == "/"


def test_signing_out_ends_a_copied_cookie_as_well(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))
    cookie = client.get_cookie("session")
    assert cookie is not None

    client.post("/sign-out")
    client.set_cookie("session", cookie.value)

    assert client.get("/").location == "/sign-in"


def test_a_disabled_account_is_out_and_cannot_come_back(app: Flask, client: FlaskClient) -> None:
    account = make_account(role=Role.HR)
    sign_in(client, account)
    address = account.email
    db.session.rollback()

    result = app.test_cli_runner().invoke(args=["disable-account", address.upper()])
    db.session.expire_all()

    assert result.exit_code == 0
    assert client.get("/").location == "/sign-in"
    body = {"email": address, "password": PASSWORD}
    assert client.post("/sign-in", data=body).status_code == 422


def test_disabling_an_unknown_address_is_answered_with_a_sentence(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["disable-account", "nobody@example.com"])

    assert result.exit_code == 2
    assert "has no account" in result.output
