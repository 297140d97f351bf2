"""Reports of non-delivery that a mail server posts."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import db
from app.mail.models import Letter, LetterState
from tests.bounced import recipient, report
from tests.rounds import launch, make_team

SECRET = "a long secret of the mail server"


@pytest.fixture
def letter(app: Flask) -> Letter:
    app.extensions["settings"] = replace(app.extensions["settings"], bounce_secret=SECRET)
    launch(make_team(members=4).cycle)
    found = db.session.scalars(select(Letter).order_by(Letter.id)).all()[0]
    found.state = LetterState.SENT
    db.session.commit()
    return found


def posted(client: FlaskClient, raw: bytes, secret: str = SECRET) -> tuple[int, str]:
    answer = client.post("/bounces", data=raw, headers={"Authorization": f"Bearer {secret}"})
    return answer.status_code, answer.text


def test_a_posted_report_marks_its_letter(client: FlaskClient, letter: Letter) -> None:
    letter_id = letter.id
    raw = report(letter.message_id, recipient(letter.to_address))

    status, text = posted(client, raw)

    assert (status, '"failed"' in text) == (200, True)
    db.session.expire_all()
    assert db.session.get_one(Letter, letter_id).state is LetterState.FAILED
    assert '"unknown"' in posted(client, raw)[1]


@pytest.mark.parametrize("secret", ["", "guessed"])
def test_without_the_secret_nothing_is_taken(
    client: FlaskClient, letter: Letter, secret: str
) -> None:
    letter_id = letter.id

    status, _text = posted(client, report(letter.message_id, recipient(letter.to_address)), secret)

    assert status == 403
    db.session.expire_all()
    assert db.session.get_one(Letter, letter_id).state is LetterState.SENT


def test_a_report_of_megabytes_is_refused(client: FlaskClient, letter: Letter) -> None:
    assert posted(client, b"x" * (1024 * 1024 + 1))[0] == 413


def test_where_no_secret_is_set_there_is_no_such_page(client: FlaskClient) -> None:
    assert posted(client, b"")[0] == 404
