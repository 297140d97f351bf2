"""Reminders: who gets one, who does not, and never two at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from app.clock import now
from app.cycles import service as cycles
from app.db import db
from app.feedback.models import FeedbackRequest, Invitation, RequestState, Reviewer
from app.feedback.reminding.rules import Skip
from app.feedback.reminding.service import RemindingError, plan_reminding, remind
from app.mail.models import Letter, LetterState
from tests.rounds import COMPANY, Team, counted_statements, launch, make_team, plan

A_DAY = timedelta(hours=24, seconds=1)


def sent(team: Team, *, ago: timedelta = A_DAY) -> None:
    """All letters so far have been delivered some time ago."""
    moment = now() - ago
    db.session.execute(
        update(Letter).values(state=LetterState.SENT, sent_at=moment, posted_at=moment)
    )
    db.session.commit()


def launched_team() -> Team:
    team = make_team(members=2)
    launch(team.cycle)
    sent(team)
    return team


def remind_all(team: Team) -> int:
    count = remind(team.cycle.id, company=COMPANY)
    db.session.commit()
    return count


def reminders() -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == "remind")))


def reviewer_of(team: Team, person_id: int) -> Reviewer:
    return db.session.scalars(
        select(Reviewer).where(Reviewer.cycle_id == team.cycle.id, Reviewer.person_id == person_id)
    ).one()


def test_everybody_with_open_forms_gets_one_letter_with_the_same_link(app: Flask) -> None:
    team = launched_team()

    assert remind_all(team) == 1 + 2 + 6

    owners = [letter.link_owner_id for letter in reminders()]
    assert sorted(owners) == sorted(db.session.scalars(select(Reviewer.id)))  # type: ignore[type-var]
    kinds = db.session.scalars(select(Invitation.kind).where(Invitation.kind == "remind")).all()
    assert len(kinds) == len(owners)


def test_pressing_the_button_twice_sends_one_letter(app: Flask) -> None:
    team = launched_team()
    first = remind_all(team)

    assert remind_all(team) == 0
    assert len(reminders()) == first


def test_a_letter_of_another_round_within_a_day_counts_too(app: Flask) -> None:
    team = launched_team()
    other = cycles.create_cycle(plan("第二期", customer_rest_days=0))
    cycles.add_participants(other)
    db.session.commit()
    launch(other)
    db.session.execute(update(Letter).values(state=LetterState.SENT))
    db.session.commit()

    found = plan_reminding(team.cycle, moment=now())

    assert found.chosen == []
    assert found.skipped == {Skip.RECENT: 9}


def test_two_rounds_that_remind_at_once_write_to_each_person_once(app: Flask) -> None:
    team = launched_team()
    other = cycles.create_cycle(plan("第二期", customer_rest_days=0))
    cycles.add_participants(other)
    db.session.commit()
    launch(other)
    sent(team)
    rounds = [team.cycle.id, other.id] * 2
    barrier = Barrier(len(rounds))
    db.session.remove()

    def press(cycle_id: int) -> int:
        with app.app_context():
            barrier.wait()
            try:
                count = remind(cycle_id, company=COMPANY)
                db.session.commit()
            finally:
                db.session.remove()
        return count

    with ThreadPoolExecutor(len(rounds)) as pool:
        counts = list(pool.map(press, rounds))

    addresses = [letter.to_address for letter in reminders()]
    assert sum(counts) == len(addresses) == len(set(addresses)) == 1 + 2 + 6


def test_whoever_is_done_has_declined_or_cannot_be_reached_is_left_out(app: Flask) -> None:
    team = launched_team()
    done, declined = (reviewer_of(team, person.id) for person in team.members)
    bounced, paused = (reviewer_of(team, person.id) for person in team.customers[:2])
    set_state(done, RequestState.SUBMITTED)
    set_state(declined, RequestState.DECLINED)
    paused.cut_off = True
    letter = db.session.scalars(select(Letter).where(Letter.link_owner_id == bounced.id)).one()
    letter.state = LetterState.FAILED
    db.session.commit()

    found = plan_reminding(team.cycle, moment=now())

    assert found.skipped == {
        Skip.DONE: 1,
        Skip.DECLINED: 1,
        Skip.BAD_ADDRESS: 1,
        Skip.CUT_OFF: 1,
    }
    assert found.skipped_total == 4
    assert len(found.chosen) == 5


def set_state(reviewer: Reviewer, state: RequestState) -> None:
    db.session.execute(
        update(FeedbackRequest)
        .where(FeedbackRequest.reviewer_id == reviewer.id)
        .values(state=state)
    )


def test_after_three_reminders_nobody_is_asked_again(app: Flask) -> None:
    team = launched_team()
    for _turn in range(3):
        assert remind_all(team) == 9
        sent(team)

    found = plan_reminding(team.cycle, moment=now())

    assert found.skipped == {Skip.ENOUGH: 9}


def test_a_reminder_names_only_what_is_still_open(app: Flask) -> None:
    team = launched_team()
    director = reviewer_of(team, team.director.id)
    done = db.session.scalars(
        select(FeedbackRequest).where(
            FeedbackRequest.reviewer_id == director.id,
            FeedbackRequest.participant_id == team.participant(0).id,
        )
    ).one()
    done.state = RequestState.SUBMITTED
    db.session.commit()

    remind(team.cycle.id, company=COMPANY, only={director.id})
    db.session.commit()

    (letter,) = reminders()
    assert letter.subject.startswith("还差 1 份评价：")
    assert "王晓明1" in letter.text
    assert "王晓明0" not in letter.text


def test_the_last_days_are_named_in_the_subject(app: Flask) -> None:
    team = launched_team()
    director = reviewer_of(team, team.director.id)

    with time_machine.travel(team.cycle.closes_at - timedelta(hours=3), tick=False):
        remind(team.cycle.id, company=COMPANY, only={director.id})
        db.session.commit()

    (letter,) = reminders()
    assert letter.subject.startswith("今天截止：还差 2 份评价")


def test_nobody_is_reminded_once_the_round_is_over(app: Flask) -> None:
    team = launched_team()

    with (
        time_machine.travel(team.cycle.closes_at + timedelta(days=1), tick=False),
        pytest.raises(RemindingError),
    ):
        remind(team.cycle.id, company=COMPANY)
    db.session.rollback()

    assert reminders() == []


def test_after_the_deadline_only_those_with_more_time_are_reminded_and_of_their_day(
    app: Flask,
) -> None:
    team = launched_team()
    director = reviewer_of(team, team.director.id)
    director.closes_at = team.cycle.closes_at + timedelta(days=5)
    db.session.commit()

    with time_machine.travel(team.cycle.closes_at + timedelta(days=4, hours=12), tick=False):
        found = plan_reminding(team.cycle, moment=now())
        assert found.skipped == {Skip.TIME_OVER: 8}
        assert remind_all(team) == 1

    (letter,) = reminders()
    assert letter.link_owner_id == director.id
    assert letter.subject.startswith("今天截止：还差 2 份评价")


def test_reminders_take_as_many_statements_for_many_as_for_few(app: Flask) -> None:
    counts = []
    for members in (2, 12):
        team = make_team(members=members, name=f"{members} 人")
        launch(team.cycle)
        sent(team)
        with counted_statements() as statements:
            remind(team.cycle.id, company=COMPANY)
        db.session.commit()
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 25
