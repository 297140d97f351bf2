"""More time for one reviewer: asked for behind the expired link, answered by HR."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.models import Role
from app.clock import now
from app.db import db
from app.feedback.closing import close_cycle
from app.feedback.models import Invitation, RequestState, Reviewer
from app.mail.models import Letter
from app.mail.service import RenderedLetter, post
from tests.conftest import ForgetfulClient
from tests.factories import make_account, sign_in
from tests.forms import Scene, filled, make_scene, start

OVER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A reviewer whose link has expired with a form open, and somebody in HR."""

    scene: Scene
    hr: FlaskClient

    @property
    def reviewer(self) -> Reviewer:
        return db.session.get_one(Reviewer, self.scene.reviewer.id)

    @property
    def page(self) -> str:
        return self.hr.get(f"/hr/c/{self.scene.cycle.id}?lang=en").text

    def address(self, act: str = "") -> str:
        return f"/hr/c/{self.scene.cycle.id}/more-time/{self.scene.reviewer.id}{act}"


@pytest.fixture
def waiting(app: Flask) -> Waiting:
    scene = make_scene()
    scene.cycle.closes_at = now() - OVER
    db.session.commit()
    app.test_client_class = ForgetfulClient
    hr = app.test_client()
    sign_in(hr, make_account(role=Role.HR))
    return Waiting(scene=scene, hr=hr)


def letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == "more_time")))


def in_days(days: int) -> str:
    return (now() + timedelta(days=days)).date().isoformat()


def test_the_expired_link_offers_to_ask_and_a_look_at_it_changes_nothing(
    client: FlaskClient, waiting: Waiting
) -> None:
    page = client.get(waiting.scene.link)

    assert page.status_code == 410
    assert "Ask for more time" in page.text
    assert not waiting.reviewer.more_time_waits
    assert "asks for more time" not in waiting.page


def test_hr_sees_at_once_who_asks_and_what_is_open(client: FlaskClient, waiting: Waiting) -> None:
    asked = client.post(f"{waiting.scene.link}/extend", follow_redirects=True)

    assert "王老师 has been told" in asked.text
    assert "Ask for more time" not in asked.text
    assert "1 person asks for more time" in waiting.page
    assert "1 form open" in waiting.page


def test_more_time_opens_the_form_again_and_a_letter_says_so(
    client: FlaskClient, waiting: Waiting
) -> None:
    client.post(f"{waiting.scene.link}/extend")

    for _pressed_twice in range(2):
        given = waiting.hr.post(waiting.address(), data={"until": in_days(3)})
        assert given.status_code == 302

    [letter] = letters()
    assert letter.link_owner_id == waiting.scene.reviewer.id
    assert "You asked for more time" in letter.text
    assert db.session.scalars(select(Invitation.kind)).all() == ["more_time"]
    assert "asks for more time" not in waiting.page
    page = client.get(waiting.scene.link)
    assert page.status_code == 200
    assert "24:00" in page.text
    start(client, waiting.scene)
    sent = client.post("/r/p/1", data=filled(client.get("/r/p/1").text))
    assert sent.location.endswith("/r/done")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "There is more time now, and a letter says so."),
        ("zh", "已延期，并发邮件告知本人。"),
    ],
)
def test_hr_reads_that_a_letter_tells_of_the_new_day(
    waiting: Waiting, lang: str, said: str
) -> None:
    waiting.hr.get(f"/hr?lang={lang}")
    page = waiting.hr.post(waiting.address(), data={"until": in_days(3)}, follow_redirects=True)

    assert said in page.text
    assert len(letters()) == 1


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "The invitation has not left yet, and will name the new day."),
        ("zh", "邀请邮件尚未发出，发出时会写明新的截止日。"),
    ],
)
def test_hr_reads_that_the_invitation_will_name_the_new_day_while_it_waits(
    waiting: Waiting, lang: str, said: str
) -> None:
    letter_id = post(invitation_of(waiting.reviewer))
    db.session.add(Invitation(letter_id=letter_id, reviewer_id=waiting.reviewer.id, kind="invite"))
    db.session.commit()

    waiting.hr.get(f"/hr?lang={lang}")
    page = waiting.hr.post(waiting.address(), data={"until": in_days(3)}, follow_redirects=True)

    assert said in page.text
    assert "a letter says so" not in page.text
    assert "发邮件告知" not in page.text
    assert letters() == []
    assert "24:00" in db.session.get_one(Letter, letter_id).text


def invitation_of(reviewer: Reviewer) -> RenderedLetter:
    return RenderedLetter(
        kind="invite_internal",
        to_name=reviewer.person.name,
        to_address=reviewer.person.email or "",
        locale="en",
        subject="x",
        text="x",
        html="x",
        send_at=now() + timedelta(hours=9),
    )


def test_hr_reads_that_nobody_is_told_who_has_nothing_open(waiting: Waiting) -> None:
    for row in waiting.scene.requests:
        row.state = RequestState.SUBMITTED
    db.session.commit()

    page = waiting.hr.post(
        f"{waiting.address()}?lang=en", data={"until": in_days(3)}, follow_redirects=True
    )

    assert "There is more time now, but no letter says so" in page.text
    assert letters() == []


def test_a_second_press_says_that_it_has_changed_nothing(waiting: Waiting) -> None:
    for said in ("and a letter says so", "already, so nothing has changed"):
        page = waiting.hr.post(
            f"{waiting.address()}?lang=en", data={"until": in_days(3)}, follow_redirects=True
        )
        assert said in page.text

    assert len(letters()) == 1


