"""Customers are asked once in a while, whichever round asks, and about few people at a time."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.clock import now
from app.cycles.models import Cycle, Participant
from app.cycles.service import add_participants, create_cycle
from app.db import db
from app.feedback.launching.checks import gather_facts
from app.feedback.launching.queries import load_draft
from app.feedback.launching.rules import Check, Finding, check_launch
from app.feedback.launching.service import AssignmentError, assign
from app.feedback.models import Invitation, Reviewer
from app.mail.models import Letter, LetterState
from app.people.groups import RaterGroup
from app.people.models import Relation
from tests.factories import make_customer, make_person
from tests.rounds import Team, counted_statements, launch, make_team, plan


def days_ago(days: int) -> datetime:
    return now() - timedelta(days=days)


def asked_before(days: int, *, members: int = 1) -> Team:
    """A team whose first round wrote to everybody so many days ago."""
    team = make_team(members=members)
    launch(team.cycle)
    moment = days_ago(days)
    db.session.execute(update(Letter).values(sent_at=moment, state=LetterState.SENT))
    db.session.execute(update(Cycle).values(launched_at=moment, opens_at=moment))
    db.session.commit()
    return team


def next_round(**changes: object) -> Cycle:
    cycle = create_cycle(plan(name="下一轮", **changes))
    add_participants(cycle)
    db.session.commit()
    return cycle


def customers_asked(cycle: Cycle) -> set[int]:
    draft = load_draft(cycle)
    return {row.person_id for row in draft.assignments if row.group is RaterGroup.CUSTOMER}


def finding(cycle: Cycle, check: Check) -> list[Finding]:
    facts = gather_facts(cycle, load_draft(cycle), working_days=10, mail_is_up=True)
    return [found for found in check_launch(facts) if found.check is check]


@pytest.mark.parametrize(("days", "rest", "is_asked"), [(89, 90, False), (91, 90, True)])
def test_a_customer_is_left_in_peace_for_so_many_days(
    app: Flask, days: int, rest: int, is_asked: bool
) -> None:
    team = asked_before(days)
    cycle = next_round(customer_rest_days=rest)

    assert customers_asked(cycle) == ({one.id for one in team.customers} if is_asked else set())


def test_colleagues_are_asked_in_every_round(app: Flask) -> None:
    asked_before(1, members=4)
    cycle = next_round()

    groups = {row.group for row in load_draft(cycle).assignments}
    assert groups == {RaterGroup.SELF, RaterGroup.SUPERVISOR, RaterGroup.PEER}


def test_the_checklist_names_them_with_the_day_and_does_not_stand_in_the_way(app: Flask) -> None:
    team = asked_before(30)
    cycle = next_round()

    [told] = finding(cycle, Check.RESTING)

    assert told.count == 3
    assert not told.blocks
    again_on = load_draft(cycle).quota.resting[team.customers[0].id]
    assert again_on - now().date() in {timedelta(days=59), timedelta(days=60), timedelta(days=61)}
    assert str(again_on.day) in told.names[0]
    assert team.customers[0].name in " ".join(told.names)
    assert launch(cycle).letters == 2


def test_a_round_that_opens_after_the_rest_may_ask(app: Flask) -> None:
    asked_before(30)
    opens = now().date() + timedelta(days=62)
    cycle = next_round(opens_on=opens, closes_on=opens + timedelta(days=14))

    assert len(customers_asked(cycle)) == 3


def test_an_invitation_that_never_arrived_does_not_count(app: Flask) -> None:
    team = asked_before(5)
    unreached = team.customers[0]
    db.session.execute(
        update(Letter)
        .where(Letter.to_address == unreached.email)
        .values(state=LetterState.FAILED, sent_at=None)
    )
    db.session.commit()

    assert customers_asked(next_round()) == {unreached.id}


def test_a_launched_round_whose_letters_wait_for_its_first_day_counts_too(app: Flask) -> None:
    first = now().date() + timedelta(days=3)
    team = make_team(members=1, opens_on=first)
    launch(team.cycle)
    cycle = next_round()

    assert customers_asked(cycle) == set()
    assert load_draft(cycle).quota.resting[team.customers[0].id] >= first + timedelta(days=89)


def test_reminders_and_fresh_links_start_no_rest_of_their_own(app: Flask) -> None:
    team = asked_before(91)
    reviewer = db.session.scalars(
        select(Reviewer).where(Reviewer.person_id == team.customers[0].id)
    ).one()
    invitation = db.session.scalars(
        select(Invitation).where(Invitation.reviewer_id == reviewer.id)
    ).one()
    invitation.kind = "remind"
    db.session.get_one(Letter, invitation.letter_id).sent_at = now()
    db.session.commit()

    assert len(customers_asked(next_round())) == 3


def test_hr_cannot_ask_one_by_hand_and_is_told_from_which_day(app: Flask) -> None:
    team = asked_before(30)
    cycle = next_round()
    participant = db.session.scalars(
        select(Participant).where(Participant.cycle_id == cycle.id)
    ).one()

    with pytest.raises(AssignmentError, match=r"may be asked again from|起可再次邀请"):
        assign(cycle, participant, team.customers[0], RaterGroup.CUSTOMER)
    assign(cycle, participant, team.customers[0], None)
    cycle.customer_rest_days = 0
    assign(cycle, participant, team.customers[0], RaterGroup.CUSTOMER)

    assert team.customers[0].id in customers_asked(cycle)


def test_a_contact_of_many_is_asked_about_few(app: Flask) -> None:
    """The workbook names one customer for four people; the round allows two forms."""
    team = make_team(members=4, customer_most_forms=2)
    contact = make_customer(owner=team.members[0], name="周敏")
    for member in team.members:
        db.session.add(
            Relation(subject_id=member.id, reviewer_id=contact.id, rater_group=RaterGroup.CUSTOMER)
        )
    db.session.commit()
    draft = load_draft(team.cycle)

    asked = [row.participant_id for row in draft.assignments if row.person_id == contact.id]
    spared = [row.participant_id for row in draft.quota.left_out]
    assert (len(asked), len(spared)) == (2, 2)
    assert [found.names for found in finding(team.cycle, Check.CROWDED)] == [("周敏",)]
    participant = db.session.get_one(Participant, spared[0])
    with pytest.raises(AssignmentError, match=r"asked about 2 people|评价 2 人"):
        assign(team.cycle, participant, contact, RaterGroup.CUSTOMER)
    assign(team.cycle, db.session.get_one(Participant, asked[0]), contact, RaterGroup.CUSTOMER)


def test_the_check_costs_the_same_whatever_the_number_of_customers_and_rounds(app: Flask) -> None:
    team = asked_before(30)
    cycle = next_round()
    db.session.refresh(cycle)
    with counted_statements() as few:
        load_draft(cycle)
    for number in range(30):
        make_customer(owner=team.members[0], name=f"客户{number}")
    make_person(name="新人", manager=team.director)
    between = create_cycle(plan(name="中间一轮", customer_rest_days=0))
    add_participants(between)
    db.session.commit()
    launch(between)
    db.session.expire_all()
    cycle = db.session.get_one(Cycle, cycle.id)
    with counted_statements() as many:
        load_draft(cycle)

    assert len(many) == len(few)
    assert len(load_draft(cycle).quota.resting) == 33
