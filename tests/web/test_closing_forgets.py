"""After the close no file of the installation tells who wrote an answer."""

from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.models import Role
from app.cycles.models import Cycle
from app.db import db, forget_freed_pages
from app.feedback.models import FeedbackRequest, Submission
from app.feedback.submissions import Sent, submit_form
from app.worker import work_until_idle
from tests.factories import make_account, sign_in
from tests.rounds import launch, make_team

CANARY = "the canary sings about the boss"


def collected(*, mode: str = "confidential") -> Cycle:
    """A launched round with answers, each sent in a transaction of its own."""
    cycle = make_team(members=2).cycle
    cycle.mode = mode
    db.session.commit()
    launch(cycle)
    columns = select(FeedbackRequest.id, FeedbackRequest.rater_group)
    for request_id, group in db.session.execute(columns).all():
        comments = {"strength": CANARY}
        sent = Sent(group=group, answers={}, comments=comments, notice_version="1")
        assert submit_form(request_id=request_id, cycle=cycle, sent=sent)
        db.session.commit()
    return cycle


def log_of(folder: Path) -> bytes:
    return (folder / "test.sqlite-wal").read_bytes()


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
def test_the_close_leaves_no_earlier_state_of_an_answer_in_the_log(
    client: FlaskClient, tmp_path: Path, mode: str
) -> None:
    cycle = collected(mode=mode)
    sign_in(client, make_account(role=Role.HR))
    assert (CANARY.encode() in log_of(tmp_path)) == (mode == "confidential")

    client.post(f"/hr/c/{cycle.id}/close")

    kept = db.session.scalars(select(Submission.request_id)).all()
    assert len(kept) > 0
    assert set(kept) == {None}
    assert log_of(tmp_path) == b""


def test_no_transaction_of_an_anonymous_answer_stays_in_the_log(app: Flask, tmp_path: Path) -> None:
    collected(mode="anonymous")

    assert log_of(tmp_path) == b""


def test_the_command_to_close_forgets_as_well(app: Flask, tmp_path: Path) -> None:
    name = collected().name
    db.session.rollback()

    app.test_cli_runner().invoke(args=["cycle", "close", name])

    assert log_of(tmp_path) == b""


def test_a_reader_in_the_way_is_waited_for_by_the_worker(app: Flask, tmp_path: Path) -> None:
    collected()
    db.session.rollback()
    with closing(db.engine.raw_connection()) as reader:
        reader.cursor().execute("BEGIN")
        reader.cursor().execute("SELECT count(*) FROM submissions").fetchall()
        assert not forget_freed_pages(tries=2)
        reader.cursor().execute("COMMIT")
    assert log_of(tmp_path) != b""

    work_until_idle(app)

    assert log_of(tmp_path) == b""
