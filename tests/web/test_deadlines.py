"""A round's deadline reads the same wherever it is shown: its day, 24:00, and the zone."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask.testing import FlaskClient

from app.auth.models import Account, Role
from app.db import db
from app.people.models import Person
from tests.factories import make_account, sign_in
from tests.forms import make_scene
from tests.rounds import Team, launch, make_team

MONDAY = datetime(2026, 11, 30, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
MIDNIGHT = datetime(2026, 12, 15, tzinfo=ZoneInfo("Asia/Shanghai"))
IN_WORDS = {"zh": "12月14日（周一）24:00（北京时间）", "en": "Mon 14 Dec, 24:00 Beijing time"}
NEXT_DAY = {"zh": "12月15日", "en": "15 Dec"}
SPOKEN = pytest.mark.parametrize("lang", ["zh", "en"])


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as travelling:
        yield travelling


@pytest.fixture
def team(client: FlaskClient, clock: time_machine.Traveller) -> Team:
    """A round that collects until the fourteenth."""
    made = make_team(members=2, closes_on=date(2026, 12, 14))
    launch(made.cycle)
    return made


def account_of(person: Person) -> Account:
    account = make_account()
    person.account_id = account.id
    db.session.commit()
    return account


@SPOKEN
@pytest.mark.parametrize("page", ["/me", "/m", "/hr", "/hr/c/{id}", "/hr/c/{id}/ratings"])
def test_it_reads_the_same_for_whoever_is_assessed_for_managers_and_for_hr(
    client: FlaskClient, team: Team, page: str, lang: str
) -> None:
    readers = {"/me": team.members[0], "/m": team.director}
    reader = readers.get(page)
    sign_in(client, account_of(reader) if reader else make_account(role=Role.HR))

    shown = client.get(f"{page.format(id=team.cycle.id)}?lang={lang}").text

    assert IN_WORDS[lang] in shown
    assert NEXT_DAY[lang] not in shown


@pytest.mark.parametrize(
    ("lang", "promised"),
    [
        ("zh", "12月15日（周二）24:00（北京时间）前提交"),
        ("en", "until Tue 15 Dec, 24:00 Beijing time."),
    ],
)
def test_hr_reads_before_the_close_until_when_those_have_time_who_were_typing(
    client: FlaskClient, team: Team, clock: time_machine.Traveller, lang: str, promised: str
) -> None:
    clock.move_to(MIDNIGHT + timedelta(minutes=30))
    sign_in(client, make_account(role=Role.HR))

    page = client.get(f"/hr/c/{team.cycle.id}/close?lang={lang}").text

    assert promised in page


@pytest.mark.parametrize(
    ("zone", "lang", "own"),
    [
        ("Asia/Shanghai", "en", None),
        ("Asia/Taipei", "en", None),
        ("Europe/Berlin", "en", "Mon 14 Dec, 17:00 Central European Time where you are"),
        ("Europe/Berlin", "zh", "您当地时间：12月14日（周一）17:00（中欧时间）"),
        ("Asia/Tokyo", "en", "Tue 15 Dec, 01:00 Japan Time where you are"),
    ],
)
def test_a_reviewer_elsewhere_reads_their_own_clock_beside_it_where_that_differs(
    client: FlaskClient, clock: time_machine.Traveller, zone: str, lang: str, own: str | None
) -> None:
    scene = make_scene(locale=lang)
    scene.cycle.closes_at, scene.cycle.closes_local = MIDNIGHT, "2026-12-14T24:00"
    scene.reviewer.person.time_zone = zone
    db.session.commit()

    page = client.get(scene.link).text

    assert IN_WORDS[lang] in page
    assert ("where you are" in page or "您当地时间" in page) == (own is not None)
    assert own is None or own in page
