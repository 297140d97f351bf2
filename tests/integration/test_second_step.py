"""Signing in with a password and a code: what gets in, what does not, and what is kept of it."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update

from app.audit.models import AuditEvent
from app.auth import service as accounts
from app.auth.models import Account, Role
from app.clock import now
from app.config import Settings
from app.db import db, writing
from app.second_step.guard import ask_to_set_up
from app.second_step.models import RecoveryCode
from app.second_step.rules import step_at
from tests.conftest import ForgetfulClient
from tests.factories import PASSWORD, make_account, make_person, sign_in
from tests.holding import wait_until_held
from tests.rounds import counted_statements
from tests.second_steps import (
    CODE_PAGE,
    PAGE,
    code_now,
    codes_on,
    give_password,
    secret_on,
    set_up,
)


@pytest.fixture
def phone(app: Flask) -> FlaskClient:
    """Another browser."""
    app.test_client_class = ForgetfulClient
    return app.test_client()


def enter(client: FlaskClient, code: str) -> int:
    return client.post(CODE_PAGE, data={"code": code}).status_code


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_password_and_code_sign_in_and_lead_to_the_page_that_was_asked_for(
    client: FlaskClient, phone: FlaskClient
) -> None:
    account = make_account(role=Role.HR)
    secret, _codes = set_up(client, account)

    first = phone.post(
        "/sign-in", data={"email": account.email, "password": PASSWORD, "next": "/hr/people"}
    )
    between = phone.get(CODE_PAGE)
    second = phone.post(CODE_PAGE, data={"code": code_now(secret)})

    assert (first.location, between.status_code) == (CODE_PAGE, 200)
    assert 'autocomplete="one-time-code"' in between.text
    assert 'inputmode="numeric"' in between.text
    assert second.location == "/hr/people"
    assert phone.get("/hr/people").status_code == 200


@pytest.mark.parametrize("page", ["/", "/hr", "/me", PAGE])
def test_the_right_password_alone_opens_no_page(
    client: FlaskClient, phone: FlaskClient, page: str
) -> None:
    account = make_account(role=Role.HR)
    set_up(client, account)

    give_password(phone, account)

    assert (phone.get(page).location or "").startswith("/sign-in")


def test_a_code_works_once(client: FlaskClient, app: Flask, phone: FlaskClient) -> None:
    account = make_account()
    with time_machine.travel(now(), tick=False):
        secret, _codes = set_up(client, account)
        other = app.test_client()
        for browser in (phone, other):
            give_password(browser, account)

        statuses = [enter(browser, code_now(secret)) for browser in (phone, other)]

    assert statuses == [302, 422]
    assert other.get("/me").status_code == 302


def test_the_code_of_the_set_up_does_not_sign_in(client: FlaskClient, phone: FlaskClient) -> None:
    account = make_account()
    with time_machine.travel(now(), tick=False):
        secret, _codes = set_up(client, account)
        give_password(phone, account)

        assert enter(phone, code_now(secret, later=-1)) == 422


def test_of_two_browsers_with_the_same_code_at_one_moment_one_comes_in(
    client: FlaskClient, app: Flask
) -> None:
    account = make_account()
    with time_machine.travel(now(), tick=False):
        secret, _codes = set_up(client, account)
        assert at_once(app, account, code_now(secret)) == [302, 422, 422, 422]


def test_of_two_browsers_with_the_same_recovery_code_one_comes_in(
    client: FlaskClient, app: Flask
) -> None:
    account = make_account()
    _secret, codes = set_up(client, account)

    assert at_once(app, account, codes[0]) == [302, 422, 422, 422]


def test_a_code_that_was_used_while_its_copy_waited_is_used(
    client: FlaskClient, app: Flask
) -> None:
    """The copy has read the account before; what counts is what its UPDATE finds."""
    account = make_account()
    account_id = account.id
    with time_machine.travel(now(), tick=False):
        secret, _codes = set_up(client, account)
        app.test_client_class = FlaskClient
        browser = app.test_client()
        give_password(browser, account)
        code, step = code_now(secret), step_at(now())
        db.session.remove()
        with ThreadPoolExecutor(1) as pool, writing():
            used = update(Account).where(Account.id == account_id).values(last_step=step)
            db.session.execute(used)
            sent = pool.submit(browser.post, CODE_PAGE, data={"code": code})
            wait_until_held()
            db.session.commit()

            assert sent.result().status_code == 422


def at_once(app: Flask, account: Account, code: str) -> list[int]:
    """Statuses of four browsers that send a code at the same moment, sorted."""
    app.test_client_class = FlaskClient  # the forgetful one knows only the thread of the test
    browsers = [app.test_client() for _number in range(4)]
    for browser in browsers:
        give_password(browser, account)
    db.session.remove()
    barrier = Barrier(len(browsers))

    def press(browser: FlaskClient) -> int:
        barrier.wait()
        return browser.post(CODE_PAGE, data={"code": code}).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        return sorted(pool.map(press, browsers))


@pytest.mark.parametrize(("later", "status"), [(-2, 422), (-1, 302), (0, 302), (1, 302), (2, 422)])
def test_a_code_is_taken_half_a_minute_early_and_late(
    client: FlaskClient, phone: FlaskClient, later: int, status: int
) -> None:
    account = make_account()
    secret, _codes = set_up(client, account)
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        give_password(phone, account)

        assert enter(phone, code_now(secret, later=later)) == status


def test_the_code_of_another_account_is_wrong(client: FlaskClient, phone: FlaskClient) -> None:
    one, other = make_account(), make_account()
    set_up(client, one)
    client.post("/sign-out")
    secret_of_other, codes_of_other = set_up(client, other)
    give_password(phone, one)

    assert enter(phone, code_now(secret_of_other)) == 422
    assert enter(phone, codes_of_other[0]) == 422


def test_a_secret_copied_to_another_account_opens_nothing(
    client: FlaskClient, phone: FlaskClient
) -> None:
    one, other = make_account(), make_account()
    secret, _codes = set_up(client, one)
    sealed = db.session.get_one(Account, one.id).step_secret
    db.session.execute(
        update(Account).where(Account.id == other.id).values(step_secret=sealed, last_step=0)
    )
    db.session.commit()
    give_password(phone, other)

    assert enter(phone, code_now(secret)) == 422


def test_a_recovery_code_works_once_in_the_same_field(
    client: FlaskClient, phone: FlaskClient
) -> None:
    account = make_account()
    _secret, codes = set_up(client, account)

    statuses = []
    for typed in (codes[0].upper().replace(" ", "-"), codes[0], codes[1]):
        give_password(phone, account)
        statuses.append(enter(phone, typed))
        phone.delete_cookie("session")

    assert len(set(codes)) == 8
    assert statuses == [302, 422, 302]
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 6
    assert "second_step.recovery_code_used" in actions()


def test_five_wrong_codes_in_fifteen_minutes_are_the_most(
    client: FlaskClient, app: Flask, phone: FlaskClient
) -> None:
    account = make_account()
    start = now()
    with time_machine.travel(start, tick=False):
        secret, _codes = set_up(client, account)
        give_password(phone, account)
        wrong = [enter(phone, "abc") for _number in range(6)]
        other = app.test_client()
        give_password(other, account)
        right = other.post(f"{CODE_PAGE}?lang=en", data={"code": code_now(secret)})
    with time_machine.travel(start + timedelta(minutes=15), tick=False):
        give_password(other, account)
        afterwards = enter(other, code_now(secret))

    assert wrong == [422] * 5 + [429]
    assert right.status_code == 429
    assert "Too many wrong codes. Please wait 15 minutes" in right.text
    assert afterwards == 302
    assert actions().count("second_step.wrong") == 5


def test_a_right_code_starts_the_count_anew(client: FlaskClient, phone: FlaskClient) -> None:
    account = make_account()
    _secret, codes = set_up(client, account)

    for code in codes[:2]:
        give_password(phone, account)
        assert [enter(phone, "abc") for _number in range(4)] == [422] * 4
        assert enter(phone, code) == 302


def test_a_colleague_is_not_shut_out(client: FlaskClient, phone: FlaskClient) -> None:
    guessed, colleague = make_account(), make_account()
    set_up(client, guessed)
    client.delete_cookie("session")
    secret, _codes = set_up(client, colleague)
    give_password(phone, guessed)
    for _number in range(6):
        enter(phone, "abc")
    give_password(phone, colleague)

    assert enter(phone, code_now(secret)) == 302


def test_half_way_ends_after_five_minutes(client: FlaskClient, phone: FlaskClient) -> None:
    account = make_account()
    secret, _codes = set_up(client, account)
    give_password(phone, account)

    with time_machine.travel(now() + timedelta(minutes=6), tick=False):
        late = phone.post(f"{CODE_PAGE}?lang=en", data={"code": code_now(secret)})
        told = phone.get("/sign-in?lang=en").text

    assert late.location == "/sign-in"
    assert "Your time for the code is over." in told
    assert phone.get("/me").status_code == 302


def test_whatever_ends_sessions_ends_half_way_too(client: FlaskClient, phone: FlaskClient) -> None:
    account = make_account()
    secret, _codes = set_up(client, account)
    give_password(phone, account)

    client.post("/sign-out")

    assert phone.post(CODE_PAGE, data={"code": code_now(secret)}).location == "/sign-in"


def test_nobody_enters_a_code_before_a_password(client: FlaskClient) -> None:
    assert client.get(CODE_PAGE).location == "/sign-in"
    assert client.post(CODE_PAGE, data={"code": "123456"}).location == "/sign-in"


def test_setting_it_up_ends_other_sessions_and_keeps_this_one(
    client: FlaskClient, phone: FlaskClient
) -> None:
    account = make_account()
    sign_in(phone, account)

    set_up(client, account)

    assert phone.get("/me").status_code == 302
    assert client.get("/me").status_code == 200


def test_a_set_up_asks_for_a_right_code_and_the_password(client: FlaskClient) -> None:
    account = make_account()
    sign_in(client, account)
    secret = secret_on(client.get(PAGE).text)

    no_code = client.post(PAGE, data={"code": "abc", "password": PASSWORD})
    no_password = client.post(PAGE, data={"code": code_now(secret), "password": "wrong"})

    assert [no_code.status_code, no_password.status_code] == [422, 422]
    assert secret_on(no_password.text) == secret, "the phone has it already"
    assert not db.session.get_one(Account, account.id).has_second_step


def test_the_picture_holds_what_the_secret_says(client: FlaskClient) -> None:
    sign_in(client, make_account())

    page = client.get(f"{PAGE}?lang=en").text

    assert f"secret={secret_on(page)}" in page
    assert "<svg" in page
    assert 'role="img" aria-label="QR code' in page


def test_a_new_password_by_mail_does_not_turn_it_off(
    client: FlaskClient, phone: FlaskClient
) -> None:
    account = make_account()
    secret, _codes = set_up(client, account)
    accounts.set_password(db.session.get_one(Account, account.id), PASSWORD + "!", memory_kib=64)
    db.session.commit()

    body = {"email": account.email, "password": PASSWORD + "!"}

    assert phone.post("/sign-in", data=body).location == CODE_PAGE
    assert enter(phone, code_now(secret)) == 302


def test_new_recovery_codes_end_the_old_ones(client: FlaskClient, phone: FlaskClient) -> None:
    account = make_account()
    secret, old = set_up(client, account)

    body = {"code": code_now(secret), "password": PASSWORD, "action": "codes"}
    new = codes_on(client.post(PAGE, data=body).text)
    give_password(phone, account)

    assert len(new) == 8
    assert set(new).isdisjoint(old)
    assert [enter(phone, old[0]), enter(phone, new[0])] == [422, 302]
    assert "second_step.new_codes" in actions()


def test_turning_it_off_asks_for_password_and_code_and_ends_other_sessions(
    client: FlaskClient, phone: FlaskClient
) -> None:
    account = make_account()
    secret, codes = set_up(client, account)
    give_password(phone, account)
    enter(phone, codes[0])
    wrong = {"code": code_now(secret), "password": "wrong", "action": "off"}
    right = {"code": code_now(secret), "password": PASSWORD, "action": "off"}

    assert client.post(PAGE, data=wrong).status_code == 422
    assert db.session.get_one(Account, account.id).has_second_step
    assert client.post(PAGE, data=right).location == PAGE

    assert client.get("/me").status_code == 200
    assert phone.get("/me").status_code == 302
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    sign_in(phone, account)
    assert phone.get("/me").status_code == 200


def test_guessing_the_password_of_a_session_is_limited_too(client: FlaskClient) -> None:
    secret, _codes = set_up(client, make_account())
    body = {"code": code_now(secret), "password": "wrong", "action": "off"}

    statuses = [client.post(PAGE, data=body).status_code for _number in range(6)]

    assert statuses == [422] * 5 + [429]


def test_an_operator_takes_it_away_from_somebody_who_lost_everything(
    app: Flask, client: FlaskClient, phone: FlaskClient
) -> None:
    account = make_account()
    email = account.email
    set_up(client, account)

    result = app.test_cli_runner().invoke(args=["reset-second-step", email.upper()])
    db.session.expire_all()

    assert result.exit_code == 0, result.output
    assert client.get("/me").status_code == 302, "sessions have ended"
    sign_in(phone, account)
    assert phone.get("/me").status_code == 200
    assert actions()[-1] == "second_step.reset"

    again = app.test_cli_runner().invoke(args=["reset-second-step", email])

    assert (again.exit_code, again.output) == (0, result.output.replace(email.upper(), email))
    assert phone.get("/me").status_code == 200, "whoever signed in since stays signed in"
    assert actions().count("second_step.reset") == 1


def test_resetting_an_unknown_address_is_answered_with_a_sentence(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["reset-second-step", "nobody@example.com"])

    assert result.exit_code == 2
    assert "has no account" in result.output


def test_neither_database_nor_trail_nor_log_holds_a_secret_or_code(
    client: FlaskClient, phone: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account = make_account()
    secret, codes = set_up(client, account)
    give_password(phone, account)
    typed = [code_now(secret, later=-7), codes[0]]
    for code in typed:
        enter(phone, code)

    kept = [
        str(tuple(row))
        for table in ("accounts", "recovery_codes", "audit_events", "letters", "jobs")
        for row in db.session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
    ]
    seen = "\n".join([*kept, caplog.text])

    assert "second_step.wrong" in seen
    plain = [code.replace(" ", "") for code in codes]
    # Six digits alone stand somewhere in any long number; the trail is looked at for them.
    trail = "\n".join(line for line in kept if "second_step." in line)
    assert [one for one in (secret, *codes, *plain) if one in seen] == []
    assert [one for one in typed if one in trail] == []


class TestWhereItIsRequired:
    """SECOND_STEP=required."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, second_step="required")

    def test_hr_gets_no_page_before_it_is_set_up(self, client: FlaskClient) -> None:
        sign_in(client, make_account(role=Role.HR))

        places = [client.get(page).location for page in ("/hr", "/hr/people", "/me", "/m")]

        assert places == [PAGE] * 4
        page = client.get(f"{PAGE}?lang=en").text
        assert "Set this up first." in page
        assert 'href="/hr' not in page

    def test_nothing_that_is_sent_is_done_before(self, client: FlaskClient) -> None:
        sign_in(client, make_account(role=Role.HR))
        body = {"day": "2026-10-10", "is_off": "1"}

        answer = client.post("/hr/calendar", data=body)

        assert (answer.status_code, answer.location) == (303, PAGE)

    def test_whoever_manages_people_is_asked_and_others_are_not(
        self, client: FlaskClient, phone: FlaskClient
    ) -> None:
        manager, member = make_account(), make_account()
        make_person(account=member, manager=make_person(account=manager))
        sign_in(client, manager)
        sign_in(phone, member)

        assert client.get("/me").location == PAGE
        assert phone.get("/me").status_code == 200
        assert "Set this up first." not in phone.get(f"{PAGE}?lang=en").text

    def test_signing_out_is_open_to_everybody(self, client: FlaskClient) -> None:
        sign_in(client, make_account(role=Role.HR))

        assert client.post("/sign-out").location == "/sign-in"

    def test_once_it_is_set_up_everything_opens(self, client: FlaskClient) -> None:
        set_up(client, make_account(role=Role.HR))

        assert client.get("/hr").status_code == 200
        assert "your company asks you" in client.get(f"{PAGE}?lang=en").text


def test_a_page_reads_no_more_where_nobody_is_asked(client: FlaskClient, app: Flask) -> None:
    account = make_account(role=Role.HR)
    sign_in(client, account)
    with counted_statements() as without:
        client.get("/hr/people")
    set_up(client, account)
    with counted_statements() as with_it:
        client.get("/hr/people")

    assert without
    assert len(with_it) == len(without)
    assert not any("recovery_codes" in statement for statement in with_it)
    assert ask_to_set_up not in app.before_request_funcs[None]
