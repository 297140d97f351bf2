"""Whoever gets an address of a reviewer reads nothing that was typed behind the link before."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.auth.models import Role
from app.clock import now
from app.db import db
from app.feedback.models import Draft, Invitation, RequestState
from app.feedback.reminding.service import remind
from app.feedback.thanking.service import thank
from app.jobs.models import Job
from app.mail.models import LINK, Letter, LetterState
from app.people.groups import RaterGroup
from tests.factories import make_account, sign_in, token_of
from tests.forms import Scene, fields_on, filled, make_scene, start
from tests.rounds import COMPANY

OTHER = "hr@firm.example"
TYPED = "多问一句"


@pytest.fixture
def scene(app: Flask) -> Scene:
    """A reviewer, invited at their address, who has begun one form of two."""
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    mailed(scene, "invite_internal", "invite")
    start(reviewer := app.test_client(), scene)
    fields = fields_on(reviewer.get("/r/p/1").text)
    box = next(name for name in fields if name.startswith("c-"))
    data = {"request": fields["request"], box: TYPED}
    assert reviewer.post("/r/p/1/save", data=data).status_code == 204
    return scene


def mailed(
    scene: Scene, kind: str, invitation: str, state: LetterState = LetterState.SENT
) -> Letter:
    """A letter with the reviewer's link, as one was posted to the address they have now."""
    letter = Letter(
        message_id=f"{kind}{state}@roundview",
        kind=kind,
        to_name=scene.reviewer.person.name,
        to_address=str(scene.reviewer.person.email),
        locale="en",
        subject=kind,
        text=LINK,
        html=LINK,
        link_owner_id=scene.reviewer.id,
        state=state,
        posted_at=now(),
    )
    db.session.add(letter)
    db.session.flush()
    db.session.add(Invitation(letter_id=letter.id, reviewer_id=scene.reviewer.id, kind=invitation))
    db.session.commit()
    return letter


def as_hr(app: Flask) -> FlaskClient:
    browser = app.test_client()
    sign_in(browser, make_account(role=Role.HR))
    return browser


def give_link(app: Flask, scene: Scene, address: str) -> str:
    """HR sends a new link to an address; gives the text of the letter."""
    page = f"/hr/c/{scene.cycle.id}/reviewers/{scene.reviewer.id}/fresh"
    assert as_hr(app).post(page, data={"address": address}).status_code == 302
    return latest_letter().text


def latest_letter() -> Letter:
    db.session.expire_all()
    return db.session.scalars(select(Letter).order_by(Letter.id.desc()).limit(1)).one()


def seen_behind_the_link(app: Flask, scene: Scene) -> str:
    """All that the holder of the present link reads."""
    db.session.expire_all()
    browser = app.test_client()
    browser.post(f"/i/{token_of(scene.reviewer)}/start")
    return "".join(browser.get(page).text for page in ("/r", "/r/p/1", "/r/p/2"))


def drafts() -> int:
    return db.session.scalar(select(func.count()).select_from(Draft)) or 0


def test_hr_is_told_before_the_press_what_becomes_of_drafts(app: Flask, scene: Scene) -> None:
    page = f"/hr/c/{scene.cycle.id}/reviewers/{scene.reviewer.id}/fresh"

    asked = as_hr(app).get(page).text

    assert f"To {scene.reviewer.person.email}, where the link went so far: drafts are kept" in asked
    assert "To any other address: drafts are deleted" in asked
    assert "newer than the letters" not in asked
    scene.reviewer.person.email = OTHER
    db.session.commit()
    assert "newer than the letters sent so far" in as_hr(app).get(page).text


def test_another_address_begins_anew_and_its_letter_says_so(app: Flask, scene: Scene) -> None:
    text = give_link(app, scene, OTHER)

    assert (latest_letter().to_address, drafts()) == (OTHER, 0)
    assert "the form begins anew" in text
    assert "still there" not in text
    assert TYPED not in seen_behind_the_link(app, scene)
    assert [row.state for row in scene.requests] == [RequestState.OPEN] * 2
    assert "begins anew" in give_link(app, scene, "third@firm.example")  # HR reads no draft in it


def test_the_same_address_keeps_what_was_typed(app: Flask, scene: Scene) -> None:
    text = give_link(app, scene, str(scene.reviewer.person.email))

    assert "Whatever you saved is still there." in text
    assert "begins anew" not in text
    assert TYPED in seen_behind_the_link(app, scene)


def test_an_address_that_came_by_another_way_is_another_address(app: Flask, scene: Scene) -> None:
    """An import may have changed it, or the page of a later round."""
    scene.reviewer.person.email = OTHER
    db.session.commit()

    assert "begins anew" in give_link(app, scene, OTHER)
    assert TYPED not in seen_behind_the_link(app, scene)


def test_back_at_the_first_address_nothing_returns(app: Flask, scene: Scene) -> None:
    first = str(scene.reviewer.person.email)
    give_link(app, scene, OTHER)
    give_link(app, scene, first)

    assert drafts() == 0
    assert TYPED not in seen_behind_the_link(app, scene)


