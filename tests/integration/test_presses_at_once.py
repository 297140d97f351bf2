"""Buttons of HR that are pressed several times at one moment: nothing twice, and no failed page."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from app.auth.models import Account, Role
from app.db import db
from app.feedback.nominating.emails import PROPOSE, REMINDER
from app.mail.models import Letter
from app.questionnaires.models import Competency, Questionnaire
from app.questionnaires.starting.service import start_empty
from app.schemes.service import install_packs
from tests.factories import make_account, sign_in
from tests.integration.test_nominating import last_day, make_round
from tests.rounds import make_team

PRESSES = 4


def press_at_once(
    app: Flask, account: Account, addresses: Sequence[str], body: dict[str, str] | None = None
) -> list[int]:
    """Statuses of posts to these addresses that begin at the same moment, each in a browser."""
    browsers = [app.test_client() for _ in addresses]
    for browser in browsers:
        sign_in(browser, account)
    db.session.remove()
    barrier = Barrier(len(addresses))

    def press(place: int) -> int:
        barrier.wait()
        return browsers[place].post(addresses[place], data=body).status_code

    with ThreadPoolExecutor(len(addresses)) as pool:
        return list(pool.map(press, range(len(addresses))))


def letters_to_each(kind: str) -> list[int]:
    """How many of this kind each address got."""
    query = select(func.count()).where(Letter.kind == kind).group_by(Letter.to_address)
    return list(db.session.scalars(query))


def make_draft() -> tuple[Questionnaire, list[int]]:
    """An empty draft, and competencies that can be taken into it."""
    install_packs()
    published = db.session.scalars(select(Competency.id).order_by(Competency.id)).all()
    draft = start_empty("新问卷", "New form", audiences=[], account_id=None)
    db.session.commit()
    return draft, list(published)


def codes_of(draft_id: int) -> list[str]:
    rows = select(Competency.code).where(Competency.questionnaire_id == draft_id)
    return sorted(db.session.scalars(rows))


def test_a_reminder_about_lists_goes_to_each_person_once(app: Flask) -> None:
    team = make_round(members=3)
    hr = make_account(role=Role.HR)
    address = f"/hr/c/{team.cycle.id}/nomination/remind"

    statuses = press_at_once(app, hr, [address] * PRESSES)

    assert statuses == [302] * PRESSES
    assert letters_to_each(REMINDER) == [1, 1, 1]


def test_every_participant_is_asked_for_a_list_once(app: Flask) -> None:
    team = make_team(members=3)
    hr = make_account(role=Role.HR)
    address = f"/hr/c/{team.cycle.id}/nomination"

    statuses = press_at_once(app, hr, [address] * PRESSES, {"last_on": last_day().isoformat()})

    assert statuses == [302] * PRESSES
    assert letters_to_each(PROPOSE) == [1, 1, 1]


def test_a_competency_is_taken_into_a_draft_once(app: Flask) -> None:
    draft, (first, *_others) = make_draft()
    hr, draft_id = make_account(role=Role.HR), draft.id

    statuses = press_at_once(app, hr, [f"/hr/q/{draft_id}/library/{first}"] * PRESSES)

    assert statuses == [302] * PRESSES
    assert codes_of(draft_id) == ["C1"]


def test_competencies_taken_and_added_at_one_moment_get_codes_of_their_own(app: Flask) -> None:
    draft, (one, two, *_others) = make_draft()
    hr, draft_id = make_account(role=Role.HR), draft.id
    addresses = [
        *(f"/hr/q/{draft_id}/library/{source}" for source in (one, two)),
        *[f"/hr/q/{draft_id}/competencies"] * 2,
    ]
    name = {"zh-names": "诚信", "en-names": "Integrity"}

    statuses = press_at_once(app, hr, addresses, name)

    assert statuses == [302] * 4
    assert codes_of(draft_id) == ["C1", "C2", "C3", "C4"]
