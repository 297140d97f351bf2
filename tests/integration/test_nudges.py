"""Reminders that go by themselves: each once, whoever looks and however often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.db import db, set_writing
from app.feedback.models import FeedbackRequest, Invitation, RequestState, Reviewer
from app.feedback.reminding.queries import rounds_that_remind
from app.feedback.reminding.service import remind_by_itself
from app.mail.models import Letter, LetterState
from app.worker import remind_where_due
from tests.rounds import COMPANY, Team, counted_statements, launch, make_team

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAUNCH = datetime(2026, 11, 2, 10, tzinfo=SHANGHAI)  # a Monday
FIRST = datetime(2026, 11, 5, 9, 30, tzinfo=SHANGHAI)
LAST = datetime(2026, 11, 16, 9, 30, tzinfo=SHANGHAI)
EVERYBODY = 9  # a director, two members, six customers' contacts


def launched_team(members: int = 2, **changes: Any) -> Team:
    """A round launched on the 2nd that closes on the 16th, its invitations delivered."""
    with time_machine.travel(LAUNCH, tick=False):
        team = make_team(members=members, **changes)
        launch(team.cycle)
        delivered()
    return team


def delivered() -> None:
    sent_at = Letter.posted_at
    db.session.execute(update(Letter).values(state=LetterState.SENT, sent_at=sent_at))
    db.session.commit()


def work(app: Flask, moment: datetime) -> int:
    """What the worker does at a moment; gives how many reminders there are afterwards."""
    with time_machine.travel(moment, tick=False):
        remind_where_due(app.extensions["settings"])
    return len(reminders())


def reminders() -> list[Letter]:
    db.session.rollback()
    return list(db.session.scalars(select(Letter).where(Letter.kind == "remind")))


def test_the_worker_reminds_three_times_and_each_time_once(app: Flask) -> None:
    launched_team()
    counts = []
    for moment in (
        LAUNCH + timedelta(hours=1),
        FIRST - timedelta(hours=1),
        FIRST,
        FIRST + timedelta(minutes=5),
        FIRST + timedelta(days=2),
        LAST - timedelta(days=2),
        LAST,
        LAST + timedelta(hours=1),
        LAST + timedelta(days=1),
    ):
        counts.append(work(app, moment))
        delivered()

    assert [count // EVERYBODY for count in counts] == [0, 0, 1, 1, 1, 2, 3, 3, 3]
    assert [count % EVERYBODY for count in counts] == [0] * 9
    nudges = db.session.scalars(select(Invitation.nudge)).all()
    assert sorted(nudge for nudge in nudges if nudge) == sorted(
        ["first", "second", "last"] * EVERYBODY
    )


def test_whoever_is_done_is_not_reminded(app: Flask) -> None:
    team = launched_team()
    done = select(Reviewer.id).where(Reviewer.person_id == team.director.id).scalar_subquery()
    db.session.execute(
        update(FeedbackRequest)
        .where(FeedbackRequest.reviewer_id == done)
        .values(state=RequestState.SUBMITTED)
    )
    db.session.commit()

    assert work(app, FIRST) == EVERYBODY - 1


def test_the_words_fit_how_far_somebody_is(app: Flask) -> None:
    team = launched_team()
    begun = select(Reviewer.id).where(Reviewer.person_id == team.director.id).scalar_subquery()
    one = select(FeedbackRequest.id).where(FeedbackRequest.reviewer_id == begun).limit(1)
    db.session.execute(
        update(FeedbackRequest)
        .where(FeedbackRequest.id == one.scalar_subquery())
        .values(state=RequestState.SUBMITTED)
    )
    db.session.commit()

    work(app, FIRST)
    by_name = {letter.to_name: letter for letter in reminders()}
    delivered()
    work(app, LAST)
    last = {letter.to_name: letter for letter in reminders()}

    assert "感谢您已完成的部分" in by_name["赵敏"].text
    assert by_name["王晓明0"].text.split("\n\n")[1].startswith("2026 年度评价还差您的自评")
    assert "Still to come for 2026" in by_name["王晓明1"].text
    assert "Thank you" not in by_name["王晓明1"].text
    assert "今天是" in last["王晓明0"].text
    assert "Today is the last day" in last["王晓明1"].html


def test_two_workers_at_once_send_each_reminder_once(app: Flask) -> None:
    team = launched_team()
    cycle_id, barrier = team.cycle.id, Barrier(2)
    db.session.remove()

    def remind() -> None:
        with app.app_context():
            set_writing(True)
            barrier.wait(30)
            remind_by_itself(cycle_id, company=COMPANY)
            db.session.commit()
            db.session.remove()

    with time_machine.travel(FIRST, tick=False), ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(remind) for _worker in range(2)]:
            done.result(60)

    assert len(reminders()) == EVERYBODY


def test_the_database_takes_a_reminder_of_a_reviewer_once(app: Flask) -> None:
    launched_team()
    work(app, FIRST)
    row = db.session.scalars(select(Invitation).where(Invitation.nudge == "first")).first()
    assert row is not None
    other = db.session.scalars(select(Letter.id).where(Letter.kind != "remind")).first()
    db.session.execute(
        update(Invitation).where(Invitation.letter_id == other).values(kind="remind")
    )

    with pytest.raises(IntegrityError):
        db.session.execute(
            update(Invitation)
            .where(Invitation.letter_id == other)
            .values(reviewer_id=row.reviewer_id, nudge="first")
        )
    db.session.rollback()


def test_a_round_that_cannot_be_reminded_stops_nobody_and_catches_up(app: Flask) -> None:
    team = launched_team()
    team.cycle.time_zone = "Nowhere/Land"
    db.session.commit()
    assert work(app, FIRST) == 0

    team.cycle.time_zone = "Asia/Shanghai"
    db.session.commit()

    assert work(app, FIRST + timedelta(minutes=1)) == EVERYBODY


def test_only_rounds_that_may_have_something_due_are_looked_at(app: Flask) -> None:
    team = launched_team()

    assert rounds_that_remind(LAUNCH + timedelta(hours=1)) == []
    assert rounds_that_remind(FIRST) == [team.cycle.id]
    assert rounds_that_remind(LAST + timedelta(days=1)) == []

    reviewer = db.session.scalars(select(Reviewer)).first()
    assert reviewer is not None
    reviewer.closes_at = LAST + timedelta(days=2)
    db.session.commit()
    assert rounds_that_remind(LAST + timedelta(days=1)) == [team.cycle.id]
    assert rounds_that_remind(LAST + timedelta(days=3)) == []


def test_whoever_has_more_time_is_reminded_on_their_own_last_day_and_reads_of_it(
    app: Flask,
) -> None:
    team = launched_team()
    director = db.session.scalars(
        select(Reviewer).where(Reviewer.person_id == team.director.id)
    ).one()
    director.closes_at = team.cycle.closes_at + timedelta(days=3)
    db.session.commit()
    assert work(app, LAST) == EVERYBODY
    delivered()

    assert work(app, LAST + timedelta(days=1)) == EVERYBODY + 1
    delivered()
    assert work(app, LAST + timedelta(days=2)) == EVERYBODY + 1
    assert work(app, LAST + timedelta(days=3)) == EVERYBODY + 2

    mine = [letter for letter in reminders() if letter.link_owner_id == director.id]
    mine.sort(key=lambda letter: letter.id)
    assert [letter.subject[:4] for letter in mine] == ["还差 2", "后天截止", "今天截止"]
    assert all("截止：11月19日（周四）24:00" in letter.text for letter in mine)
    others = [letter.text for letter in reminders() if letter.link_owner_id != director.id]
    assert not [text for text in others if "11月19日" in text or "19 November" in text]


def test_the_statements_do_not_grow_with_the_reviewers(app: Flask) -> None:
    few, many = launched_team(2), launched_team(5, name="第二期")
    counts = []
    for team in (few, many):
        with time_machine.travel(FIRST, tick=False), counted_statements() as statements:
            remind_by_itself(team.cycle.id, company=COMPANY)
            db.session.commit()
        counts.append(len(statements))

    assert counts[0] == counts[1]
