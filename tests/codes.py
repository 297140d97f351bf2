"""A round that asks for codes, and the code as its reader finds it in the mailbox."""

import re
from collections.abc import Iterable
from email.message import EmailMessage

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.db import db
from app.feedback.entering.codes import code_of_letter
from app.mail.models import Letter
from app.people.groups import RaterGroup
from tests.conftest import LINK_KEY
from tests.forms import Scene, fields_on, make_scene, rating_fields, start

KIND = "entry_code"
TYPED = "多问一句就好了"
SIX_DIGITS = re.compile(r"^(\d{6})\s*$", re.MULTILINE)


def strict_scene(*groups: RaterGroup, locale: str = "en") -> Scene:
    """A reviewer of a round that asks for codes; two colleagues where nobody else is named."""
    scene = make_scene(groups=groups or (RaterGroup.PEER, RaterGroup.PEER), locale=locale)
    scene.cycle.asks_code = True
    db.session.commit()
    return scene


def draft_in(browser: FlaskClient, scene: Scene, *, level: str = "2") -> dict[str, str]:
    """Start, and save a comment and one answer on the first form; gives what was sent."""
    start(browser, scene)
    page = browser.get("/r/p/1").text
    fields = fields_on(page)
    box = next(name for name in fields if name.startswith("c-"))
    body = {"request": fields["request"], box: TYPED, rating_fields(page)[0]: level}
    assert browser.post("/r/p/1/save", data=body).status_code == 204
    return body


def code_letters() -> list[Letter]:
    db.session.expire_all()
    return list(db.session.scalars(select(Letter).where(Letter.kind == KIND).order_by(Letter.id)))


def newest_code() -> str:
    """What the worker would fill in."""
    return code_of_letter(code_letters()[-1].message_id, LINK_KEY)


def another_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def enter(browser: FlaskClient, link: str, code: str) -> TestResponse:
    return browser.post(f"{link}/code", data={"code": code})


def code_in(letters: Iterable[EmailMessage]) -> str:
    """The code in the last letter that brought one to a mailbox."""
    bodies = [letter.get_body(("plain",)) for letter in letters]
    found: list[list[str]] = [
        SIX_DIGITS.findall(str(body.get_content())) for body in bodies if body is not None
    ]
    return next(codes[0] for codes in reversed(found) if codes)
