"""Employees propose their reviewers, from the letter that asks to the launch."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEvent
from app.clock import now
from app.cycles.models import Participant
from app.db import db
from app.feedback.assigning.rules import Limits
from app.feedback.assigning.service import set_limits
from app.feedback.launching.queries import load_draft
from app.feedback.launching.service import assign
from app.feedback.models import FeedbackRequest, Reviewer
from app.feedback.nominating.emails import PROPOSE, REMINDER, RETURNED, TO_APPROVE, Reminded
from app.feedback.nominating.models import Nomination, NominationRound, Nominee
from app.feedback.nominating.rules import ListFault, ListState, Side, Ticks
from app.feedback.nominating.service import (
    Desk,
    NominationError,
    approve,
    give_back,
    keep,
    propose,
    remind,
    switch_off,
    switch_on,
)
from app.feedback.nominating.sheets import load_sheet
from app.jobs.models import Job
from app.mail.models import Letter, LetterState
from app.people.groups import RaterGroup
from app.people.models import Person
from tests.factories import make_person
from tests.rounds import Team, launch, make_team

SITE = "https://feedback.example"
EMPLOYEE, MANAGER, HR = (Desk(side=side, public_url=SITE) for side in Side)
PEER, CUSTOMER = RaterGroup.PEER, RaterGroup.CUSTOMER


def make_round(*, members: int = 5, days: int = 3) -> Team:
    """A draft whose participants were asked two days ago."""
    team = make_team(members=members)
    switch_on(team.cycle, last_day(days), public_url=SITE)
    db.session.commit()
    sent = now() - timedelta(days=2)
    db.session.execute(update(Letter).values(state=LetterState.SENT, sent_at=sent, posted_at=sent))
    db.session.commit()
    return team


def last_day(days: int = 3) -> date:
    return (now() + timedelta(days=days)).date()


def let_the_last_day_pass(team: Team) -> None:
    db.session.execute(update(NominationRound).values(ends_at=now() - timedelta(seconds=1)))
    db.session.commit()


def ticks_of(team: Team, *peers: Person, place: int = 0) -> Ticks:
    """These peers and the three customers of a member."""
    owner = team.members[place]
    customers = [one for one in team.customers if one.account_owner_id == owner.id]
    return {
        PEER: frozenset(one.id for one in peers),
        CUSTOMER: frozenset(one.id for one in customers),
    }


def revision_of(participant: Participant) -> int:
    return db.session.scalars(
        select(Nomination.revision).where(Nomination.participant_id == participant.id)
    ).one()


def state_of(participant: Participant) -> ListState:
    return db.session.scalars(
        select(Nomination.state).where(Nomination.participant_id == participant.id)
    ).one()


def letters(kind: str) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def propose_for(team: Team, place: int, *peers: Person) -> None:
    participant = team.participant(place)
    written = propose(
        participant,
        ticks_of(team, *peers, place=place),
        revision=revision_of(participant),
        desk=EMPLOYEE,
    )
    assert written.faults == ()
    db.session.commit()


def approve_for(team: Team, place: int, desk: Desk = MANAGER) -> None:
    participant = team.participant(place)
    sheet = load_sheet(team.cycle, participant)
    written = approve(participant, sheet.ticks, revision=sheet.revision, desk=desk)
    assert written.faults == ()
    db.session.commit()


def peers_asked(team: Team, place: int = 0) -> set[int]:
    return set(
        db.session.scalars(
            select(Reviewer.person_id)
            .join(FeedbackRequest, FeedbackRequest.reviewer_id == Reviewer.id)
            .where(
                FeedbackRequest.participant_id == team.participant(place).id,
                FeedbackRequest.rater_group == PEER,
            )
        )
    )


def test_every_participant_is_asked_once_and_a_later_day_asks_only_the_new(app: Flask) -> None:
    team = make_team(members=3)

    first = switch_on(team.cycle, last_day(), public_url=SITE)
    again = switch_on(team.cycle, last_day(5), public_url=SITE)
    db.session.execute(
        Nomination.__table__.delete().where(  # type: ignore[attr-defined]
            Nomination.participant_id == team.participant().id
        )
    )
    new = switch_on(team.cycle, last_day(5), public_url=SITE)
    db.session.commit()

    assert [one.letters for one in (first, again, new)] == [3, 0, 1]
    assert [letter.to_address for letter in letters(PROPOSE)[:3]] == [
        one.email for one in team.members
    ]
    assert f"{SITE}/me/reviewers" in letters(PROPOSE)[0].text
    assert {letter.locale for letter in letters(PROPOSE)} == {"zh", "en"}


@pytest.mark.parametrize("days", [-1, 30])
def test_a_last_day_that_is_over_or_after_the_round_is_refused(app: Flask, days: int) -> None:
    team = make_team(members=2)

    with pytest.raises(NominationError, match="请选择今天或以后的日期"):
        switch_on(team.cycle, last_day(days), public_url=SITE)

    assert letters(PROPOSE) == []


def test_the_launch_takes_an_approved_list_and_the_proposal_where_there_is_none(
    app: Flask,
) -> None:
    team = make_round(members=5)
    elsewhere = make_person(name="技术支持", manager=make_person(name="别的上级"))
    chosen = (team.members[1], team.members[2], elsewhere)
    propose_for(team, 0, *chosen)
    propose_for(team, 1, team.members[0], team.members[2], elsewhere)
    approve_for(team, 0)

    draft = load_draft(team.cycle)
    launch(team.cycle)

    assert peers_asked(team, 0) == {one.id for one in chosen}
    assert elsewhere.id not in peers_asked(team, 1)
    assert len(peers_asked(team, 1)) == 4
    assert draft.without_list == {one.id for one in team.members[1:]}


def test_the_word_of_hr_for_this_round_wins_over_an_approved_list(app: Flask) -> None:
    team = make_round(members=5)
    propose_for(team, 0, *team.members[1:4])
    approve_for(team, 0)

    assign(team.cycle, team.participant(), team.members[1], None)
    assign(team.cycle, team.participant(), team.members[4], PEER)
    db.session.commit()
    launch(team.cycle)

    assert peers_asked(team) == {one.id for one in team.members[2:]}


def test_without_nomination_lists_count_for_nothing_until_it_is_on_again(app: Flask) -> None:
    team = make_round(members=5)
    propose_for(team, 0, *team.members[1:4])
    approve_for(team, 0)
    with_lists = load_draft(team.cycle).assignments

    switch_off(team.cycle)
    without = load_draft(team.cycle)
    switch_on(team.cycle, last_day(), public_url=SITE)
    db.session.commit()

    assert without.assignments != with_lists
    assert without.without_list == frozenset()
    assert load_draft(team.cycle).assignments == with_lists


def test_a_list_with_faults_is_kept_and_not_sent(app: Flask) -> None:
    team = make_round(members=5)
    participant = team.participant()

    written = propose(participant, ticks_of(team, team.members[1]), revision=0, desk=EMPLOYEE)
    db.session.commit()

    assert [fault.fault for fault in written.faults] == [ListFault.TOO_FEW]
    assert state_of(participant) is ListState.ASKED
    assert written.sheet.revision == revision_of(participant) == 1
    assert db.session.scalar(select(func.count()).select_from(Nominee)) == 4
    assert letters(TO_APPROVE) == []


def test_a_manager_cannot_settle_a_list_with_faults(app: Flask) -> None:
    team = make_round(members=5)
    propose_for(team, 0, *team.members[1:4])
    participant = team.participant()

    written = approve(participant, ticks_of(team), revision=revision_of(participant), desk=MANAGER)
    db.session.commit()

    assert [fault.fault for fault in written.faults] == [ListFault.TOO_FEW]
    assert state_of(participant) is ListState.PROPOSED
    assert db.session.scalar(select(func.count()).select_from(Nominee)) == 6


def test_one_letter_tells_the_manager_of_all_lists_and_the_next_comes_a_day_later(
    app: Flask,
) -> None:
    team = make_round(members=5)
    propose_for(team, 0, *team.members[1:4])
    propose_for(team, 1, *team.members[2:5])
    [first] = letters(TO_APPROVE)
    assert first.to_address == team.director.email
    assert "王晓明" not in first.text
    first.state, first.sent_at = LetterState.SENT, now()
    db.session.commit()

    propose_for(team, 2, *team.members[3:5], team.members[0])

    [_, second] = letters(TO_APPROVE)
    job = db.session.scalars(select(Job).where(Job.subject_id == second.id)).one()
    assert job.run_at >= now() + timedelta(hours=23)


def new_letters() -> list[tuple[str, str]]:
    """Kind and address of what has not been sent yet."""
    rows = db.session.execute(
        select(Letter.kind, Letter.to_address)
        .where(Letter.state == LetterState.QUEUED)
        .order_by(Letter.kind, Letter.to_address)
    )
    return [(row.kind, row.to_address) for row in rows]


def test_hr_reminds_who_has_not_sent_a_list_and_who_has_one_to_approve(app: Flask) -> None:
    team = make_round(members=4)
    others = team.members[1:]
    propose_for(team, 0, *others)
    db.session.execute(delete(Letter).where(Letter.state == LetterState.QUEUED))
    db.session.commit()

    reminded = remind(team.cycle, public_url=SITE)
    db.session.commit()

    assert reminded == Reminded(letters=4, spared=0)
    assert new_letters() == [
        *sorted((REMINDER, str(one.email)) for one in others),
        (TO_APPROVE, str(team.director.email)),
    ]
    assert remind(team.cycle, public_url=SITE) == Reminded(letters=0, spared=4)


def test_after_the_last_day_only_managers_are_reminded(app: Flask) -> None:
    team = make_round(members=2)
    let_the_last_day_pass(team)

    assert remind(team.cycle, public_url=SITE) == Reminded(letters=1, spared=0)
    assert new_letters() == [(TO_APPROVE, str(team.director.email))]
    [letter] = db.session.scalars(select(Letter).where(Letter.state == LetterState.QUEUED))
    assert "提名已截止" in letter.text
    assert "有人提交了" not in letter.text  # nobody has


def test_where_nobody_proposes_nobody_is_reminded(app: Flask) -> None:
    team = make_round(members=2)
    switch_off(team.cycle)

    with pytest.raises(NominationError):
        remind(team.cycle, public_url=SITE)


def test_the_forms_that_others_lists_give_somebody_count_against_the_cap(app: Flask) -> None:
    team = make_team(members=5)
    set_limits(team.cycle, Limits(load_cap=2))
    switch_on(team.cycle, last_day(), public_url=SITE)
    db.session.commit()
    propose_for(team, 0, *team.members[1:4])  # each has their own form as well
    participant = team.participant(4)

    written = propose(
        participant, ticks_of(team, *team.members[:3], place=4), revision=0, desk=EMPLOYEE
    )

    [fault] = written.faults
    assert (fault.fault, fault.names) == (ListFault.FULL, ("王晓明1", "王晓明2"))


def test_nobody_proposes_themselves_their_manager_or_anothers_customer(app: Flask) -> None:
    team = make_round(members=5)
    stranger = team.customers[-1]
    ticks = ticks_of(team, *team.members[:4], team.director)
    more: Ticks = {**ticks, CUSTOMER: ticks[CUSTOMER] | {stranger.id}}

    written = propose(team.participant(), more, revision=0, desk=EMPLOYEE)

    assert written.faults == ()
    chosen = {one.person_id for group in written.sheet.groups for one in group.chosen}
    assert chosen == {one.id for one in (*team.members[1:4], *team.customers[:3])}


def test_a_returned_list_comes_with_the_reason_and_can_be_sent_again(app: Flask) -> None:
    team = make_round(members=5)
    propose_for(team, 0, *team.members[1:4])
    participant = team.participant()

    give_back(participant, " 请加一位客户 ", revision=revision_of(participant), desk=MANAGER)
    db.session.commit()

    [letter] = letters(RETURNED)
    assert letter.to_address == team.members[0].email
    assert "请加一位客户" in letter.text
    assert load_sheet(team.cycle, participant).reason == "请加一位客户"
    propose_for(team, 0, *team.members[1:5])
    assert state_of(participant) is ListState.PROPOSED
    assert load_sheet(team.cycle, participant).reason == ""


def test_a_page_that_is_older_than_the_list_changes_nothing(app: Flask) -> None:
    team = make_round(members=5)
    propose_for(team, 0, *team.members[1:4])
    participant = team.participant()
    old = revision_of(participant)
    propose_for(team, 0, *team.members[1:5])

    with pytest.raises(NominationError, match="有人改过"):
        approve(participant, ticks_of(team, *team.members[1:4]), revision=old, desk=MANAGER)
    db.session.rollback()

    assert state_of(participant) is ListState.PROPOSED


def test_after_the_last_day_the_manager_or_hr_finishes_what_nobody_proposed(app: Flask) -> None:
    team = make_round(members=5)
    let_the_last_day_pass(team)
    participant = team.participant()

    with pytest.raises(NominationError, match="提名已截止"):
        keep(participant, ticks_of(team), revision=0, desk=EMPLOYEE)
    db.session.rollback()
    approve_for(team, 0, MANAGER)
    approve_for(team, 1, HR)

    assert state_of(participant) is ListState.APPROVED
    assert state_of(team.participant(1)) is ListState.APPROVED


def test_after_the_launch_a_list_is_fixed(app: Flask) -> None:
    team = make_round(members=5)
    launch(team.cycle)

    for desk in (EMPLOYEE, MANAGER, HR):
        with pytest.raises(NominationError, match="评价已启动"):
            approve(team.participant(), ticks_of(team), revision=0, desk=desk)
        db.session.rollback()


def test_the_database_refuses_a_list_returned_without_a_word(app: Flask) -> None:
    team = make_round(members=2)

    with pytest.raises(IntegrityError):
        db.session.execute(update(Nomination).values(state=ListState.RETURNED))
    db.session.rollback()
    assert state_of(team.participant()) is ListState.ASKED


def test_the_audit_says_who_acted_and_names_nobody_on_the_list(app: Flask) -> None:
    team = make_round(members=5)
    propose_for(team, 0, *team.members[1:4])
    approve_for(team, 0)

    rows = db.session.scalars(
        select(AuditEvent).where(AuditEvent.subject == f"participant:{team.participant().id}")
    )

    assert [(row.action, row.detail) for row in rows] == [
        ("nomination.proposed", "by employee"),
        ("nomination.approved", "by manager"),
    ]