def test_it_is_more_time_for_one_reviewer_alone(client: FlaskClient, waiting: Waiting) -> None:
    other = make_scene(cycle=waiting.scene.cycle)

    waiting.hr.post(waiting.address(), data={"until": in_days(3)})

    assert client.get(other.link).status_code == 410


def test_the_form_expires_again_with_the_new_day(client: FlaskClient, waiting: Waiting) -> None:
    waiting.hr.post(waiting.address(), data={"until": in_days(1)})

    with time_machine.travel(now() + timedelta(days=4)):
        assert client.get(waiting.scene.link).status_code == 410


def test_a_refusal_keeps_the_deadline_and_the_reviewer_asks_once_a_day(
    client: FlaskClient, waiting: Waiting
) -> None:
    ask = f"{waiting.scene.link}/extend"
    client.post(ask)
    waiting.hr.post(waiting.address("/refuse"))
    assert letters() == []
    assert "asks for more time" not in waiting.page

    client.post(ask)
    assert not waiting.reviewer.more_time_waits
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        client.post(ask)
        assert waiting.reviewer.more_time_waits


@pytest.mark.parametrize("until", ["", "soon", "2020-01-01"])
def test_a_day_that_helps_nobody_is_refused_with_a_sentence(waiting: Waiting, until: str) -> None:
    answer = waiting.hr.post(f"{waiting.address()}?lang=en", data={"until": until})

    assert answer.status_code == 409
    assert "Choose a day" in answer.text
    assert waiting.reviewer.closes_at is None


def test_a_closed_round_gives_no_more_time(client: FlaskClient, waiting: Waiting) -> None:
    close_cycle(waiting.scene.cycle, now())
    db.session.commit()

    answer = waiting.hr.post(f"{waiting.address()}?lang=en", data={"until": in_days(3)})

    assert answer.status_code == 409
    assert "takes no answers any more" in answer.text
    asked = client.post(f"{waiting.scene.link}/extend", follow_redirects=True)
    assert "closed" in asked.text
    assert not waiting.reviewer.more_time_waits


def test_the_close_says_who_still_has_time(waiting: Waiting) -> None:
    waiting.hr.post(waiting.address(), data={"until": in_days(3)})

    page = waiting.hr.get(f"/hr/c/{waiting.scene.cycle.id}/close?lang=en").text

    assert "1 person was given more time that is not over yet" in page


def test_the_close_says_who_waits_for_an_answer(client: FlaskClient, waiting: Waiting) -> None:
    address = f"/hr/c/{waiting.scene.cycle.id}/close?lang=en"
    assert "waits for your answer" not in waiting.hr.get(address).text

    client.post(f"{waiting.scene.link}/extend")

    assert "1 person has asked for more time and waits" in waiting.hr.get(address).text


def test_for_a_day_the_close_speaks_of_whoever_was_typing_and_never_says_whether_anybody_was(
    client: FlaskClient, waiting: Waiting
) -> None:
    address = f"/hr/c/{waiting.scene.cycle.id}/close?lang=en"

    def warned(after: timedelta) -> bool:
        with time_machine.travel(now() + after):
            waiting.hr.post("/logout")
            sign_in(waiting.hr, make_account(role=Role.HR))
            return "Whoever was typing in the last hour" in waiting.hr.get(address).text

    assert warned(timedelta())
    assert not warned(timedelta(hours=24))
    waiting.reviewer.closes_at = now() + timedelta(hours=2)
    db.session.commit()
    assert not warned(timedelta())
    assert warned(timedelta(hours=25))
    client.get(waiting.scene.link)
    for row in waiting.scene.requests:
        row.state = RequestState.SUBMITTED
    db.session.commit()
    assert not warned(timedelta(hours=25))


def test_after_a_refusal_the_link_says_so_until_the_next_day(
    client: FlaskClient, waiting: Waiting
) -> None:
    client.post(f"{waiting.scene.link}/extend")
    assert "did not agree" not in client.get(waiting.scene.link).text
    waiting.hr.post(waiting.address("/refuse"))

    refused = client.get(waiting.scene.link).text
    assert "王老师 did not agree to more time today" in refused
    assert "/extend" not in refused
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        later = client.get(waiting.scene.link).text
    assert "/extend" in later
    assert "did not agree" not in later


def test_a_round_that_still_collects_needs_no_more_time(
    client: FlaskClient, waiting: Waiting
) -> None:
    waiting.scene.cycle.closes_at = now() + timedelta(days=3)
    db.session.commit()

    client.post(f"{waiting.scene.link}/extend")

    assert not waiting.reviewer.more_time_waits


@pytest.mark.parametrize("act", ["", "/refuse"])
def test_a_reviewer_of_another_round_is_not_found(waiting: Waiting, act: str) -> None:
    other = make_scene()
    address = f"/hr/c/{other.cycle.id}/more-time/{waiting.scene.reviewer.id}{act}"

    assert waiting.hr.post(address, data={"until": in_days(30)}).status_code == 404


def test_somebody_who_has_nothing_open_cannot_ask(client: FlaskClient, waiting: Waiting) -> None:
    scene = waiting.scene
    scene.cycle.closes_at = now() + timedelta(days=1)
    db.session.commit()
    start(client, scene)
    client.post("/r/decline")
    scene.cycle.closes_at = now() - OVER
    db.session.commit()

    assert "Ask for more time" not in client.get(f"{scene.link}?lang=en").text
