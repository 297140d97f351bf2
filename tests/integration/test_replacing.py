"""Another reviewer in the middle of collection: all or nothing, and a submission wins."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app.audit.models import AuditEvent
from app.clock import now
from app.cycles.models import Cycle
from app.db import db, writing
from app.feedback.closing import close_cycle
from app.feedback.drafts import WithdrawnError, save_draft
from app.feedback.links import hash_token
from app.feedback.models import (
    Draft,
    FeedbackRequest,
    Invitation,
    RequestState,
    Reviewer,
    Submission,
)
from app.feedback.reminding.service import plan_reminding
from app.feedback.replacing.rules import Telling
from app.feedback.replacing.service import (
    Desk,
    ReplacingError,
    add_reviewer,
    replace_reviewer,
)
from app.feedback.submissions import Sent, ensure_collecting, submit_form
from app.jobs.models import Job, JobState
from app.mail.models import LINK, Letter, LetterState
from app.mail.opting_out import stop
from app.mail.service import RenderedLetter, post
from app.people.groups import RaterGroup
from app.people.models import Person
from tests.conftest import LINK_KEY
from tests.factories import make_customer, make_person, token_of
from tests.rounds import COMPANY, Team, launch, make_team, plan

DESK = Desk(link_key=LINK_KEY, company=COMPANY)
PEER = RaterGroup.PEER
RACES = 5
PATTERN = RenderedLetter(
    kind="correct_link", to_name="", to_address="", locale="zh", subject="s", text="t", html="h"
)
ENDINGS = {("counted", "refused"), ("told", "given")}


def make_round(*, members: int = 4) -> Team:
    """A launched round whose letters left two days ago."""
    team = make_team(members=members)
    launch(team.cycle)
    deliver()
    return team


def deliver() -> None:
    moment = now() - timedelta(days=2)
    db.session.execute(
        update(Letter).values(state=LetterState.SENT, sent_at=moment, posted_at=moment)
    )
    db.session.execute(update(Job).values(state=JobState.DONE))
    db.session.commit()


def form_of(team: Team, rater: Person, place: int = 0) -> FeedbackRequest:
    """The form of a rater about the member at this place."""
    return db.session.scalars(
        select(FeedbackRequest)
        .join(Reviewer)
        .where(
            FeedbackRequest.participant_id == team.participant(place).id,
            Reviewer.person_id == rater.id,
        )
    ).one()


def reviewer_of(team: Team, person: Person) -> Reviewer:
    return db.session.scalars(
        select(Reviewer).where(Reviewer.cycle_id == team.cycle.id, Reviewer.person_id == person.id)
    ).one()


def asked_about(team: Team, place: int = 0) -> dict[int, RaterGroup]:
    rows = db.session.execute(
        select(Reviewer.person_id, FeedbackRequest.rater_group)
        .join(FeedbackRequest, FeedbackRequest.reviewer_id == Reviewer.id)
        .where(FeedbackRequest.participant_id == team.participant(place).id)
    )
    return {row.person_id: row.rater_group for row in rows}


def letters_to(person: Person) -> list[Letter]:
    return list(
        db.session.scalars(
            select(Letter).where(Letter.to_address == person.email).order_by(Letter.id)
        )
    )


def test_somebody_new_is_invited_with_a_link_of_their_own(app: Flask) -> None:
    team = make_round()
    expert, before = make_person(name="技术支持"), team.members[1]
    given = form_of(team, before)
    given_id = given.id
    token = token_of(given.reviewer)
    save_draft(token=token, request_id=given_id, changes={"c-a": "x"}, base=0, now=now())
    db.session.commit()

    asked = replace_reviewer(team.cycle, given_id, expert, DESK)
    db.session.commit()

    assert (asked.name, asked.telling) == ("技术支持", Telling.INVITATION)
    assert asked_about(team)[expert.id] is PEER
    assert before.id not in asked_about(team)
    assert db.session.get(Draft, given_id) is None
    assert reviewer_of(team, expert).token_hash == hash_token(token_of(reviewer_of(team, expert)))
    [letter] = letters_to(expert)
    assert letter.kind == "invite_internal"
    assert letter.link_owner_id == reviewer_of(team, expert).id
    assert "王晓明0" in letter.subject
    assert LINK in letter.text


def test_whoever_gave_way_keeps_the_link_for_the_others_and_hears_no_more_of_it(
    app: Flask,
) -> None:
    team = make_round()
    before = team.members[1]
    old_token = token_of(reviewer_of(team, before))

    replace_reviewer(team.cycle, form_of(team, before).id, make_person(name="新同事"), DESK)
    db.session.commit()

    kept = reviewer_of(team, before)
    assert token_of(kept) == old_token
    left = db.session.scalars(
        select(FeedbackRequest.participant_id).where(FeedbackRequest.reviewer_id == kept.id)
    ).all()
    assert team.participant(0).id not in left
    assert len(left) == 3
    assert len(letters_to(before)) == 1


def test_whoever_has_nothing_left_is_not_reminded(app: Flask) -> None:
    team = make_round(members=1)
    customer = team.customers[0]

    replace_reviewer(
        team.cycle,
        form_of(team, customer).id,
        make_customer(owner=team.members[0], name="孙经理"),
        DESK,
    )
    db.session.commit()

    plan_now = plan_reminding(team.cycle, moment=now())
    assert reviewer_of(team, customer).id not in {row.id for row in plan_now.chosen}


def test_a_reviewer_of_the_round_is_told_of_one_more_form_with_the_same_link(app: Flask) -> None:
    team = make_round()
    outsider = make_person(name="顾问")
    add_reviewer(team.cycle, team.participant(0), outsider, PEER, DESK)
    db.session.commit()
    deliver()
    link_before = token_of(reviewer_of(team, outsider))

    asked = replace_reviewer(team.cycle, form_of(team, team.members[0], 1).id, outsider, DESK)
    db.session.commit()

    assert asked.telling is Telling.OF_ONE_MORE
    assert token_of(reviewer_of(team, outsider)) == link_before
    _invitation, letter = letters_to(outsider)
    assert letter.kind == "form_added"
    assert letter.subject.endswith("前再评价王晓明1（约 5 分钟）")
    assert "链接和之前邮件里的一样" in letter.text
    assert letter.link_owner_id == reviewer_of(team, outsider).id


def test_a_letter_keeps_a_day_from_the_last_one_to_the_same_address(app: Flask) -> None:
    team = make_round()
    outsider = make_person(name="顾问")
    add_reviewer(team.cycle, team.participant(0), outsider, PEER, DESK)
    db.session.commit()
    moment = now()
    db.session.execute(
        update(Letter)
        .where(Letter.to_address == outsider.email)
        .values(state=LetterState.SENT, sent_at=moment)
    )
    db.session.commit()

    asked = add_reviewer(team.cycle, team.participant(1), outsider, PEER, DESK)
    db.session.commit()

    assert asked.letter_at == moment + timedelta(days=1)
    letter = letters_to(outsider)[-1]
    assert db.session.scalar(select(Job.run_at).where(Job.subject_id == letter.id)) == (
        moment + timedelta(days=1)
    )


def test_near_the_end_a_reviewer_is_asked_without_a_letter_and_nobody_new_is(app: Flask) -> None:
    team = make_round()
    team.cycle.closes_at = now() + timedelta(hours=5)
    colleague, stranger = team.members[1], make_person(name="新人")
    db.session.execute(
        update(Letter).where(Letter.to_address == colleague.email).values(sent_at=now())
    )
    letter = letters_to(colleague)[0]
    letter.to_address = str(stranger.email)
    db.session.flush()
    with pytest.raises(ReplacingError, match="24 小时内"):
        add_reviewer(team.cycle, team.participant(0), stranger, PEER, DESK)
    letter.to_address = str(colleague.email)
    db.session.flush()
    db.session.delete(form_of(team, colleague))
    db.session.flush()

    asked = add_reviewer(team.cycle, team.participant(0), colleague, PEER, DESK)

    assert (asked.telling, asked.letter_at) == (Telling.NONE, None)
    assert len(letters_to(colleague)) == 1
    assert asked_about(team)[colleague.id] is PEER


def test_an_invitation_that_has_not_left_is_written_anew(app: Flask) -> None:
    team = make_team(members=4, opens_on=plan().closes_on, closes_on=plan().closes_on)
    launch(team.cycle)
    one, two = team.members[1], make_person(name="顾问")
    first = add_reviewer(team.cycle, team.participant(1), two, PEER, DESK)
    db.session.commit()

    asked = replace_reviewer(team.cycle, form_of(team, one).id, two, DESK)
    db.session.commit()

    assert first.telling is Telling.INVITATION
    assert first.letter_at is not None
    assert first.letter_at > team.cycle.opens_at
    assert asked.telling is Telling.IN_INVITATION
    [invitation] = letters_to(two)
    assert "王晓明0" in invitation.text
    assert "王晓明1" in invitation.text
    [shorter] = letters_to(one)
    assert "王晓明0" not in shorter.text
    assert "王晓明2" in shorter.text


def test_letters_that_have_not_left_to_somebody_with_nothing_to_do_are_dropped(
    app: Flask,
) -> None:
    team = make_team(members=1)
    launch(team.cycle)
    customer, other = team.customers[0], make_customer(owner=team.members[0])

    replace_reviewer(team.cycle, form_of(team, customer).id, other, DESK)
    db.session.commit()

    assert letters_to(customer) == []
    assert len(letters_to(other)) == 1
    orphans = select(func.count()).select_from(Invitation).outerjoin(Letter)
    assert db.session.scalar(orphans.where(Letter.id.is_(None))) == 0


def test_a_dropped_letter_leaves_no_work_behind_that_another_letter_could_come_upon(
    app: Flask,
) -> None:
    """SQLite gives the number of a deleted letter to the next one."""
    team = make_team(members=1)
    launch(team.cycle)
    customer = team.customers[0]

    replace_reviewer(
        team.cycle, form_of(team, customer).id, make_customer(owner=team.members[0]), DESK
    )
    due = now() + timedelta(hours=30)
    later = post(replace(PATTERN, to_address="other@example.com", send_at=due))
    db.session.commit()

    assert db.session.scalars(select(Job.run_at).where(Job.subject_id == later)).all() == [due]
    orphans = select(func.count()).select_from(Job).outerjoin(Letter, Letter.id == Job.subject_id)
    assert db.session.scalar(orphans.where(Letter.id.is_(None))) == 0


def test_a_letter_by_which_a_reviewer_changes_an_answer_is_kept(app: Flask) -> None:
    team = make_round()
    before = form_of(team, team.members[1])
    db.session.execute(
        delete(FeedbackRequest).where(
            FeedbackRequest.reviewer_id == before.reviewer_id, FeedbackRequest.id != before.id
        )
    )
    letter_id = post(replace(PATTERN, to_address=str(team.members[1].email)))
    db.session.add(Invitation(letter_id=letter_id, reviewer_id=before.reviewer_id, kind="correct"))
    db.session.flush()

    replace_reviewer(team.cycle, before.id, make_person(name="新同事"), DESK)
    db.session.commit()

    assert db.session.get(Letter, letter_id) is not None


def test_a_letter_that_a_worker_has_in_hand_is_left_alone(app: Flask) -> None:
    team = make_team(members=1)
    launch(team.cycle)
    db.session.execute(update(Job).values(state=JobState.RUNNING))
    customer = team.customers[0]

    replace_reviewer(
        team.cycle, form_of(team, customer).id, make_customer(owner=team.members[0]), DESK
    )
    db.session.commit()

    assert len(letters_to(customer)) == 1


def test_whoever_declined_everything_is_asked_anew_about_this_one(app: Flask) -> None:
    team = make_round()
    outsider = make_person(name="顾问")
    add_reviewer(team.cycle, team.participant(0), outsider, PEER, DESK)
    reviewer = reviewer_of(team, outsider)
    reviewer.declined = True
    form_of(team, outsider).state = RequestState.DECLINED
    db.session.commit()

    add_reviewer(team.cycle, team.participant(1), outsider, PEER, DESK)
    db.session.commit()

    assert not reviewer_of(team, outsider).declined
    assert form_of(team, outsider, 0).state is RequestState.DECLINED
    assert form_of(team, outsider, 1).state is RequestState.OPEN


def _no_obstacle(_team: Team, _person: Person) -> None:
    """The form has gone to somebody else meanwhile; see the id that is asked for."""


def _submit(team: Team, _person: Person) -> None:
    form_of(team, team.members[1]).state = RequestState.SUBMITTED


def _forget_address(_team: Team, person: Person) -> None:
    person.email = None


def _opt_out(_team: Team, person: Person) -> None:
    stop(str(person.email))


def _pause_link(team: Team, person: Person) -> None:
    add_reviewer(team.cycle, team.participant(1), person, PEER, DESK)
    reviewer_of(team, person).cut_off = True


def _close(team: Team, _person: Person) -> None:
    close_cycle(team.cycle, now())


def _let_the_last_day_pass(team: Team, _person: Person) -> None:
    team.cycle.closes_at = now() - timedelta(seconds=1)


def _leave_out_manager(team: Team, _person: Person) -> None:
    db.session.delete(form_of(team, team.director))


OBSTACLES = (
    # what happens, who is to be asked (None: somebody new), in whose place (None: nobody's)
    (_submit, None, 1, "已在此期间提交"),
    (_no_obstacle, 0, 1, "就是被评价人"),
    (_no_obstacle, 2, 1, "已经在评价这个人"),
    (_no_obstacle, None, 0, "只能由本人填写"),
    (_no_obstacle, None, None, "已经改请了别人"),
    (_forget_address, None, 1, "没有邮箱"),
    (_opt_out, None, 1, "不希望再收到"),
    (_pause_link, None, 1, "链接已暂停"),
    (_close, None, 1, "收集已结束"),
    (_let_the_last_day_pass, None, 1, "收集已结束"),
)


def test_whoever_cannot_be_asked_is_refused_with_a_sentence_and_nothing_changes(
    app: Flask,
) -> None:
    team = make_round()
    stranger = make_person(name="新同事")
    db.session.commit()
    before = asked_about(team)
    letters = db.session.scalar(select(func.count()).select_from(Letter))

    for happens, place, gives_way, sentence in OBSTACLES:
        person = stranger if place is None else team.members[place]
        is_there = gives_way is not None
        request_id = form_of(team, team.members[gives_way or 0]).id if is_there else 10**6
        happens(team, person)
        db.session.flush()
        with pytest.raises(ReplacingError, match=sentence):
            replace_reviewer(team.cycle, request_id, person, DESK)
        db.session.rollback()

    assert asked_about(team) == before
    assert db.session.scalar(select(func.count()).select_from(Letter)) == letters


def test_the_manager_who_reads_the_result_does_not_hide_among_the_raters(app: Flask) -> None:
    team = make_round()
    _leave_out_manager(team, team.director)
    db.session.commit()

    with pytest.raises(ReplacingError, match="只能作为上级"):
        replace_reviewer(team.cycle, form_of(team, team.members[1]).id, team.director, DESK)
    db.session.rollback()
    add_reviewer(team.cycle, team.participant(), team.director, RaterGroup.SUPERVISOR, DESK)

    assert asked_about(team)[team.director.id] is RaterGroup.SUPERVISOR


def test_a_request_of_another_round_is_not_found(app: Flask) -> None:
    team, other = make_round(), make_team(members=2, name="另一期")

    with pytest.raises(ReplacingError):
        replace_reviewer(other.cycle, form_of(team, team.members[1]).id, make_person(), DESK)


def test_customers_who_rest_or_have_enough_forms_are_left_in_peace(app: Flask) -> None:
    team = make_round()
    team.cycle.customer_most_forms = 1
    busy = team.customers[0]

    with pytest.raises(ReplacingError, match=busy.name):
        add_reviewer(team.cycle, team.participant(1), busy, RaterGroup.CUSTOMER, DESK)
    db.session.rollback()
    again = make_team(members=1, name="再一期")
    again.cycle.launched_at = now()
    db.session.commit()
    with pytest.raises(ReplacingError, match=busy.name):
        add_reviewer(again.cycle, again.participant(0), busy, RaterGroup.CUSTOMER, DESK)


def test_the_audit_says_who_gave_way_to_whom(app: Flask) -> None:
    team = make_round()
    person, before = make_person(), team.members[1]

    replace_reviewer(team.cycle, form_of(team, before).id, person, DESK)
    add_reviewer(team.cycle, team.participant(1), person, PEER, DESK)
    db.session.commit()

    events = {
        event.action: event.detail
        for event in db.session.scalars(
            select(AuditEvent).where(AuditEvent.action.startswith("reviewer."))
        )
    }
    assert events == {
        "reviewer.replaced": f"{before.id} gives way to {person.id}: peer",
        "reviewer.added": f"{person.id}: peer",
    }


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
def test_a_submission_at_the_same_moment_wins_or_is_told(app: Flask, mode: str) -> None:
    """Exactly one of both happens: the form counts, or it is another's. Never both, never none."""
    team = make_round(members=RACES + 1)
    team.cycle.mode = mode
    stranger = make_person(name="接替者")
    db.session.commit()
    cycle_id, person_id = team.cycle.id, stranger.id
    forms = [form_of(team, team.members[RACES], place).id for place in range(RACES)]
    db.session.remove()

    def submit(request_id: int, barrier: Barrier) -> str:
        with app.app_context(), writing():
            cycle = db.session.get_one(Cycle, cycle_id)
            db.session.rollback()
            barrier.wait()
            try:
                ensure_collecting(cycle, touched_at=None, now=now())
                sent = Sent(group=PEER, answers={"a": 4}, comments={}, notice_version="1")
                submit_form(request_id=request_id, cycle=cycle, sent=sent)
                db.session.commit()
            except WithdrawnError:
                return "told"
            finally:
                db.session.remove()
        return "counted"

    def give_away(request_id: int, barrier: Barrier) -> str:
        with app.app_context(), writing():
            cycle, person = (
                db.session.get_one(Cycle, cycle_id),
                db.session.get_one(Person, person_id),
            )
            db.session.rollback()
            barrier.wait()
            try:
                replace_reviewer(cycle, request_id, person, DESK)
                db.session.commit()
            except ReplacingError:
                return "refused"
            finally:
                db.session.remove()
        return "given"

    with ThreadPoolExecutor(2) as pool:
        for request_id in forms:
            barrier = Barrier(2)
            sending = pool.submit(submit, request_id, barrier)
            giving = pool.submit(give_away, request_id, barrier)
            assert (sending.result(), giving.result()) in {
                ("counted", "refused"),
                ("told", "given"),
            }

    kept = db.session.scalars(select(FeedbackRequest).where(FeedbackRequest.id.in_(forms))).all()
    assert {form.state for form in kept} <= {RequestState.SUBMITTED}
    submissions = db.session.scalar(select(func.count()).select_from(Submission))
    assert submissions == len(kept)
    given = select(func.count()).select_from(FeedbackRequest).join(Reviewer)
    assert db.session.scalar(given.where(Reviewer.person_id == person_id)) == RACES - len(kept)
