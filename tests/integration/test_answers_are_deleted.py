"""Twelve months after the release the single answers are gone, and what was released stays."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app.audit.models import AuditEvent
from app.auth.models import Role
from app.clock import now
from app.cycles.models import Cycle
from app.db import Base, db, writing
from app.feedback.models import FeedbackRequest, Submission
from app.feedback.submissions import Sent, submit_form
from app.interviews.models import RecordVersion
from app.jobs.models import Job, JobKind, JobState
from app.ratings.calibrating import add_calibration
from app.ratings.forgetting import forget_inputs
from app.ratings.guards import RatingError
from app.ratings.models import Calibration, Rating
from app.ratings.service import rate_cycle, release_cycle
from app.retention.rules import today_in
from app.retention.service import delete_answers
from app.retention.traces import plan_rewriting
from app.worker import delete_where_due, work_until_idle
from tests.conftest import LINK_KEY
from tests.factories import make_account, sign_in
from tests.kam_example import EXAMPLE, World, build_world
from tests.moments import when_entered
from tests.record_world import Talk, freeze, make_talk, print_records, write_both_parts
from tests.rounds import launch, make_team

NOTE = re.compile(r"\s*<p [^>]*id=\"answers-deleted\">.*?</p>")
TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')
MARK = "mark-abcdefghijkl"  # in a comment that is not shown, because too few wrote one
PEER = next(rater["id"] for rater in EXAMPLE["raters"] if rater["group"] == "peer")
LONG_AGO = timedelta(days=367)


def released(comments: dict[str, dict[str, str]] | None = None) -> World:
    world = build_world(comments=comments or {PEER: {"continue": MARK}})
    rate_cycle(world.cycle, link_key=LINK_KEY)
    release(world.cycle)
    db.session.commit()
    return world


def release(cycle: Cycle) -> None:
    hr = make_account(role=Role.HR)
    release_cycle(cycle, reviewed_by=hr, public_url="http://localhost", link_key=LINK_KEY)


def age(cycle: Cycle, by: timedelta = LONG_AGO) -> None:
    """As if everything that happened to the round had happened so much earlier."""
    for name in ("opens_at", "closes_at", "launched_at", "closed_at", "rated_at", "released_at"):
        moment = getattr(cycle, name)
        setattr(cycle, name, moment and moment - by)
    db.session.commit()


def number_of(table: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def ratings() -> list[Rating]:
    db.session.expire_all()
    return list(db.session.scalars(select(Rating).order_by(Rating.id)))


def deletions() -> list[str]:
    wanted = select(AuditEvent.detail).where(AuditEvent.action == "answers.deleted")
    return list(db.session.scalars(wanted))


def delete_and_commit() -> None:
    delete_where_due()
    db.session.expire_all()


def test_until_the_day_nothing_goes_and_on_it_everything(app: Flask) -> None:
    world = released()
    age(world.cycle, timedelta(days=363))
    delete_and_commit()
    assert number_of(Submission) == len(EXAMPLE["raters"])
    assert world.cycle.answers_deleted_on is None
    age(world.cycle, timedelta(days=3))

    delete_and_commit()

    assert number_of(Submission) == 0
    assert world.cycle.answers_deleted_on == today_in("Asia/Shanghai", now())
    assert deletions() == [f"{len(EXAMPLE['raters'])} forms, 1 ratings emptied"]


def test_a_released_result_stays_to_the_digit_and_its_document_keeps_all_but_the_answers(
    app: Flask,
) -> None:
    world = build_world(comments={PEER: {"continue": MARK}})
    rate_cycle(world.cycle, link_key=LINK_KEY)
    by = make_account(role=Role.HR)
    reason = "两家客户的回款推迟到次年。"
    add_calibration(world.participant, delta="1", reason=reason, by=by, link_key=LINK_KEY)
    release(world.cycle)
    db.session.commit()
    before = [
        (one.version, one.status, one.final, one.grade, one.seal, json.dumps(one.result))
        for one in ratings()
    ]
    documents = [deepcopy(one.inputs) for one in ratings()]
    assert len(before) == 2
    age(world.cycle)

    delete_and_commit()

    assert before == [
        (one.version, one.status, one.final, one.grade, one.seal, json.dumps(one.result))
        for one in ratings()
    ]
    day = today_in("Asia/Shanghai", now()).isoformat()
    for old, kept in zip(documents, ratings(), strict=True):
        assert old["raters"]
        assert old["comments"]
        gone = {"raters": [], "comments": [], "answers_deleted_on": day}
        assert kept.inputs == {**old, **gone}
    assert number_of(Calibration) == 1


def test_texts_of_any_kind_do_not_stand_in_the_way(app: Flask) -> None:
    """A zero character, half a character and quotes come from workbooks, and stay as they are."""
    world = released()
    rating = ratings()[0]
    odd = {**rating.inputs, "title": 'a\x00b "c" \ud83d \\ 😀', "odd": {"$.raters": [1.5, None]}}
    rating.inputs = odd
    db.session.commit()

    assert forget_inputs([world.participant.id], now().date()) == 1

    kept = ratings()[0].inputs
    assert (kept["title"], kept["odd"]) == (odd["title"], odd["odd"])
    assert kept["raters"] == []


def test_one_round_goes_and_the_others_stay(app: Flask) -> None:
    old, new = released(), released()
    age(old.cycle)

    delete_and_commit()

    left = db.session.scalars(select(Submission.participant_id).distinct()).all()
    assert left == [new.participant.id]
    assert [bool(one.inputs["raters"]) for one in ratings()] == [False, True]
    assert new.cycle.answers_deleted_on is None


def test_a_worker_that_dies_in_the_middle_leaves_all_or_nothing(app: Flask) -> None:
    world = released()
    age(world.cycle)

    def die() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), when_entered(plan_rewriting, die):
        delete_answers(world.cycle.id)
    db.session.rollback()
    db.session.expire_all()
    assert number_of(Submission) == len(EXAMPLE["raters"])
    assert ratings()[0].inputs["raters"]
    assert world.cycle.answers_deleted_on is None

    delete_and_commit()

    assert number_of(Submission) == 0
    assert not ratings()[0].inputs["raters"]


def test_two_workers_at_one_moment_delete_once(app: Flask) -> None:
    cycle_id = released().cycle.id
    age(db.session.get_one(Cycle, cycle_id))
    db.session.remove()
    barrier = Barrier(2)

    def delete_now(_place: int) -> bool:
        with app.app_context(), writing():
            barrier.wait()
            done = delete_answers(cycle_id)
            db.session.commit()
            db.session.remove()
            return done

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(delete_now, range(2))) == [False, True]

    assert len(deletions()) == 1


def test_one_round_that_fails_keeps_no_other(app: Flask) -> None:
    first, second = released(), released()
    age(first.cycle)
    age(second.cycle)
    seen: list[int] = []

    def fail_once() -> None:
        seen.append(1)
        if len(seen) == 1:
            raise RuntimeError

    with when_entered(forget_inputs, fail_once):
        delete_where_due()
        # An action that fails ends the watching; the second round went through unwatched.
    db.session.expire_all()

    assert first.cycle.answers_deleted_on is None
    assert second.cycle.answers_deleted_on is not None
    delete_and_commit()
    assert first.cycle.answers_deleted_on is not None


def test_what_was_never_released_goes_with_everything_computed_from_it(app: Flask) -> None:
    world = build_world(comments={PEER: {"continue": MARK}})
    rate_cycle(world.cycle, link_key=LINK_KEY)
    by = make_account(role=Role.HR)
    reason = "两家客户的回款推迟到次年。"
    add_calibration(world.participant, delta="1", reason=reason, by=by, link_key=LINK_KEY)
    age(world.cycle)

    delete_and_commit()

    assert (number_of(Submission), number_of(Rating), number_of(Calibration)) == (0, 0, 0)
    assert deletions() == [f"{len(EXAMPLE['raters'])} forms, 2 ratings deleted"]
    for act in (lambda: release(world.cycle), lambda: rate_cycle(world.cycle, link_key=LINK_KEY)):
        with pytest.raises(RatingError, match="已按"):
            act()


def test_a_round_that_nobody_closed_is_closed_and_emptied(app: Flask) -> None:
    cycle = make_team(members=2).cycle
    launch(cycle)
    for request in db.session.scalars(select(FeedbackRequest)).all():
        sent = Sent(group=request.rater_group, answers={}, comments={}, notice_version="1")
        assert submit_form(request_id=request.id, cycle=cycle, sent=sent)
    db.session.commit()
    age(cycle)
    delete_and_commit()
    assert number_of(Submission) > 0
    age(cycle, timedelta(days=30))

    delete_and_commit()

    assert number_of(Submission) == 0
    assert cycle.closed_at is not None
    assert cycle.answers_deleted_on is not None


def test_after_the_deletion_nothing_is_computed_or_released_again(app: Flask) -> None:
    world = released()
    age(world.cycle)
    delete_and_commit()

    with pytest.raises(RatingError, match="已按"):
        rate_cycle(world.cycle, link_key=LINK_KEY)
    assert len(ratings()) == 1


def test_flask_score_says_in_both_languages_that_the_answers_are_gone(
    app: Flask, tmp_path: Path
) -> None:
    world = released()
    age(world.cycle)
    delete_and_commit()
    document = tmp_path / "document.json"
    document.write_text(json.dumps(ratings()[0].inputs), encoding="utf-8")
    day = today_in("Asia/Shanghai", now()).isoformat()

    result = app.test_cli_runner().invoke(args=["score", str(document)])

    report = json.loads(result.output)
    assert result.exit_code == 2
    assert (report["error"], report["where"]) == ("answers_deleted", "/answers_deleted_on")
    assert f"deleted on {day}" in report["message"]
    assert f"{day} 删除" in report["message_zh"]


def heap_of(*tables: str) -> bytes:
    """The files of these tables and of their long values, as they lie on PostgreSQL's disk."""
    with db.engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        rows = connection.execute(
            text(
                "SELECT pg_relation_filepath(oid), "
                "CASE WHEN reltoastrelid <> 0 THEN pg_relation_filepath(reltoastrelid) END "
                "FROM pg_class WHERE relname = ANY(:names) AND relkind = 'r'"
            ),
            {"names": list(tables)},
        ).all()
        paths = [path for row in rows for path in row if path]
        read = text("SELECT pg_read_binary_file(:path)")
        return b"".join(
            bytes(connection.execute(read, {"path": path}).scalar_one()) for path in paths
        )


