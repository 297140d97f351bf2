"""Guessing is slowed down per account, without shutting out an office behind one address."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.clock import now
from app.config import Settings
from app.db import db
from app.web.limits import ProcessStorage, limiter
from tests.factories import PASSWORD, make_account
from tests.forms import fields_on, filled, make_scene, rating_fields, start

SAVES_A_MINUTE = 240


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As in use: tests elsewhere run without limits."""
    return replace(settings, testing=False)


@pytest.fixture(autouse=True)
def unlimited_again(app: Flask) -> Iterator[None]:
    yield
    limiter.reset()
    limiter.enabled = False


def test_the_eleventh_guess_at_one_account_has_to_wait(client: FlaskClient) -> None:
    account = make_account()
    db.session.commit()
    guess = {"email": account.email, "password": "wrong"}

    answers = [client.post("/sign-in", data=guess).status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]
    right = {"email": account.email, "password": PASSWORD}
    assert client.post("/sign-in", data=right).status_code == 429


def test_a_colleague_in_the_same_office_is_not_shut_out(client: FlaskClient) -> None:
    guessed, colleague = make_account(), make_account()
    db.session.commit()
    for _ in range(11):
        client.post("/sign-in", data={"email": guessed.email, "password": "wrong"})

    answer = client.post("/sign-in", data={"email": colleague.email, "password": PASSWORD})

    assert answer.status_code == 302


def test_the_page_to_wait_on_says_that_nothing_is_lost(client: FlaskClient) -> None:
    guess = {"email": "a@example.com", "password": "wrong"}
    for _ in range(10):
        client.post("/sign-in", data=guess)

    answer = client.post("/sign-in?lang=en", data=guess)

    assert "Please wait a moment" in answer.text


@pytest.mark.no_cover  # hundreds of times the same lines
def test_a_whole_office_may_send_its_forms_in_the_same_minute(app: Flask) -> None:
    """The count is kept per link: many colleagues share one address of the network."""
    answers = set()
    for number in range(6):
        colleague = app.test_client()
        colleague.set_cookie("review", f"link of colleague {number}")
        answers |= {colleague.post("/r/p/1").status_code for _ in range(50)}

    assert 429 not in answers


@pytest.mark.no_cover  # hundreds of times the same lines
def test_a_form_that_is_sent_too_often_waits_with_all_that_was_typed(client: FlaskClient) -> None:
    with time_machine.travel(now(), tick=False):  # the minute does not end meanwhile
        address = start(client, make_scene())
        page = client.get(address).text
        body = {**filled(page, "4"), "action": "save"}
        for _ in range(SAVES_A_MINUTE):
            client.post("/r/p/99", data=body)

        english = client.post(f"{address}?lang=en", data=body)
        chinese = client.post(f"{address}?lang=zh", data=body)

    assert [english.status_code, chinese.status_code] == [429, 429]
    assert re.search(r"Please wait \d+ seconds?<", english.text)
    assert "秒再试" in chinese.text
    kept = fields_on(english.text)
    assert {name: kept[name] for name in rating_fields(page)} == dict.fromkeys(
        rating_fields(page), "4"
    )


@pytest.mark.parametrize(
    "act",
    ["relation", "relation/take-back", "decline", "take-part", "correct", "keep"],
)
def test_a_button_is_not_pressed_without_end(client: FlaskClient, act: str) -> None:
    with time_machine.travel(now(), tick=False):
        address = f"{start(client, make_scene())}/{act}"
        answers = [client.post(address).status_code for _ in range(31)]

    assert 429 not in answers[:30]
    assert answers[30] == 429


@pytest.mark.no_cover  # hundreds of times the same lines
def test_a_dead_end_speaks_the_language_of_the_form_that_was_sent(client: FlaskClient) -> None:
    english = {"Accept-Language": "en"}
    with time_machine.travel(now(), tick=False):
        address = start(client, make_scene(locale="zh"))
        body = {**filled(client.get(address).text, "4"), "action": "save"}
        for _ in range(SAVES_A_MINUTE):
            client.post("/r/p/99", data=body)
        too_often = client.post(address, data=body, headers=english)
    client.delete_cookie("review")
    unknown = client.post(address, data=body, headers=english)

    assert "秒再试" in too_often.text
    assert unknown.status_code == 403
    assert "请重新打开" in unknown.text


def test_counts_of_the_process_end_with_their_window() -> None:
    storage = ProcessStorage()
    with time_machine.travel(now(), tick=False) as clock:
        counted = [storage.incr("one", 60) for _ in range(3)]
        clock.shift(59)
        kept = storage.get("one")
        clock.shift(2)
        gone, anew = storage.get("one"), storage.incr("one", 60)

    assert [counted, kept, gone, anew] == [[1, 2, 3], 3, 0, 1]
