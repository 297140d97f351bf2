"""How many letters a reviewer gets from launch to close, and what HR reads of it."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from app.clock import now
from app.db import db
from app.feedback.closing import close_cycle
from app.feedback.measuring.rules import Letters
from app.feedback.measuring.service import count_letters, load_figures
from app.feedback.models import FeedbackRequest, Invitation, RequestState, Reviewer
from app.feedback.reminding.service import RemindingError, remind
from app.mail.models import Letter, LetterState
from app.worker import remind_where_due, thank_where_due
from tests.integration.test_nudges import LAUNCH, delivered, launched_team
from tests.rounds import COMPANY, Team, counted_statements, make_team


def reviewer_of(team: Team, person_id: int) -> Reviewer:
    return db.session.scalars(
        select(Reviewer).where(Reviewer.cycle_id == team.cycle.id, Reviewer.person_id == person_id)
    ).one()


def answer_all(reviewer: Reviewer) -> None:
    db.session.execute(
        update(FeedbackRequest)
        .where(FeedbackRequest.reviewer_id == reviewer.id)
        .values(state=RequestState.SUBMITTED)
    )
    db.session.commit()


def play_day(app: Flask, team: Team, *, presses: bool) -> None:
    """What the worker does on one day, and HR, who presses the button where `presses`."""
    remind_where_due(app.extensions["settings"])
    thank_where_due(app.extensions["settings"])
    if presses:
        try:
            remind(team.cycle.id, company=COMPANY)
        except RemindingError:
            db.session.rollback()  # the collection is over
        db.session.commit()
    delivered()


def letters_to(reviewer: Reviewer) -> int:
    mine = select(func.count()).where(
        Letter.to_address == reviewer.person.email, Letter.state == LetterState.SENT
    )
    return db.session.scalar(mine) or 0


@pytest.mark.parametrize("presses", [False, True])
def test_nobody_has_more_than_five_letters_and_who_answers_at_once_has_two(
    app: Flask, presses: bool
) -> None:
    team = launched_team(members=5)
    silent, quick = reviewer_of(team, team.director.id), reviewer_of(team, team.members[0].id)
    forms = select(func.count()).where(FeedbackRequest.reviewer_id == silent.id)
    assert db.session.scalar(forms) == 5
    answer_all(quick)
    moment = LAUNCH
    while moment < team.cycle.closes_at + timedelta(days=1):
        with time_machine.travel(moment.replace(hour=9, minute=30), tick=False):
            if moment > LAUNCH:
                play_day(app, team, presses=presses)
        moment += timedelta(days=1)
    with time_machine.travel(moment, tick=False):
        close_cycle(team.cycle, now())
        db.session.commit()

    assert letters_to(silent) == 4  # one invitation, three reminders
    assert letters_to(quick) == 2  # one invitation, one word of thanks
    assert count_letters(team.cycle.id) == {2: 1, 4: 20}
    assert load_figures(team.cycle.id, k=3).letters == Letters(median=4, most=4)


def test_the_figure_counts_what_left_and_nothing_that_was_asked_for(app: Flask) -> None:
    team = launched_team(members=2)
    first, second, third, fourth = db.session.scalars(
        select(Invitation).order_by(Invitation.letter_id).limit(4)
    ).all()
    first.letter.state = LetterState.UNCERTAIN
    second.letter.state = LetterState.FAILED
    third.letter.state = LetterState.QUEUED
    fourth.kind = "correct"
    db.session.commit()

    assert count_letters(team.cycle.id) == {1: 9 - 3}
    assert load_figures(team.cycle.id, k=3).letters is None


def test_the_figure_costs_one_statement_for_however_many(app: Flask) -> None:
    team = launched_team(members=5)
    cycle_id = team.cycle.id
    with counted_statements() as statements:
        assert count_letters(cycle_id) == {1: 21}
    assert len([one for one in statements if one.startswith("SELECT")]) == 1
    assert count_letters(make_team(members=1, name="A draft").cycle.id) == {}