def bytes_on_disk(folder: Path) -> bytes:
    if db.engine.dialect.name == "postgresql":
        return heap_of("submissions", "ratings", "jobs", "audit_events")
    return b"".join(path.read_bytes() for path in folder.glob("test.sqlite*"))


def keep_texts_readable() -> None:
    """PostgreSQL would compress long values, and a test that looks for bytes would be blind."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ALTER TABLE ratings ALTER COLUMN inputs SET STORAGE EXTERNAL"))
        db.session.commit()


def test_no_byte_of_a_comment_stays_in_the_files(app: Flask, tmp_path: Path) -> None:
    keep_texts_readable()
    world = released()
    age(world.cycle)
    assert MARK.encode() in bytes_on_disk(tmp_path)
    db.session.remove()

    work_until_idle(app)

    assert MARK.encode() not in bytes_on_disk(tmp_path)
    kinds = (Job.kind == JobKind.REWRITE_ANSWERS) & (Job.state == JobState.DONE)
    is_postgres = db.engine.dialect.name == "postgresql"
    assert len(db.session.scalars(select(Job).where(kinds)).all()) == is_postgres


def test_the_record_and_its_pdf_stay_to_the_byte(client: FlaskClient) -> None:
    talk = make_talk()
    write_both_parts(client, talk)
    assert freeze(client, talk) == 302
    print_records(client)
    sign(client, talk)
    before = record_of()
    assert before["pdf"]
    page = result_page(client, talk)
    age(talk.world.cycle)

    delete_and_commit()

    assert record_of() == before
    assert client.get(f"{talk.own_page}/pdf").data == before["pdf"]
    note = NOTE.search(result_page(client, talk))
    assert note is not None
    assert "原始回答已于" in note[0]
    assert NOTE.sub("", result_page(client, talk)) == page


def sign(client: FlaskClient, talk: Talk) -> None:
    sign_in(client, talk.employee)
    answer = {"version": 1, "decision": "agree", "note": ""}
    assert client.post(f"{talk.own_page}/ack", data=answer).status_code == 302
    sign_in(client, talk.manager)
    assert client.post(f"{talk.page}/sign", data={"version": 1}).status_code == 302


def result_page(client: FlaskClient, talk: Talk) -> str:
    sign_in(client, talk.employee)
    answer = client.get(f"/me/result/{talk.participant_id}")
    assert answer.status_code == 200
    return TOKEN.sub("", answer.text)


def record_of() -> dict[str, Any]:
    db.session.expire_all()
    version = db.session.scalars(select(RecordVersion)).one()
    columns = RecordVersion.__table__.columns
    return {column.name: getattr(version, column.name) for column in columns}
