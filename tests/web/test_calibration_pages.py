"""The page on which HR decides about a figure: points, grades, and what has become stale."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.auth.models import Account, Role
from app.db import db
from app.kpi.models import KpiLine
from app.ratings.models import Calibration
from app.ratings.service import rate_cycle
from tests.conftest import LINK_KEY
from tests.factories import make_account, sign_in
from tests.kam_example import World, build_world
from tests.texts import words_of

REASON = "Aligned with the targets of the other key accounts"


@pytest.fixture
def world(client: FlaskClient) -> World:
    """A rated round, and HR signed in."""
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    sign_in(client, make_account(role=Role.HR, name="Chen"))
    return world


def path_of(world: World, rest: str = "") -> str:
    return f"/hr/c/{world.cycle.id}/ratings/{world.participant.id}/calibrate{rest}"


def page(client: FlaskClient, world: World, *, lang: str = "en") -> str:
    return words_of(client.get(f"{path_of(world)}?lang={lang}").text)


def leave_behind(client: FlaskClient, world: World) -> None:
    """Two steps, and then another figure."""
    client.post(path_of(world), data={"delta": "-0.50", "reason": REASON})
    client.post(path_of(world), data={"kind": "grade", "grade": "B", "reason": REASON})
    line = db.session.scalars(select(KpiLine).where(KpiLine.name == "重点客户拓展")).one()
    line.parameters = {**line.parameters, "actual": "5"}
    db.session.flush()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    db.session.commit()


def test_hr_sets_a_grade_and_sees_every_step(client: FlaskClient, world: World) -> None:
    client.post(path_of(world), data={"delta": "-0.50", "reason": REASON})
    refused = client.post(path_of(world), data={"kind": "grade", "grade": "Z", "reason": REASON})
    client.post(path_of(world), data={"kind": "grade", "grade": "B", "reason": REASON})

    text = page(client, world)

    assert refused.status_code == 422
    assert "Choose one of the grades that may be set." in refused.text
    assert REASON in refused.text
    assert "91.66 after calibration, grade B" in text
    assert re.search(rf"1 · in force −0\.50 : {REASON} Chen · .* · 92\.16 → 91\.66", text)
    assert re.search(rf"2 · in force Grade B : {REASON} Chen · .* · A → B", text)


def test_the_employee_reads_the_grade_that_was_set_and_why(
    client: FlaskClient, world: World
) -> None:
    client.post(path_of(world), data={"kind": "grade", "grade": "B", "reason": REASON})
    client.post(f"/hr/c/{world.cycle.id}/ratings/release", data={"reviewed": "yes"})
    employee: Account = make_account()
    world.person.account_id = employee.id
    db.session.flush()
    sign_in(client, employee)

    text = words_of(client.get(f"/me/result/{world.participant.id}?lang=en").text)

    assert "92.16 Total score B Grade" in text
    assert f"Grade set to B: {REASON}" in text
    assert "the grade before was A" in text


def test_stale_steps_are_decided_before_anything_else(client: FlaskClient, world: World) -> None:
    leave_behind(client, world)
    ratings = f"/hr/c/{world.cycle.id}/ratings"

    text, table = page(client, world), words_of(client.get(ratings).text)

    assert "Decide again" in text
    assert "Points to add or take" not in text
    assert "Calibration to be decided again" in table
    assert "Figures have changed since 1 person was calibrated." in table
    assert "Release 1 result" not in table
    assert client.post(f"{ratings}/release", data={"reviewed": "yes"}).status_code == 409

    half = client.post(path_of(world, "/stale"), data={"step-1": "confirm", "reason": REASON})
    garbled = client.post(
        path_of(world, "/stale"), data={"step-1": "confirm", "step-2": "x", "reason": REASON}
    )
    silent = client.post(path_of(world, "/stale"), data={"step-1": "confirm", "step-2": "lapse"})
    client.post(
        path_of(world, "/stale"), data={"step-1": "confirm", "step-2": "lapse", "reason": REASON}
    )

    assert (half.status_code, garbled.status_code, silent.status_code) == (422, 422, 422)
    assert "Decide for every earlier step whether it holds." in half.text
    assert "at least 10 characters" in silent.text
    text = page(client, world)
    assert "94.96 after calibration, grade A" in text
    assert "1 · settled by a later step" in text
    assert "confirms step 1" in text
    assert "4 · lapse Step 2 lapses" in text
    assert "Release 1 result" in words_of(client.get(ratings).text)


def test_the_pages_speak_chinese_too(client: FlaskClient, world: World) -> None:
    leave_behind(client, world)

    text = page(client, world, lang="zh")

    assert "重新确认" in text
    assert "再次确认" in text
    assert "使其失效" in text
    assert not re.search(r"Decide|Confirm|lapse|Step", text)


def test_steps_that_were_tampered_with_are_shown_and_nothing_can_be_decided(
    client: FlaskClient, world: World
) -> None:
    leave_behind(client, world)
    db.session.execute(update(Calibration).values(reason="another reason altogether"))
    db.session.commit()

    text = page(client, world)

    assert "These calibration steps are not the ones that were decided." in text
    assert "Save" not in text
    data = {"step-1": "confirm", "step-2": "confirm"}
    assert client.post(path_of(world, "/stale"), data=data).status_code == 409
    assert (
        "changed outside of the system"
        in client.post(f"/hr/c/{world.cycle.id}/ratings/release", data={"reviewed": "yes"}).text
    )


def test_nobody_but_hr_decides(client: FlaskClient, world: World) -> None:
    client.post("/sign-out")
    sign_in(client, make_account())

    assert client.post(path_of(world, "/stale"), data={"step-1": "confirm"}).status_code in {
        403,
        404,
    }
