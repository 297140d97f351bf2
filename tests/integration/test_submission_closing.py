"""The close cuts every tie between rater and answer; what is left tells neither who nor when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from app.clock import now
from app.cycles.models import Cycle
from app.db import db, rewrite_tables, writing
from app.feedback.closing import NotLaunchedError, close_cycle, count_forms
from app.feedback.drafts import save_draft
from app.feedback.mixing import forget_old_places
from app.feedback.models import Draft, FeedbackRequest, RequestState, Submission
from app.feedback.queries import list_submissions
from app.feedback.submissions import MovedError, Sent, TooLateError, ensure_collecting, submit_form
from app.jobs.models import Job, JobKind, JobState
from app.people.groups import RaterGroup
from app.worker import work_until_idle
from tests.factories import make_cycle, make_participant, make_person, make_request, make_reviewer
from tests.forms import Scene, make_scene


def sent(word: str = "", group: RaterGroup = RaterGroup.PEER) -> Sent:
    comments = {"start": word} if word else {}
    return Sent(group=group, answers={"kam-c1-01": 4}, comments=comments, notice_version="1")


def submit(scene: Scene, word: str = "") -> bool:
    return submit_form(request_id=scene.requests[0].id, cycle=scene.cycle, sent=sent(word))


def make_round(cycle: Cycle, reviewers: int) -> list[FeedbackRequest]:
    """One participant, reviewed by so many peers."""
    scene = make_scene(cycle=cycle)
    requests = [scene.requests[0]]
    for _number in range(reviewers - 1):
        reviewer = make_reviewer(cycle, make_person(name="同事"))
        requests.append(make_request(scene.participants[0], reviewer))
    return requests


def test_a_form_filled_in_as_one_of_another_group_is_not_kept(app: Flask) -> None:
    """HR moved the request while the form was open; what was read there holds no more."""
    scene = make_scene()
    [asked] = scene.requests
    asked.rater_group = RaterGroup.SUBORDINATE
    db.session.flush()

    with pytest.raises(MovedError):
        submit(scene)

    assert db.session.scalars(select(Submission)).all() == []
    assert db.session.scalar(select(FeedbackRequest.state)) is RequestState.OPEN


def test_the_second_submission_of_a_request_is_refused(app: Flask) -> None:
    scene = make_scene()

    assert submit(scene, "first")
    assert not submit(scene, "second")

    assert [row.comments for row in db.session.scalars(select(Submission))] == [{"start": "first"}]


def test_an_anonymous_answer_never_knows_its_request_and_still_is_the_only_one(app: Flask) -> None:
    scene = make_scene()
    scene.cycle.mode = "anonymous"

    assert submit(scene)
    assert not submit(scene)

    assert [row.request_id for row in db.session.scalars(select(Submission))] == [None]


def test_the_close_cuts_the_ties_and_keeps_the_answers(app: Flask) -> None:
    scene = make_scene()
    submit(scene, "kept")
    db.session.commit()

    closing = close_cycle(scene.cycle, now())
    db.session.commit()

    row = db.session.scalars(select(Submission)).one()
    assert row.request_id is None
    assert (row.answers, row.comments) == ({"kam-c1-01": 4}, {"start": "kept"})
    assert closing.forms == 1
    assert db.session.get_one(FeedbackRequest, scene.requests[0].id).state == RequestState.SUBMITTED


def test_the_close_deletes_drafts_and_leaves_other_rounds_alone(app: Flask) -> None:
    ending, going_on = make_scene(), make_scene()
    for scene in (ending, going_on):
        request_id = scene.requests[0].id
        save_draft(token=scene.token, request_id=request_id, changes={}, base=0, now=now())
    submit(going_on)
    other = make_scene(cycle=going_on.cycle)
    request_id = other.requests[0].id
    save_draft(token=other.token, request_id=request_id, changes={}, base=0, now=now())

    close_cycle(ending.cycle, now())
    db.session.commit()

    assert [row.request_id for row in db.session.scalars(select(Draft))] == [request_id]
    kept = db.session.scalars(select(Submission)).one()
    assert kept.request_id == going_on.requests[0].id


def test_closing_twice_changes_nothing_and_counts_the_same(app: Flask) -> None:
    cycle = make_cycle()
    requests = make_round(cycle, 3)
    for asked in requests[:2]:
        submit_form(request_id=asked.id, cycle=cycle, sent=sent())
    db.session.commit()

    first = close_cycle(cycle, now())
    db.session.commit()
    again = close_cycle(cycle, now())

    assert again == first
    assert [(row.group, row.forms) for row in count_forms(cycle.id)] == [(RaterGroup.PEER, 2)]


def test_a_round_that_has_not_begun_cannot_be_closed(app: Flask) -> None:
    with pytest.raises(NotLaunchedError):
        close_cycle(make_cycle(launched=False), now())


def test_nothing_is_accepted_after_the_close(app: Flask) -> None:
    scene = make_scene()
    close_cycle(scene.cycle, now())
    db.session.commit()

    with pytest.raises(TooLateError):
        ensure_collecting(scene.cycle, touched_at=now(), now=now())


def test_answers_are_listed_in_an_order_that_is_not_the_order_of_arrival(app: Flask) -> None:
    cycle = make_cycle()
    requests = make_round(cycle, 12)
    for number, asked in enumerate(requests):
        submit_form(request_id=asked.id, cycle=cycle, sent=sent(str(number)))
    close_cycle(cycle, now())
    db.session.commit()

    about = [requests[0].participant_id]
    listed = [row.comments["start"] for row in list_submissions(about)]

    assert sorted(listed, key=int) == [str(number) for number in range(12)]
    assert listed != sorted(listed, key=int)
    assert listed == [row.comments["start"] for row in list_submissions(about)]


def test_where_the_answers_lie_does_not_show_the_order_of_arrival(app: Flask) -> None:
    """Asked for without an order, a database gives rows as they lie in its file."""
    cycle = make_cycle()
    for number, asked in enumerate(make_round(cycle, 12)):
        submit_form(request_id=asked.id, cycle=cycle, sent=sent(str(number)))
        db.session.commit()

    close_cycle(cycle, now())
    db.session.commit()

    ids = [row.id for row in db.session.scalars(select(Submission))]
    assert ids == sorted(ids)


def test_an_anonymous_answer_looks_like_the_others_of_its_group(app: Flask) -> None:
    """Each time all are given new keys; PostgreSQL says of all that one transaction wrote them."""
    cycle = make_cycle()
    cycle.mode = "anonymous"
    keys: set[str] = set()
    for number, asked in enumerate(make_round(cycle, 4)):
        submit_form(request_id=asked.id, cycle=cycle, sent=sent(str(number)))
        db.session.commit()
        rows = db.session.execute(select(Submission.id, Submission.comments)).all()
        assert {row.comments["start"] for row in rows} == {str(one) for one in range(number + 1)}
        assert keys.isdisjoint(row.id for row in rows)
        keys = {row.id for row in rows}
        assert len(_writers()) == 1


def test_answers_of_other_groups_and_people_stay_as_they_are(app: Flask) -> None:
    cycle = make_cycle()
    cycle.mode = "anonymous"
    about_others = make_round(cycle, 2)[0]
    own, colleague = make_scene(cycle=cycle, groups=(RaterGroup.SELF,)), make_round(cycle, 1)[0]
    for asked in (about_others, own.requests[0]):
        submit_form(request_id=asked.id, cycle=cycle, sent=sent(group=asked.rater_group))
    before = set(db.session.scalars(select(Submission.id)))

    submit_form(request_id=colleague.id, cycle=cycle, sent=sent())

    assert before < set(db.session.scalars(select(Submission.id)))


def test_two_anonymous_answers_at_once_are_both_kept(app: Flask) -> None:
    cycle = make_cycle()
    cycle.mode = "anonymous"
    requests = [asked.id for asked in make_round(cycle, 6)]
    cycle_id = cycle.id
    db.session.commit()

    def submit_one(request_id: int) -> None:
        with app.app_context(), writing():
            own = db.session.get_one(Cycle, cycle_id)
            submit_form(request_id=request_id, cycle=own, sent=sent(str(request_id)))
            db.session.commit()
            db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(submit_one, requests))

    kept = {row.comments["start"] for row in db.session.scalars(select(Submission))}
    assert kept == {str(request_id) for request_id in requests}


def test_the_close_gives_every_answer_a_new_key(app: Flask) -> None:
    cycle = make_cycle()
    for asked in make_round(cycle, 3):
        submit_form(request_id=asked.id, cycle=cycle, sent=sent())
    db.session.commit()
    before = set(db.session.scalars(select(Submission.id)))

    close_cycle(cycle, now())
    db.session.commit()

    after = set(db.session.scalars(select(Submission.id)))
    assert len(after) == 3
    assert before.isdisjoint(after)


def test_after_the_close_the_files_hold_no_row_as_it_was(app: Flask) -> None:
    """PostgreSQL keeps what was deleted in the file of the table until it is written anew."""
    cycle = make_cycle()
    for asked in make_round(cycle, 3):
        submit_form(request_id=asked.id, cycle=cycle, sent=sent("a word that is found once"))
    db.session.commit()
    close_cycle(cycle, now())
    db.session.commit()

    assert forget_old_places()

    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("CHECKPOINT"))
        path = db.session.scalar(text("SELECT pg_relation_filepath('submissions')"))
        content = db.session.scalar(text("SELECT pg_read_binary_file(:path)"), {"path": path})
        assert bytes(content or b"").count(b"a word that is found once") == 3


def test_a_table_that_is_read_all_the_time_is_told_of(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.db.REWRITING_MILLISECONDS", 50)
    with db.engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM submissions"))
        is_done = rewrite_tables(["submissions"], tries=2)

    is_postgres = db.engine.dialect.name == "postgresql"
    assert is_done != is_postgres
    assert ("VACUUM FULL" in caplog.text) == is_postgres


@pytest.mark.parametrize("is_read", [False, True])
def test_a_close_while_answers_are_read_is_finished_by_the_worker(
    app: Flask, monkeypatch: pytest.MonkeyPatch, is_read: bool
) -> None:
    monkeypatch.setattr("app.db.REWRITING_MILLISECONDS", 50)
    is_postgres = db.engine.dialect.name == "postgresql"
    cycle = make_round(make_cycle(), 1)[0].participant.cycle
    db.session.commit()
    name, moment = cycle.name, now()

    def work(minutes: int) -> list[tuple[JobState, int]]:
        with time_machine.travel(moment + timedelta(minutes=minutes), tick=False):
            work_until_idle(app)
        return jobs()

    def jobs() -> list[tuple[JobState, int]]:
        db.session.rollback()
        rows = db.session.scalars(select(Job).where(Job.kind == JobKind.REWRITE_TABLES)).all()
        found = [(row.state, row.attempts) for row in rows]
        db.session.rollback()
        return found

    with db.engine.connect() as reader:
        if is_read and is_postgres:
            reader.execute(text("SELECT count(*) FROM submissions"))
        result = app.test_cli_runner().invoke(args=["cycle", "close", name])
        assert result.exit_code == 0
        if not (is_read and is_postgres):
            assert jobs() == []
            return
        assert jobs() == [(JobState.QUEUED, 0)]
        assert work(0) == [(JobState.QUEUED, 0)]
        assert work(2) == [(JobState.QUEUED, 1)]
    path = text("SELECT pg_relation_filepath('submissions')")
    before = db.session.scalar(path)
    assert work(60) == [(JobState.DONE, 2)]
    assert db.session.scalar(path) != before


def _writers() -> set[str]:
    """The transactions that wrote the answers, as PostgreSQL notes them beside every row."""
    if db.engine.dialect.name != "postgresql":
        return {""}
    return set(db.session.scalars(text("SELECT xmin::text FROM submissions")))


def test_participants_without_answers_are_no_rows(app: Flask) -> None:
    cycle = make_cycle()
    scene = make_scene(cycle=cycle)
    other = make_participant(cycle, make_person(), scene.participants[0].scheme)

    assert list_submissions([other.id]) == []
    assert list_submissions([]) == []
