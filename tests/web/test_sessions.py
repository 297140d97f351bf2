"""How long a session lives, and what the health pages say."""

import socket
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.auth.models import Role
from app.auth.service import find_by_session
from app.clock import now
from app.config import Settings
from tests.factories import make_account, sign_in


@pytest.mark.parametrize("name", ["².1", "x.1", ".1", ""])
def test_a_session_without_the_number_of_an_account_is_nobodys(app: Flask, name: str) -> None:
    assert find_by_session(name) is None


def test_an_idle_member_has_to_sign_in_again_and_comes_back_to_the_page(
    client: FlaskClient,
) -> None:
    sign_in(client, make_account(role=Role.HR))

    with time_machine.travel(now() + timedelta(minutes=16)):
        answer = client.get("/hr/people?q=wang")

    assert answer.location == "/sign-in?next=/hr/people?q%3Dwang"


def test_the_process_says_that_it_lives(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_readiness_names_what_is_down(client: FlaskClient) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {"status": "down", "database": "ok", "queue": "ok", "mail": "down"}


def test_all_parts_up_is_ready(app: Flask, settings: Settings, client: FlaskClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mail:
        address = f"smtp://127.0.0.1:{mail.getsockname()[1]}"
        app.extensions["settings"] = replace(settings, mail_url=address)
        answer = client.get("/readyz")

    assert answer.status_code == 200
