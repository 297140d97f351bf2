"""Thirty days after a letter left its text is gone, and what became of it stays known."""

from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from app.auth.models import Role
from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.feedback.closing import close_cycle
from app.jobs.models import Job, JobKind, JobState
from app.mail.models import LINK, Letter, LetterState
from app.mail.service import RenderedLetter, post
from app.retention.letters import forget_texts
from app.worker import delete_where_due, work_until_idle
from tests.factories import make_account, make_cycle, make_person, make_reviewer, sign_in
from tests.integration.test_answers_are_deleted import heap_of
from tests.rounds import launch, make_team

MARK = "mark-letterletter"
NAMES = ("kind", "to_name", "to_address", "subject", "state", "posted_at", "sent_at", "error")


def letter(
    state: LetterState, *, days: int, sent: int | None = None, owner: int | None = None
) -> int:
    """A letter posted so many days ago; gives its number."""
    number = post(
        RenderedLetter(
            kind="result_ready",
            to_name="张三",
            to_address="zhang@example.com",
            locale="zh",
            subject="您的结果可以查看了",
            text=f"{MARK} {LINK}",
            html=f"<p>{MARK}</p>",
            link_owner_id=owner,
        )
    )
    found = db.session.get_one(Letter, number)
    found.state, found.posted_at = state, now() - timedelta(days=days)
    found.sent_at = None if sent is None else now() - timedelta(days=sent)
    for job in db.session.scalars(select(Job).where(Job.subject_id == number)):
        job.state = JobState.DONE
    db.session.commit()
    return number


def with_text() -> list[int]:
    db.session.expire_all()
    wanted = select(Letter.id).where(Letter.text != "", Letter.html != "").order_by(Letter.id)
    return list(db.session.scalars(wanted))


def test_a_text_goes_thirty_days_after_the_letter_left_or_was_given_up(app: Flask) -> None:
    sent = LetterState.SENT
    gone = [
        letter(sent, days=31, sent=30),
        letter(LetterState.FAILED, days=31),
        letter(LetterState.UNCERTAIN, days=31),
    ]
    kept = [
        letter(sent, days=29, sent=29),
        letter(sent, days=40, sent=29),  # it waited long
        letter(LetterState.QUEUED, days=400),
        letter(LetterState.FAILED, days=29),
    ]
    before = [[getattr(one, name) for name in NAMES] for one in rows(gone)]

    delete_where_due()

    assert with_text() == kept
    assert [[getattr(one, name) for name in NAMES] for one in rows(gone)] == before


def rows(numbers: list[int]) -> list[Letter]:
    db.session.expire_all()
    return list(
        db.session.scalars(select(Letter).where(Letter.id.in_(numbers)).order_by(Letter.id))
    )


def test_a_letter_that_hr_may_send_again_keeps_its_text_until_the_close(app: Flask) -> None:
    cycle = make_cycle()
    reviewer = make_reviewer(cycle, make_person())
    stuck = letter(LetterState.FAILED, days=31, owner=reviewer.id)
    arrived = letter(LetterState.SENT, days=31, sent=31, owner=reviewer.id)
    delete_where_due()
    assert with_text() == [stuck]
    assert not rows([arrived])[0].text
    close_cycle(cycle, now())
    db.session.commit()

    delete_where_due()

    assert with_text() == []


def test_many_letters_go_in_small_steps(app: Flask) -> None:
    for _number in range(5):
        letter(LetterState.SENT, days=31, sent=31)

    assert forget_texts(now(), at_once=2) == 2
    assert len(with_text()) == 3
    delete_where_due()

    assert with_text() == []


def test_the_search_for_old_texts_uses_its_index_on_sqlite(app: Flask) -> None:
    """It runs each minute, over all letters there ever were."""
    if db.engine.dialect.name != "sqlite":
        return
    plan = db.session.execute(
        text(
            "EXPLAIN QUERY PLAN SELECT id FROM letters WHERE text <> '' AND posted_at <= :limit"
            " ORDER BY posted_at LIMIT 1000"
        ),
        {"limit": "2027-01-01"},
    ).all()

    assert "ix_letters_with_text" in str(plan)


