"""Setting a second step up in tests, through the pages, as a person with a phone would."""

import re

import time_machine
from flask.testing import FlaskClient

from app.auth.models import Account
from app.clock import now
from app.db import db
from app.second_step.rules import step_at
from app.second_step.secrets import code_of_step
from tests.factories import PASSWORD

PAGE = "/account/two-step"
CODE_PAGE = "/sign-in/code"


def secret_on(page: str) -> str:
    """The secret that a page shows in groups of four."""
    found = re.search(r'class="second-step-secret"[^>]*>([^<]+)<', page)
    assert found is not None
    return found.group(1).replace(" ", "")


def code_now(secret: str, *, later: int = 0) -> str:
    """What the phone shows, or will show so many half minutes later.

    The one of before lapses at the end of this half minute, which may come before it is sent.
    """
    return code_of_step(secret, step_at(now()) + later)


def codes_on(page: str) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"<li>([0-9a-z ]{14})</li>", page)


def set_up(client: FlaskClient, account: Account) -> tuple[str, list[str]]:
    """Sign in and set up a second step with the code before now; secret and recovery codes.

    The clock stands meanwhile: that code must not lapse on its way.
    """
    db.session.commit()
    client.post("/sign-in", data={"email": account.email, "password": PASSWORD})
    secret = secret_on(client.get(PAGE).text)
    with time_machine.travel(now(), tick=False):
        answer = client.post(PAGE, data={"code": code_now(secret, later=-1), "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return secret, codes_on(answer.text)


def give_password(client: FlaskClient, account: Account) -> None:
    """The first step of a sign-in, in this browser."""
    client.post("/sign-in", data={"email": account.email, "password": PASSWORD})
