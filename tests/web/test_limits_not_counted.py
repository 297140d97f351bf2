"""Counting requests is a precaution: where it fails, nobody loses what they sent."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings
from app.db import db
from app.web.limits import limiter
from tests.factories import PASSWORD, make_account
from tests.forms import make_scene


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With limits, counted in a Redis that is not there."""
    return replace(settings, testing=False, queue_url="redis://127.0.0.1:9/0")


@pytest.fixture(autouse=True)
def unlimited_again(app: Flask) -> Iterator[None]:
    yield
    limiter.enabled = False


def test_a_request_that_cannot_be_counted_is_served_all_the_same(client: FlaskClient) -> None:
    account = make_account()
    db.session.commit()

    answer = client.post("/sign-in", data={"email": account.email, "password": PASSWORD})

    assert answer.status_code == 302


def test_a_link_that_cannot_be_counted_opens_all_the_same(client: FlaskClient) -> None:
    assert client.get(make_scene().link).status_code == 200