def test_the_outbox_says_that_the_text_is_gone_and_sends_nothing_empty(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR, locale="zh"))
    number = letter(LetterState.FAILED, days=31)
    delete_where_due()

    page = client.get(f"/hr/outbox/{number}")

    assert page.status_code == 200
    assert "邮件正文在 30 天后删除" in page.text
    assert "不能再发送" in page.text
    answer = client.post(f"/hr/outbox/{number}/again", follow_redirects=True)
    assert "不能再发送" in answer.text
    assert rows([number])[0].state is LetterState.FAILED


def test_a_letter_that_came_back_after_its_text_went_is_replaced_by_one_with_a_new_link(
    client: FlaskClient,
) -> None:
    cycle = make_team(members=1).cycle
    launch(cycle)
    long_ago = now() - timedelta(days=31)
    db.session.execute(
        update(Letter).values(state=LetterState.SENT, sent_at=long_ago, posted_at=long_ago)
    )
    db.session.commit()
    delete_where_due()
    came_back = db.session.scalars(select(Letter).order_by(Letter.id)).first()
    assert came_back is not None
    came_back.state, came_back.error = LetterState.FAILED, "550 5.1.1 no such user"
    number, address, owner = came_back.id, came_back.to_address, came_back.link_owner_id
    db.session.commit()
    sign_in(client, make_account(role=Role.HR))

    client.post(f"/hr/c/{cycle.id}/bounces/{number}", data={"address": address})

    newest = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert newest is not None
    assert (newest.kind, newest.to_address, newest.link_owner_id) == ("fresh_link", address, owner)
    assert LINK in newest.text


def test_no_byte_of_a_text_stays_once_the_links_of_its_round_are_gone(
    app: Flask, tmp_path: Path
) -> None:
    cycle = make_cycle()
    cycle_id = cycle.id
    letter(LetterState.SENT, days=45, sent=45)
    close_cycle(cycle, now())
    db.session.get_one(Cycle, cycle_id).closed_at = now() - timedelta(days=31)
    db.session.commit()
    assert MARK.encode() in bytes_on_disk(tmp_path)
    db.session.remove()

    work_until_idle(app)

    assert MARK.encode() not in bytes_on_disk(tmp_path)
    jobs = select(Job.state).where(Job.kind == JobKind.REWRITE_LETTERS, Job.subject_id == cycle_id)
    is_postgres = db.engine.dialect.name == "postgresql"
    assert list(db.session.scalars(jobs)) == [JobState.DONE] * is_postgres


def test_texts_of_letters_leave_the_files_in_the_next_night_and_once(
    app: Flask, tmp_path: Path
) -> None:
    """Letters of no round, or of one that still collects."""
    for days in (31, 30, 29):
        letter(LetterState.SENT, days=days, sent=days)
    delete_where_due()
    db.session.execute(update(Letter).where(Letter.text != "").values(sent_at=long_ago()))
    db.session.execute(update(Letter).where(Letter.text != "").values(posted_at=long_ago()))
    db.session.commit()
    delete_where_due()
    assert with_text() == []
    is_postgres = db.engine.dialect.name == "postgresql"
    nights = list(db.session.scalars(select(Job).where(Job.kind == JobKind.REWRITE_LETTERS)))
    assert len(nights) == is_postgres
    assert all(job.run_at <= now() + timedelta(days=1) for job in nights)
    assert (MARK.encode() in bytes_on_disk(tmp_path)) >= is_postgres
    for job in nights:
        job.run_at = now()
    db.session.commit()
    db.session.remove()

    work_until_idle(app)

    assert MARK.encode() not in bytes_on_disk(tmp_path)


def long_ago() -> datetime:
    return now() - timedelta(days=31)


def test_the_command_writes_the_letters_anew_at_once(app: Flask, tmp_path: Path) -> None:
    letter(LetterState.SENT, days=31, sent=31)
    db.session.remove()

    output = app.test_cli_runner().invoke(args=["delete-due"]).output

    assert "Letters of which the text was deleted: 1." in output
    assert db.session.scalars(select(Job).where(Job.kind == JobKind.REWRITE_LETTERS)).all() == []
    if db.engine.dialect.name == "postgresql":
        assert MARK.encode() not in bytes_on_disk(tmp_path)


def bytes_on_disk(folder: Path) -> bytes:
    if db.engine.dialect.name == "postgresql":
        return heap_of("letters")
    return b"".join(path.read_bytes() for path in folder.glob("test.sqlite*"))
