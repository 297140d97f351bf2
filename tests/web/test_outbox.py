"""HR's outbox: what waits, what did not arrive and why, and holding letters back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.auth.models import Role
from app.clock import now
from app.db import db
from app.jobs.models import Job, JobKind, JobState
from app.jobs.service import claim_next, give_back
from app.mail.flow import take_turn
from app.mail.models import LINK, Letter, LetterState
from app.mail.opting_out import stop
from app.mail.service import RenderedLetter, post
from app.worker import next_job, until_next, work_until_idle
from tests.factories import (
    make_account,
    make_cycle,
    make_person,
    make_reviewer,
    sign_in,
    token_of,
)
from tests.rounds import counted_statements, launch, make_team
from tests.smtp_server import smtp_server


@pytest.fixture(autouse=True)
def hr(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))


def letter(
    *, kind: str = "result_ready", owner: int | None = None, text: str = f"请打开 {LINK}"
) -> RenderedLetter:
    return RenderedLetter(
        kind=kind,
        to_name="张三",
        to_address="zhang@example.com",
        locale="zh",
        subject="请评价 3 位同事",
        text=text,
        html=f"<p>{LINK}</p>",
        link_owner_id=owner,
    )


def posted(
    state: LetterState = LetterState.QUEUED,
    error: str | None = None,
    *,
    kind: str = "result_ready",
    owner: int | None = None,
    text: str = f"请打开 {LINK}",
) -> int:
    letter_id = post(letter(kind=kind, owner=owner, text=text))
    row = db.session.get_one(Letter, letter_id)
    row.state, row.error = state, error
    if state is not LetterState.QUEUED:
        db.session.scalars(
            select(Job).where(Job.subject_id == letter_id)
        ).one().state = JobState.DONE
    db.session.commit()
    return letter_id


def kept(letter_id: int) -> Letter:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Letter, letter_id)


@pytest.mark.parametrize("show", ["queued", "failed", "uncertain", "sent"])
def test_an_empty_part_says_so(client: FlaskClient, show: str) -> None:
    page = client.get(f"/hr/outbox?show={show}")

    assert page.status_code == 200
    assert 'class="empty"' in page.text


def test_each_letter_lies_where_its_fate_is_with_the_reason_in_words(client: FlaskClient) -> None:
    posted(error="450 4.2.0 greylisted")
    posted(LetterState.FAILED, "550 5.1.1 no such user")
    posted(LetterState.UNCERTAIN, "cut")

    waiting = client.get("/hr/outbox").text
    assert "The server puts letters off at the moment." in waiting
    assert "zhang@example.com" in waiting
    assert "There is no such mailbox." in client.get("/hr/outbox?show=failed").text
    assert "ask the reader first" in client.get("/hr/outbox?show=uncertain").text
    assert "zhang@example.com" not in client.get("/hr/outbox?show=sent").text


def test_long_lists_are_turned_page_by_page_with_as_many_statements(client: FlaskClient) -> None:
    for _ in range(52):
        post(letter())
    db.session.commit()
    for row in db.session.scalars(select(Letter).limit(51)):
        row.state = LetterState.FAILED
    posted()
    with counted_statements() as few:
        client.get("/hr/outbox?show=sent")
    with counted_statements() as many:
        first = client.get("/hr/outbox?show=failed")

    assert first.text.count("zhang@example.com") == 50
    assert len(many) == len(few)
    [after] = [part.split('"')[0] for part in first.text.split("after=")[1:]]
    second = client.get(f"/hr/outbox?show=failed&after={after}").text
    assert second.count("zhang@example.com") == 1


def test_the_preview_shows_the_letter_without_the_readers_link(client: FlaskClient) -> None:
    reviewer = make_reviewer(make_cycle(), make_person())
    letter_id = posted(owner=reviewer.id)

    page = client.get(f"/hr/outbox/{letter_id}").text

    assert "请打开 (the personal link)" in page
    assert "{{" not in page
    assert "/i/" not in page
    assert token_of(reviewer) not in page
    assert client.get("/hr/outbox/999999").status_code == 404


def test_nothing_leaves_while_paused_and_everything_once_continued(
    app: Flask, client: FlaskClient
) -> None:
    client.post("/hr/outbox/pause")
    client.post("/hr/outbox/pause")
    with smtp_server() as sink:
        app.extensions["settings"] = replace(app.extensions["settings"], mail_url=sink.url)
        letter_id = posted()
        work_until_idle(app)

        assert sink.received == []
        assert (kept(letter_id).state, kept(letter_id).error) == (LetterState.QUEUED, None)
        assert "Paused since" in client.get("/hr/outbox").text
        assert "Waits until you continue" in client.get(f"/hr/outbox/{letter_id}").text
        assert until_next(0) is None
        client.post("/hr/outbox/continue")
        work_until_idle(app)

        assert len(sink.received) == 1
    acts = list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
    assert acts[-2:] == ["mail.paused", "mail.continued"]


@pytest.mark.parametrize("state", [LetterState.FAILED, LetterState.UNCERTAIN])
def test_a_letter_sent_again_is_the_very_same_one(
    app: Flask, client: FlaskClient, state: LetterState
) -> None:
    letter_id = posted(state, "550 5.1.1 no such user", kind="remind")
    with smtp_server() as sink:
        app.extensions["settings"] = replace(app.extensions["settings"], mail_url=sink.url)
        again = client.post(f"/hr/outbox/{letter_id}/again")
        twice = client.post(f"/hr/outbox/{letter_id}/again")
        work_until_idle(app)

        assert (again.status_code, twice.status_code) == (302, 409)
        [message] = sink.received
        assert message["Message-ID"] == f"<{kept(letter_id).message_id}>"
    assert kept(letter_id).state is LetterState.SENT


def test_a_letter_that_would_be_of_no_use_is_not_sent_again(client: FlaskClient) -> None:
    closed = make_reviewer(make_cycle(), make_person())
    closed.cycle.closed_at = now()
    stop("zhang@example.com")
    useless = [
        posted(LetterState.FAILED, "550", kind="set_password"),
        posted(LetterState.FAILED, "550", owner=closed.id),
        posted(LetterState.FAILED, "550", text="{{opt_out}}"),
        posted(LetterState.SENT),
    ]

    for letter_id in useless:
        assert "Send again" not in client.get(f"/hr/outbox/{letter_id}").text
        assert client.post(f"/hr/outbox/{letter_id}/again").status_code == 409


def test_the_cockpit_of_a_round_says_that_its_letters_are_held_back(client: FlaskClient) -> None:
    team = make_team(members=4)
    launch(team.cycle)
    client.post("/hr/outbox/pause")

    assert "sending is paused" in client.get(f"/hr/c/{team.cycle.id}").text


def test_a_letter_whose_turn_somebody_else_took_is_put_back_as_it_was(app: Flask) -> None:
    posted()
    job = claim_next()
    assert job is not None
    assert (take_turn(1), take_turn(1)) == (True, False)
    give_back(job.id, job.claim or "")
    db.session.commit()

    db.session.expire_all()
    assert (job.state, job.attempts, job.claim) == (JobState.QUEUED, 0, None)


def test_no_more_letters_leave_than_the_setting_allows_and_other_work_goes_on(app: Flask) -> None:
    for _ in range(3):
        posted()
    db.session.add(
        Job(kind=JobKind.RENDER_RECORD, subject_id=1, state=JobState.QUEUED, run_at=now())
    )
    db.session.commit()

    kinds = [job.kind if (job := next_job(1)) else None for _ in range(3)]

    assert kinds == [JobKind.SEND_LETTER, JobKind.RENDER_RECORD, None]
    pause = until_next(1)
    assert pause is not None
    assert timedelta(seconds=30) < pause <= timedelta(seconds=60)
    waiting = select(Job.attempts).where(
        Job.state == JobState.QUEUED, Job.kind == JobKind.SEND_LETTER
    )
    assert list(db.session.scalars(waiting)) == [0, 0]
