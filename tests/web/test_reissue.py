"""A link that somebody stopped with “Not me”, and the new one that HR sends."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.audit.models import AuditEvent
from app.auth.models import Role
from app.clock import now
from app.db import db
from app.feedback.drafts import StaleLinkError, read_draft, save_draft
from app.feedback.models import Invitation, RequestState, Submission
from app.jobs.models import Job
from app.mail.models import LINK, Letter, LetterState
from app.people.groups import RaterGroup
from tests.factories import make_account, sign_in, token_of
from tests.forms import NAMES, Scene, fields_on, filled, make_scene, start

PAUSED = "This link is paused"


def as_hr(client: FlaskClient) -> FlaskClient:
    """Another browser, of somebody in HR."""
    browser = client.application.test_client()
    sign_in(browser, make_account(role=Role.HR))
    return browser


def address_of(scene: Scene) -> str:
    return f"/hr/c/{scene.cycle.id}/reviewers/{scene.reviewer.id}/fresh"


def stop(client: FlaskClient, scene: Scene) -> None:
    assert client.post(f"{scene.link}/not-me").status_code == 303


def fresh_letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == "fresh_link")))


def begun(client: FlaskClient, scene: Scene) -> str:
    """The address of a form with a comment in its draft."""
    start(client, scene)
    address = "/r/p/1"
    page = client.get(address).text
    box = next(name for name in fields_on(page) if name.startswith("c-"))
    data = {"request": fields_on(page)["request"], box: "多问一句"}
    assert client.post(f"{address}/save", data=data).status_code == 204
    return address


def test_a_stopped_link_is_shown_to_hr_who_sends_a_new_one(client: FlaskClient) -> None:
    scene = make_scene()
    stop(client, scene)
    hr = as_hr(client)

    assert "“Not me”: 1 link is paused" in hr.get(f"/hr/c/{scene.cycle.id}").text
    listed = hr.get(f"/hr/c/{scene.cycle.id}/reviewers?filter=cut_off").text
    assert listed.count('<th scope="row">') == 1
    assert address_of(scene) in listed
    asked = hr.get(address_of(scene)).text
    assert "chose “Not me”" in asked
    assert str(scene.reviewer.person.email) in asked
    sent = hr.post(address_of(scene))

    assert "A letter with the new link is on its way to 张三." in hr.get(sent.location).text
    assert "“Not me”" not in hr.get(f"/hr/c/{scene.cycle.id}").text
    empty = hr.get(f"/hr/c/{scene.cycle.id}/reviewers?filter=cut_off").text
    assert '<th scope="row">' not in empty


def test_the_new_link_opens_and_the_old_one_is_paused_at_once(client: FlaskClient) -> None:
    scene = make_scene()
    as_hr(client).post(address_of(scene))

    old = client.get(scene.link)
    new = client.get(f"/i/{token_of(scene.reviewer)}")

    assert (old.status_code, new.status_code) == (410, 200)
    assert PAUSED in old.text
    assert NAMES[0] not in old.text
    assert NAMES[0] in new.text
    assert client.get(f"/i/{'x' * 43}").status_code == 404


def test_a_browser_that_came_in_by_the_old_link_is_outside_at_once(client: FlaskClient) -> None:
    scene = make_scene()
    address = begun(client, scene)
    body = filled(client.get(address).text)
    as_hr(client).post(address_of(scene))

    answers = [
        client.get("/r"),
        client.get(address),
        client.post(address, data=body),
        client.post(f"{address}/save", data=body),
        client.post(f"{address}/decline"),
        client.post(f"{scene.link}/start"),
        client.post(f"{scene.link}/not-me"),
    ]

    assert [answer.status_code for answer in answers] == [410] * len(answers)
    assert not [answer for answer in answers if NAMES[0] in answer.text]
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0
    assert not scene.reviewer.cut_off


def test_drafts_move_to_the_new_link_even_twice(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    begun(client, scene)
    both = [row.id for row in scene.requests]
    drafts = {request_id: read_draft(scene.token, request_id).values for request_id in both}
    hr = as_hr(client)
    for _time in range(2):
        hr.post(address_of(scene))
        db.session.execute(update(Letter).values(state=LetterState.SENT))
        db.session.commit()

    token = token_of(scene.reviewer)
    assert scene.reviewer.generation == 3
    assert {one: read_draft(token, one).values for one in both} == drafts
    assert not any(read_draft(scene.token, one).values for one in both)
    client.post(f"/i/{token}/start")
    assert "多问一句" in client.get("/r/p/1").text
    for old in (1, 2):
        assert PAUSED in client.get(link_of(scene, old)).text


def link_of(scene: Scene, generation: int) -> str:
    present = scene.reviewer.generation
    scene.reviewer.generation = generation
    link = f"/i/{token_of(scene.reviewer)}"
    scene.reviewer.generation = present
    return link


def test_a_save_that_was_on_its_way_does_not_destroy_the_moved_draft(client: FlaskClient) -> None:
    scene = make_scene()
    begun(client, scene)
    as_hr(client).post(address_of(scene))

    with pytest.raises(StaleLinkError):
        save_draft(
            token=scene.token,
            request_id=scene.requests[0].id,
            changes={"c-x": "late"},
            base=0,
            now=now(),
        )

    kept = read_draft(token_of(scene.reviewer), scene.requests[0].id)
    assert list(kept.values.values()) == ["多问一句"]


@pytest.mark.parametrize(
    ("group", "locale", "words"),
    [
        (RaterGroup.PEER, "zh", ("新链接", "保存的内容都在", NAMES[0], "截止")),
        (RaterGroup.PEER, "en", ("new link", "you saved is still there", NAMES[0], "Closes")),
        (RaterGroup.SELF, "zh", ("您的自评", "您的上级能看到您的自评")),
        (RaterGroup.SELF, "en", ("your self-assessment", "Your manager sees")),
        (RaterGroup.CUSTOMER, "zh", ("感谢您与", "可直接谢绝", "其他客户")),
        (RaterGroup.CUSTOMER, "en", ("Thank you for working with", "decline", "other customers")),
    ],
)
def test_the_letter_carries_the_new_link_and_what_is_still_open(
    client: FlaskClient, group: RaterGroup, locale: str, words: tuple[str, ...]
) -> None:
    scene = make_scene(groups=(group,), locale=locale)
    begun(client, scene)
    as_hr(client).post(address_of(scene))

    [letter] = fresh_letters()
    for text in (letter.text, letter.html):
        assert LINK in text
        assert not [word for word in words if word not in text]
    assert (letter.locale, letter.link_owner_id) == (locale, scene.reviewer.id)
    assert letter.subject.strip()
    kinds = db.session.scalars(select(Invitation.kind)).all()
    events = db.session.scalars(
        select(AuditEvent.subject).where(AuditEvent.action == "reviewer.fresh_link")
    ).all()
    assert (kinds, events) == (["fresh"], [f"reviewer:{scene.reviewer.id}"])
    assert db.session.scalar(select(func.count()).select_from(Job)) == 1


def test_the_letter_with_the_new_link_names_the_deadline_that_is_the_readers_own(
    client: FlaskClient,
) -> None:
    scene = make_scene(locale="zh")
    scene.cycle.closes_at = datetime(2030, 1, 1, tzinfo=UTC)
    scene.reviewer.closes_at = datetime(2030, 3, 4, 16, tzinfo=UTC)
    db.session.commit()
    stop(client, scene)

    as_hr(client).post(address_of(scene))

    (letter,) = fresh_letters()
    assert "3月4日（周一）24:00" in letter.text


def test_whoever_was_declined_for_by_a_stranger_can_still_take_part(client: FlaskClient) -> None:
    scene = make_scene()
    client.post(f"{scene.link}/decline")
    stop(client, scene)
    hr = as_hr(client)

    assert "“Not me”: 1 link is paused" in hr.get(f"/hr/c/{scene.cycle.id}").text
    hr.post(address_of(scene))
    client.post(f"/i/{token_of(scene.reviewer)}/start")

    assert "new link" in fresh_letters()[0].text
    db.session.refresh(scene.requests[0])
    assert scene.requests[0].state is RequestState.OPEN


def test_pressing_twice_sends_one_letter_and_a_better_address_takes_its_place(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    hr = as_hr(client)

    for _time in range(2):
        hr.post(address_of(scene))
    assert (len(fresh_letters()), scene.reviewer.generation) == (1, 2)
    hr.post(address_of(scene), data={"address": " Right@Firm.example "})

    assert fresh_letters()[-1].to_address == "right@firm.example"
    assert (len(fresh_letters()), scene.reviewer.generation) == (1, 3)
    assert scene.reviewer.person.email == "right@firm.example"


@pytest.mark.parametrize("address", ["", "nobody", "a b@firm.example"])
def test_no_link_goes_to_an_address_that_is_none(client: FlaskClient, address: str) -> None:
    scene = make_scene()

    refused = as_hr(client).post(address_of(scene), data={"address": address})

    assert refused.status_code == 409
    assert (fresh_letters(), scene.reviewer.generation) == ([], 1)


def test_a_closed_round_sends_no_links(client: FlaskClient) -> None:
    scene = make_scene()
    stop(client, scene)
    hr = as_hr(client)
    hr.post(f"/hr/c/{scene.cycle.id}/close")

    assert '<form method="post"' not in hr.get(address_of(scene)).text.split("<main")[1]
    assert hr.post(address_of(scene)).status_code == 409
    assert (fresh_letters(), scene.reviewer.generation) == ([], 1)
    assert address_of(scene) not in hr.get(f"/hr/c/{scene.cycle.id}/reviewers").text


def test_a_draft_round_and_another_rounds_reviewer_are_not_there(client: FlaskClient) -> None:
    scene, other = make_scene(), make_scene()
    hr = as_hr(client)

    elsewhere = f"/hr/c/{other.cycle.id}/reviewers/{scene.reviewer.id}/fresh"
    assert [hr.get(elsewhere).status_code, hr.post(elsewhere).status_code] == [404, 404]
    scene.cycle.launched_at = None
    db.session.commit()
    assert hr.post(address_of(scene)).status_code == 404
    assert fresh_letters() == []


def test_nobody_but_hr_may_send_a_new_link(client: FlaskClient) -> None:
    scene = make_scene()

    assert "/sign-in" in client.post(address_of(scene)).location
    sign_in(client, make_account())

    assert client.post(address_of(scene)).status_code == 404
    assert scene.reviewer.generation == 1


def test_a_reminder_keeps_its_distance_from_the_letter_with_the_new_link(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    hr = as_hr(client)
    hr.post(address_of(scene))
    [letter] = fresh_letters()
    letter.state, letter.sent_at = LetterState.SENT, now()
    db.session.commit()

    page = hr.get(f"/hr/c/{scene.cycle.id}/remind").text

    assert "Had a letter within the last 24 hours" in page
