"""Whoever holds a forwarded link reads nothing that was typed behind it in another browser."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, select, text, update

from app.auth.models import Role
from app.clock import now
from app.cycles.models import Cycle
from app.db import db, writing
from app.feedback.closing import close_cycle
from app.feedback.entering.models import EntryCode
from app.feedback.entering.rules import MOST_IN_A_DAY, MOST_IN_AN_HOUR, MOST_TRIES
from app.feedback.models import Reviewer, Submission
from app.feedback.reminding.queries import mailed_by_address
from app.jobs.models import Job
from app.mail.models import CODE, LINK, Letter, LetterState
from app.people.groups import RaterGroup
from app.worker import delete_where_due, work_until_idle
from tests.codes import (
    TYPED,
    another_than,
    code_in,
    code_letters,
    draft_in,
    enter,
    newest_code,
    strict_scene,
)
from tests.factories import make_account, sign_in, token_of
from tests.forms import NAMES, Scene, filled, make_scene, start
from tests.holding import wait_until_held
from tests.integration.test_one_link_one_mailbox import mailed
from tests.rounds import counted_statements
from tests.smtp_server import Sink

INSIDE = ("/r", "/r/p/1", "/r/p/2", "/r/compare/1", "/r/check", "/r/done", "/r/p/1/relation")
ASKED = "We have sent a code to"
WRONG = "That code is wrong or older than ten minutes."


@pytest.fixture
def scene(app: Flask) -> Scene:
    """A reviewer who has begun one form of two, in a browser that the tests call first."""
    return strict_scene()


@pytest.fixture
def first(app: Flask, client: FlaskClient, scene: Scene) -> FlaskClient:
    draft_in(client, scene)
    return client


@pytest.fixture
def other(app: Flask, first: FlaskClient) -> FlaskClient:
    """Another browser, which knows nothing but the link."""
    return app.test_client()


def press_start(browser: FlaskClient, scene: Scene) -> str:
    """Where Start leads, without the site."""
    answer = browser.post(f"{scene.link}/start")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def is_inside(browser: FlaskClient) -> bool:
    return TYPED in browser.get("/r/p/1").text


def kept_codes() -> list[EntryCode]:
    db.session.expire_all()
    return list(db.session.scalars(select(EntryCode)))


def count(table: type[object]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_the_first_browser_comes_in_and_comes_back_without_a_code(
    first: FlaskClient, scene: Scene
) -> None:
    assert is_inside(first)
    first.delete_cookie("review")

    assert press_start(first, scene) == "/r"
    assert is_inside(first)
    assert code_letters() == []


def test_its_cookie_is_for_the_server_alone_and_lasts_until_the_round_ends(
    client: FlaskClient, scene: Scene
) -> None:
    answer = client.post(f"{scene.link}/start")

    [known] = [row for row in answer.headers.getlist("Set-Cookie") if row.startswith("known-")]
    assert known.startswith(f"known-{scene.reviewer.id}=")
    assert "HttpOnly" in known
    assert "SameSite=Lax" in known
    [age] = re.findall(r"Max-Age=(\d+)", known)
    assert timedelta(days=11) < timedelta(seconds=int(age)) <= timedelta(days=12)
    assert scene.token not in known


def test_the_page_of_the_link_says_so_before(client: FlaskClient, scene: Scene) -> None:
    sentence = "you will need a code that we mail to you"

    assert sentence in client.get(scene.link).text
    assert sentence not in client.get(make_scene().link).text


def test_another_browser_is_asked_for_a_code_and_reads_nothing(
    other: FlaskClient, scene: Scene
) -> None:
    place = press_start(other, scene)
    page = other.get(place)

    assert place == f"{scene.link}/code"
    assert (page.status_code, ASKED in page.text) == (200, True)
    address = str(scene.reviewer.person.email)
    assert f"{address[0]}***@example.com" in page.text
    assert address not in page.text
    assert TYPED not in page.text
    assert [other.get(inside).status_code for inside in INSIDE] == [403] * len(INSIDE)
    assert other.get_cookie("review") is None


def test_a_cookie_made_from_the_link_by_hand_opens_nothing(
    other: FlaskClient, scene: Scene
) -> None:
    other.set_cookie("review", scene.token)
    body = {"request": str(scene.requests[0].id), "a-x": "5"}

    answers = [other.get(inside) for inside in INSIDE]
    answers += [
        other.post(place, data=body)
        for place in ("/r/p/1", "/r/p/1/save", "/r/compare/1", "/r/p/1/decline", "/r/fresh")
    ]

    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert not [answer for answer in answers if TYPED in answer.text or NAMES[0] in answer.text]


def test_a_cookie_made_before_anybody_pressed_start_opens_nothing_either(
    client: FlaskClient, scene: Scene
) -> None:
    client.set_cookie("review", scene.token)

    assert client.get("/r/p/1").status_code == 403


def test_what_was_sent_from_an_unknown_browser_is_kept_on_its_page_only(
    other: FlaskClient, first: FlaskClient, scene: Scene
) -> None:
    body = filled(first.get("/r/p/1").text)
    other.set_cookie("review", scene.token)

    refused = other.post("/r/p/1", data={**body, "c-mine": "hand-typed"})

    assert refused.status_code == 403
    assert "hand-typed" in refused.text
    assert count(Submission) == 0


def test_the_right_code_lets_the_browser_in_and_it_stays(other: FlaskClient, scene: Scene) -> None:
    press_start(other, scene)

    answer = enter(other, scene.link, newest_code())

    assert (answer.status_code, answer.location) == (303, "/r")
    assert is_inside(other)
    other.delete_cookie("review")
    assert press_start(other, scene) == "/r"
    assert kept_codes() == []


def test_spaces_and_wide_digits_do_not_matter(other: FlaskClient, scene: Scene) -> None:
    press_start(other, scene)
    code = newest_code()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code[:3])

    assert enter(other, scene.link, f" {wide} {code[3:]}").status_code == 303


def test_a_mailbox_that_was_shown_beats_having_been_first(
    app: Flask, first: FlaskClient, other: FlaskClient, scene: Scene
) -> None:
    """Whoever the mail was forwarded to may have pressed Start before its reader."""
    press_start(other, scene)
    enter(other, scene.link, newest_code())

    assert not is_inside(first)
    assert first.get("/r/p/1").status_code == 403
    assert press_start(first, scene) == f"{scene.link}/code"
    enter(first, scene.link, newest_code())
    assert is_inside(first)
    assert is_inside(other)


def test_a_wrong_code_lets_nobody_in(other: FlaskClient, scene: Scene) -> None:
    press_start(other, scene)

    answers = [
        enter(other, scene.link, code) for code in (another_than(newest_code()), "", "hello")
    ]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert all(WRONG in answer.text for answer in answers)
    assert other.get("/r/p/1").status_code == 403
    assert not db.session.get_one(Reviewer, scene.reviewer.id).showed_code


def test_after_five_wrong_tries_the_right_code_is_none_any_more(
    other: FlaskClient, scene: Scene
) -> None:
    press_start(other, scene)
    code = newest_code()
    for _try in range(MOST_TRIES - 1):
        enter(other, scene.link, another_than(code))
    assert kept_codes()[0].tries == MOST_TRIES - 1
    enter(other, scene.link, another_than(code))

    answer = enter(other, scene.link, code)

    assert (answer.status_code, WRONG in answer.text) == (422, True)
    assert other.get("/r/p/1").status_code == 403
    other.post(f"{scene.link}/start")
    assert enter(other, scene.link, newest_code()).status_code == 303


def test_the_last_of_five_tries_still_counts(other: FlaskClient, scene: Scene) -> None:
    press_start(other, scene)
    for _try in range(MOST_TRIES - 1):
        enter(other, scene.link, another_than(newest_code()))

    assert enter(other, scene.link, newest_code()).status_code == 303


def test_a_code_is_good_for_ten_minutes(other: FlaskClient, scene: Scene) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        press_start(other, scene)
        code = newest_code()
        clock.shift(timedelta(minutes=10))
        late = enter(other, scene.link, code)
        assert (late.status_code, WRONG in late.text) == (422, True)
        assert other.get("/r/p/1").status_code == 403
        press_start(other, scene)
        clock.shift(timedelta(minutes=9, seconds=59))
        assert enter(other, scene.link, newest_code()).status_code == 303


def test_a_code_works_once(app: Flask, other: FlaskClient, scene: Scene) -> None:
    press_start(other, scene)
    code = newest_code()
    enter(other, scene.link, code)
    third = app.test_client()

    assert enter(third, scene.link, code).status_code == 422
    assert third.get("/r").status_code == 403


def test_start_repeats_no_code_and_a_new_one_ends_the_one_before(
    other: FlaskClient, scene: Scene
) -> None:
    press_start(other, scene)
    press_start(other, scene)
    assert len(code_letters()) == 1
    code = newest_code()

    answer = other.post(f"{scene.link}/code/new")

    assert len(code_letters()) == 2
    assert "The one before has stopped working." in other.get(str(answer.location)).text
    assert enter(other, scene.link, code).status_code == 422
    assert enter(other, scene.link, newest_code()).status_code == 303


def test_no_more_than_five_codes_go_in_an_hour_and_ten_in_a_day(
    other: FlaskClient, scene: Scene
) -> None:
    again = f"{scene.link}/code/new"
    with time_machine.travel(now(), tick=False) as clock:
        press_start(other, scene)
        for _time in range(MOST_IN_AN_HOUR - 1):
            assert other.post(again).status_code == 303
        refused = other.post(again)
        assert (refused.status_code, len(code_letters())) == (429, MOST_IN_AN_HOUR)
        assert "No more codes are sent at the moment." in refused.text
        assert enter(other, scene.link, another_than(newest_code())).status_code == 422
        clock.shift(timedelta(hours=1))
        assert press_start(other, scene) == f"{scene.link}/code"
        for _time in range(MOST_IN_A_DAY - MOST_IN_AN_HOUR - 1):
            assert other.post(again).status_code == 303
        clock.shift(timedelta(hours=1))
        assert other.post(f"{scene.link}/start").status_code == 429
    assert len(code_letters()) == MOST_IN_A_DAY


def test_a_cookie_of_another_reviewer_does_not_fit(
    app: Flask, other: FlaskClient, scene: Scene
) -> None:
    theirs = strict_scene()
    draft_in(browser := app.test_client(), theirs)
    known = browser.get_cookie(f"known-{theirs.reviewer.id}")
    assert known is not None
    other.set_cookie("review", scene.token)
    other.set_cookie(f"known-{scene.reviewer.id}", known.value)

    assert other.get("/r/p/1").status_code == 403
    assert press_start(other, scene) == f"{scene.link}/code"


def test_two_reviewers_in_one_browser_are_both_known(app: Flask, scene: Scene) -> None:
    theirs = strict_scene()
    browser = app.test_client()
    for one in (scene, theirs):
        draft_in(browser, one)

    assert [press_start(browser, one) for one in (scene, theirs)] == ["/r", "/r"]
    assert code_letters() == []


def test_a_new_link_makes_every_browser_unknown(
    app: Flask, first: FlaskClient, other: FlaskClient, scene: Scene
) -> None:
    press_start(other, scene)
    enter(other, scene.link, newest_code())
    sign_in(hr := app.test_client(), make_account(role=Role.HR))
    hr.post(f"/hr/c/{scene.cycle.id}/reviewers/{scene.reviewer.id}/fresh")
    db.session.expire_all()
    link = f"/i/{token_of(scene.reviewer)}"

    for browser in (first, other):
        browser.set_cookie("review", token_of(scene.reviewer))
        assert browser.get("/r/p/1").status_code == 403
        assert browser.post(f"{link}/start").location == f"{link}/code"


def test_a_code_mailed_for_the_link_of_before_opens_nothing(
    app: Flask, other: FlaskClient, scene: Scene
) -> None:
    press_start(other, scene)
    code = newest_code()
    sign_in(hr := app.test_client(), make_account(role=Role.HR))
    hr.post(f"/hr/c/{scene.cycle.id}/reviewers/{scene.reviewer.id}/fresh")
    db.session.expire_all()
    link = f"/i/{token_of(scene.reviewer)}"

    assert enter(other, link, code).status_code == 422
    assert other.post(f"{link}/start").status_code == 303
    assert len(code_letters()) == 2
    assert enter(other, link, newest_code()).status_code == 303


def test_the_code_goes_where_the_link_went_whatever_address_the_person_has_now(
    other: FlaskClient, scene: Scene
) -> None:
    mailbox = mailed(scene, "invite_internal", "invite").to_address
    scene.reviewer.person.email = "hr@firm.example"
    db.session.commit()

    press_start(other, scene)

    assert [letter.to_address for letter in code_letters()] == [mailbox]


def test_two_first_presses_at_one_moment_are_told_apart_by_the_database(
    app: Flask, scene: Scene
) -> None:
    db.session.remove()
    browsers = [app.test_client() for _place in range(2)]
    barrier = Barrier(len(browsers))

    def press(browser: FlaskClient) -> str:
        barrier.wait()
        return str(browser.post(f"{scene.link}/start").location)

    with ThreadPoolExecutor(len(browsers)) as pool:
        places = list(pool.map(press, browsers))

    assert sorted(places) == sorted(["/r", f"{scene.link}/code"])
    assert len(code_letters()) == 1


def test_a_press_that_waited_for_the_first_one_is_not_first(app: Flask, scene: Scene) -> None:
    """It has read that nobody had started; what counts is what its UPDATE finds."""
    link, reviewer_id, browser = scene.link, scene.reviewer.id, app.test_client()
    db.session.remove()
    with ThreadPoolExecutor(1) as pool, writing():
        first = update(Reviewer).where(Reviewer.id == reviewer_id)
        db.session.execute(first.values(started_on=now().date()))
        pressed = pool.submit(browser.post, f"{link}/start")
        wait_until_held()
        db.session.commit()

        assert pressed.result().location == f"{link}/code"
    assert browser.get("/r").status_code == 403


def test_looking_at_the_page_for_a_code_changes_nothing(other: FlaskClient, scene: Scene) -> None:
    press_start(other, scene)
    before = state_of_everything()

    for address in (f"{scene.link}/code", f"{scene.link}/code?sent=new", scene.link):
        for _time in range(3):
            answer = other.get(address)
            assert answer.status_code == 200
            assert not answer.headers.getlist("Set-Cookie")

    assert state_of_everything() == before


def state_of_everything() -> list[object]:
    """All rows that a press could have changed."""
    db.session.expire_all()
    tables = ("reviewers", "feedback_requests", "letters", "jobs", "entry_codes", "drafts")
    return [db.session.execute(text(f"SELECT * FROM {one}")).all() for one in tables]  # noqa: S608


def test_the_page_for_a_code_is_no_way_in_where_none_is_needed(
    client: FlaskClient, scene: Scene
) -> None:
    before = client.get(f"{scene.link}/code")
    start(client, scene)
    known = client.get(f"{scene.link}/code")

    assert ["No code is needed here" in page.text for page in (before, known)] == [True] * 2
    assert client.post(f"{scene.link}/code/new").location == scene.link
    assert enter(client, scene.link, "123456").location == scene.link
    assert code_letters() == []
    assert client.get(f"/i/{'x' * 43}/code", follow_redirects=True).status_code == 404


def test_a_round_that_asks_for_none_lets_every_browser_in(app: Flask, client: FlaskClient) -> None:
    scene = make_scene()
    draft_in(client, scene)
    draft_in(other := app.test_client(), scene)

    assert is_inside(other)
    assert client.get_cookie(f"known-{scene.reviewer.id}") is None
    assert (code_letters(), kept_codes()) == ([], [])


def test_what_is_asked_of_the_database_is_the_same_with_the_switch_on(app: Flask) -> None:
    counts = []
    for scene in (make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER)), strict_scene()):
        browser = app.test_client()
        start(browser, scene)
        body = filled(browser.get("/r/p/1").text)
        with counted_statements() as statements:
            for page in (scene.link, "/r", "/r/p/1"):
                assert browser.get(page).status_code == 200
            start(browser, scene)
            assert browser.post("/r/p/1", data=body).status_code == 303
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_whoever_has_only_the_link_can_still_decline_and_say_not_me(
    other: FlaskClient, scene: Scene
) -> None:
    assert other.post(f"{scene.link}/decline").status_code == 303
    assert "You have declined" in other.get(scene.link).text
    assert press_start(other, scene) == f"{scene.link}/code"
    back = enter(other, scene.link, newest_code())
    assert back.location == scene.link
    assert press_start(other, scene) == "/r"
    assert other.post(f"{scene.link}/not-me").status_code == 303
    assert other.get(f"{scene.link}/code").status_code == 410


def test_whoever_has_only_the_link_can_ask_for_more_time(other: FlaskClient, scene: Scene) -> None:
    db.session.execute(update(Reviewer).values(closes_at=None))
    scene.cycle.closes_at = now() - timedelta(days=2)
    db.session.commit()

    assert other.post(f"{scene.link}/extend").status_code == 303
    assert db.session.get_one(Reviewer, scene.reviewer.id).more_time_waits


def test_a_customer_who_took_consent_back_agrees_anew_after_the_code(
    app: Flask, client: FlaskClient
) -> None:
    scene = strict_scene(RaterGroup.CUSTOMER)
    draft_in(client, scene)
    other = app.test_client()
    assert press_start(other, scene) == f"{scene.link}/code"
    other.post(f"{scene.link}/consent")

    answer = enter(other, scene.link, newest_code())

    assert answer.location == scene.link
    assert "Agree and start" in other.get(scene.link).text
    assert press_start(other, scene) == "/r/p/1"


def test_after_the_submission_no_browser_reads_an_answer(
    first: FlaskClient, other: FlaskClient, scene: Scene
) -> None:
    for number in (1, 2):
        page = first.get(f"/r/p/{number}").text
        assert first.post(f"/r/p/{number}", data=filled(page)).status_code == 303
    other.set_cookie("review", scene.token)

    seen = [browser.get(place).text for browser in (first, other) for place in INSIDE]
    seen += [browser.get(scene.link).text for browser in (first, other)]

    assert count(Submission) == 2
    assert not [page for page in seen if TYPED in page or " checked>" in page]
    assert "All done" in other.get(scene.link).text


def test_the_link_that_may_correct_asks_for_a_code_as_well(
    first: FlaskClient, scene: Scene
) -> None:
    for number in (1, 2):
        first.post(f"/r/p/{number}", data=filled(first.get(f"/r/p/{number}").text))
    first.post(f"{scene.link}/fresh")
    db.session.expire_all()
    link = f"/i/{token_of(scene.reviewer)}"

    assert first.post(f"{link}/start").location == f"{link}/code"
    assert enter(first, link, newest_code()).location == "/r"


def test_no_code_lies_in_the_database(other: FlaskClient, scene: Scene) -> None:
    press_start(other, scene)

    [letter] = code_letters()
    assert CODE in letter.text
    assert CODE in letter.html
    assert LINK not in letter.text
    everything = str(state_of_everything())
    assert newest_code() not in re.findall(r"(?<!\d)\d{6}(?!\d)", everything)
    assert scene.cycle.name in letter.subject


def test_hr_sees_the_letter_without_its_code_and_cannot_send_it_again(
    app: Flask, other: FlaskClient, scene: Scene
) -> None:
    press_start(other, scene)
    [letter] = code_letters()
    sign_in(hr := app.test_client(), make_account(role=Role.HR))
    waiting = [hr.get(page).text for page in ("/hr/outbox", f"/hr/outbox/{letter.id}")]
    assert ["Leaves soon." in page for page in waiting] == [True, True]
    [letter] = code_letters()
    letter.state, letter.error = LetterState.FAILED, "550 5.1.1 no such user"
    db.session.commit()

    page = hr.get(f"/hr/outbox/{letter.id}").text

    assert "(the code)" in page
    assert newest_code() not in page
    assert "good for ten minutes only" in page
    assert hr.post(f"/hr/outbox/{letter.id}/again").status_code == 409
    bounces = hr.get(f"/hr/c/{scene.cycle.id}/bounces").text
    assert letter.subject not in bounces
    told = other.get(f"{scene.link}/code").text
    assert "The last mail to this address came back." in told
    assert "王老师" in told


def test_without_an_address_the_page_says_whom_to_ask(other: FlaskClient, scene: Scene) -> None:
    scene.reviewer.person.email = None
    db.session.commit()

    answer = other.post(f"{scene.link}/start")

    assert answer.status_code == 409
    assert "We have no mail address of yours. Ask 王老师." in answer.text
    assert code_letters() == []


def test_a_code_leaves_before_all_that_waits_and_keeps_no_other_letter_back(
    other: FlaskClient, scene: Scene
) -> None:
    press_start(other, scene)

    job = db.session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert job is not None
    assert job.run_at < now() - timedelta(hours=1)
    assert db.session.execute(mailed_by_address()).all() == []


def test_codes_go_when_their_time_is_over_and_in_the_close(
    other: FlaskClient, scene: Scene
) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        press_start(other, scene)
        delete_where_due()
        assert len(kept_codes()) == 1
        clock.shift(timedelta(minutes=10))
        delete_where_due()
        assert kept_codes() == []
        press_start(other, scene)
    assert len(kept_codes()) == 1
    close_cycle(db.session.merge(scene.cycle), now())
    db.session.commit()

    assert kept_codes() == []


def test_a_round_that_collects_during_the_update_asks_for_no_codes(app: Flask) -> None:
    scene = make_scene()
    draft_in(app.test_client(), scene)
    link, browser = scene.link, app.test_client()
    db.session.remove()

    downgrade(revision="0028")
    upgrade()

    assert browser.post(f"{link}/start").location == "/r/p/1"
    assert is_inside(browser)
    rows = db.session.execute(
        select(Cycle.asks_code, Reviewer.showed_code).join(Reviewer.cycle)
    ).all()
    assert [tuple(row) for row in rows] == [(False, False)]


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_code_in_the_mailbox_is_the_right_one(
    app: Flask, client: FlaskClient, sink: Sink, locale: str
) -> None:
    scene = strict_scene(locale=locale)
    draft_in(client, scene)
    press_start(other := app.test_client(), scene)
    work_until_idle(app)

    [letter] = sink.received
    assert scene.cycle.name in letter["Subject"]
    assert "/i/" not in str(letter.get_body(("plain",)))
    assert enter(other, scene.link, code_in(sink.received)).status_code == 303
    assert is_inside(other)
    [kept] = db.session.scalars(select(Letter)).all()
    assert (kept.state, CODE in kept.text) == (LetterState.SENT, True)