@pytest.mark.parametrize("handed_over", [False, True])
def test_what_waits_for_the_mailbox_of_before_does_not_carry_the_new_link(
    app: Flask, scene: Scene, handed_over: bool
) -> None:
    give_link(app, scene, str(scene.reviewer.person.email))
    letter = latest_letter()
    letter.subject, letter.handed_over_at = "of before", now() if handed_over else None
    db.session.commit()

    give_link(app, scene, OTHER)

    before = db.session.scalars(select(Letter.state).where(Letter.subject == "of before")).all()
    assert before == ([LetterState.UNCERTAIN] if handed_over else [])
    waiting = select(Letter.to_address).where(Letter.state == LetterState.QUEUED)
    assert db.session.scalars(waiting).all() == [OTHER]
    queued = db.session.scalars(select(Job.subject_id)).all()
    assert set(queued) >= {latest_letter().id}
    assert len(queued) == 1 + handed_over


def test_a_reminder_goes_where_the_link_is_whatever_the_address_is_now(
    app: Flask, scene: Scene
) -> None:
    first = scene.reviewer.person.email
    db.session.execute(update(Letter).values(sent_at=scene.cycle.opens_at))
    scene.reviewer.person.email = OTHER
    db.session.commit()

    assert remind(scene.cycle.id, company=COMPANY) == 1
    db.session.commit()

    assert latest_letter().to_address == first
    assert TYPED in seen_behind_the_link(app, scene)


def test_thanks_go_where_the_link_is_because_they_carry_it(app: Flask) -> None:
    scene = make_scene()
    mailed(scene, "invite_internal", "invite")
    first, scene.reviewer.person.email = scene.reviewer.person.email, OTHER
    scene.requests[0].state = RequestState.SUBMITTED
    db.session.commit()

    assert thank(scene.cycle.id, company=COMPANY) == 1
    db.session.commit()

    assert LINK in latest_letter().text
    assert (latest_letter().kind, latest_letter().to_address) == ("thanks", first)


def test_more_time_is_told_where_the_link_is(app: Flask, scene: Scene) -> None:
    first = scene.reviewer.person.email
    scene.reviewer.person.email = OTHER
    db.session.commit()
    until = scene.cycle.closes_at.date() + timedelta(days=365)
    page = f"/hr/c/{scene.cycle.id}/more-time/{scene.reviewer.id}"

    assert as_hr(app).post(page, data={"until": until.isoformat()}).status_code == 302

    assert (latest_letter().kind, latest_letter().to_address) == ("more_time", first)


def test_a_stuck_reminder_to_a_better_address_takes_a_new_link(app: Flask, scene: Scene) -> None:
    letter = mailed(scene, "remind", "remind", LetterState.FAILED)
    old = token_of(scene.reviewer)

    again = f"/hr/c/{scene.cycle.id}/bounces/{letter.id}"
    assert as_hr(app).post(again, data={"address": OTHER}).status_code == 302

    assert (latest_letter().kind, latest_letter().to_address) == ("fresh_link", OTHER)
    assert "begins anew" in latest_letter().text
    assert token_of(scene.reviewer) != old
    assert TYPED not in seen_behind_the_link(app, scene)


def test_a_stuck_invitation_keeps_its_words_under_a_new_link(app: Flask) -> None:
    scene = make_scene()
    app.test_client().get(scene.link)  # in English, as is all that follows
    letter = mailed(scene, "invite_internal", "invite", LetterState.UNCERTAIN)
    hr, again = as_hr(app), f"/hr/c/{scene.cycle.id}/bounces/{letter.id}"

    assert (
        "A letter to another address carries a new link"
        in hr.get(f"/hr/c/{scene.cycle.id}/bounces").text
    )
    assert hr.post(again, data={"address": OTHER}).status_code == 302

    assert (latest_letter().kind, latest_letter().to_address) == ("invite_internal", OTHER)
    assert scene.reviewer.generation == 2
    assert app.test_client().get(scene.link).status_code == 410


def test_a_stuck_reminder_to_the_same_address_keeps_link_and_drafts(
    app: Flask, scene: Scene
) -> None:
    letter = mailed(scene, "remind", "remind", LetterState.FAILED)

    again = f"/hr/c/{scene.cycle.id}/bounces/{letter.id}"
    data = {"address": letter.to_address}
    assert as_hr(app).post(again, data=data).status_code == 302

    assert (latest_letter().kind, latest_letter().id) == ("remind", letter.id + 1)
    assert token_of(scene.reviewer) == scene.token
    assert TYPED in seen_behind_the_link(app, scene)


def test_asked_for_right_after_a_submission_the_link_goes_where_the_one_before_went(
    app: Flask,
) -> None:
    """The other form is a draft still, and HR has changed the address in between."""
    scene = make_scene()
    mailed(scene, "invite_internal", "invite")
    reviewer = app.test_client()
    start(reviewer, scene)
    reviewer.post("/r/p/1", data=filled(reviewer.get("/r/p/1").text))
    first = str(scene.reviewer.person.email)
    scene.reviewer.person.email = OTHER
    db.session.commit()

    page = reviewer.post(f"{scene.link}/fresh").text

    assert (latest_letter().kind, latest_letter().to_address) == ("correct_link", first)
    assert first.split("@")[1] in page
