"""The launch of a round: everything or nothing, once, in few statements."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.clock import now
from app.cycles import service as cycles
from app.cycles.models import Participant
from app.db import Base, db
from app.feedback.launching.queries import load_draft
from app.feedback.launching.service import (
    AssignmentError,
    LaunchRefusedError,
    assign,
    launch_cycle,
    prepare_launch,
    write_launch,
)
from app.feedback.links import hash_token
from app.feedback.models import FeedbackRequest, Invitation, Reviewer
from app.jobs.models import Job
from app.mail.models import LINK, Letter, LetterState
from app.mail.service import RenderedLetter, post
from app.people.groups import RaterGroup
from app.people.models import Person, Relation
from tests.conftest import LINK_KEY
from tests.factories import make_person, token_of
from tests.rounds import COMPANY, Team, counted_statements, launch, make_team, plan


def count(table: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def groups_of(team: Team, place: int = 0) -> dict[str, int]:
    rows = db.session.execute(
        select(FeedbackRequest.rater_group, func.count())
        .where(FeedbackRequest.participant_id == team.participant(place).id)
        .group_by(FeedbackRequest.rater_group)
    )
    return {str(group): number for group, number in rows}


def test_a_launch_asks_everybody_once_with_one_letter(app: Flask) -> None:
    team = make_team()

    launched = launch(team.cycle)

    reviewers = 1 + 5 + 15
    assert launched.letters == count(Letter) == count(Reviewer) == count(Invitation) == reviewers
    assert count(Job) == reviewers
    assert launched.requests == count(FeedbackRequest) == 5 * (1 + 1 + 4 + 3)
    assert groups_of(team) == {"self": 1, "supervisor": 1, "peer": 4, "customer": 3}
    assert team.cycle.launched_at is not None


def test_the_link_of_every_letter_opens_its_own_reviewers_forms(app: Flask) -> None:
    team = make_team(members=2)
    launch(team.cycle)

    for letter, reviewer in db.session.execute(
        select(Letter, Reviewer)
        .join(Invitation, Invitation.letter_id == Letter.id)
        .join(Reviewer, Reviewer.id == Invitation.reviewer_id)
    ):
        assert letter.link_owner_id == reviewer.id
        assert letter.to_address == reviewer.person.email
        assert reviewer.token_hash == hash_token(token_of(reviewer))
        assert letter.text.count(LINK) == 1
        assert letter.html.count(LINK) == 2


def test_letters_speak_the_readers_language_and_name_who_is_reviewed(app: Flask) -> None:
    team = make_team()
    launch(team.cycle)

    letters = {letter.to_address: letter for letter in db.session.scalars(select(Letter))}

    english = letters[str(team.members[1].email)]
    assert english.subject.startswith("Your self-assessment and feedback on 4 colleagues by ")
    assert "王晓明0" in english.text
    assert "combined results of at least 3 people" in english.text
    director = letters[str(team.director.email)]
    assert "署名“上级”" in director.text
    assert "看不到您的名字" not in director.text
    customer = letters[str(team.customers[0].email)]
    assert customer.kind == "invite_customer"
    assert customer.subject == f"{COMPANY}请您谈谈与王晓明0的合作（2 分钟）"


def test_letters_come_from_the_contact_of_the_round_who_reads_the_reply(app: Flask) -> None:
    team = make_team()
    team.cycle.contact_name, team.cycle.contact_email = "王芳", "fang.wang@example.com"
    db.session.commit()
    launch(team.cycle)

    letters = db.session.scalars(select(Letter)).all()
    assert {letter.from_name for letter in letters} == {f"王芳 · {COMPANY}"}
    assert {letter.reply_to for letter in letters} == {"fang.wang@example.com"}


def test_a_reader_elsewhere_finds_the_deadline_on_their_own_clock(app: Flask) -> None:
    team = make_team(members=3, closes_on=date(2030, 12, 18))
    team.members[1].time_zone = "Europe/Berlin"
    team.members[2].time_zone = "Pacific/Auckland"
    team.director.time_zone = "Asia/Singapore"
    team.customers[0].time_zone = "Pacific/Honolulu"
    db.session.commit()
    launch(team.cycle)

    letters = {letter.to_address: letter for letter in db.session.scalars(select(Letter))}

    def of(person: Person) -> Letter:
        return letters[str(person.email)]

    assert (
        "Closes: Wed 18 Dec, 17:00 Central European Time (Wed 18 Dec, 24:00 Beijing time)."
        in of(team.members[1]).text
    )
    assert "12月19日（周四）05:00" in of(team.members[2]).text
    assert of(team.members[2]).subject.startswith("请在 12月18日前")
    assert "截止：12月18日（周三）24:00（北京时间）。" in of(team.director).text
    assert "12月18日（周三）06:00" in of(team.customers[0]).text


def test_a_second_launch_is_refused_and_changes_nothing(app: Flask) -> None:
    team = make_team(members=2)
    prepared = prepare_launch(team.cycle, company=COMPANY)
    launch(team.cycle)
    before = count(Letter)

    with pytest.raises(LaunchRefusedError, match="已经启动"):
        launch(team.cycle)
    db.session.rollback()
    with pytest.raises(LaunchRefusedError, match="已经启动"):
        write_launch(prepared, link_key=LINK_KEY)
    db.session.rollback()

    assert count(Letter) == before


def test_a_draft_that_changed_while_the_letters_were_written_is_not_launched(app: Flask) -> None:
    team = make_team(members=2)
    prepared = prepare_launch(team.cycle, company=COMPANY)
    assign(team.cycle, team.participant(), team.director, None)
    db.session.commit()

    with pytest.raises(LaunchRefusedError, match="草稿有改动"):
        write_launch(prepared, link_key=LINK_KEY)
    db.session.rollback()

    assert team.cycle.launched_at is None
    assert count(Reviewer) == 0


def test_a_reviewer_without_an_address_keeps_the_round_back_with_a_sentence(app: Flask) -> None:
    team = make_team(members=2)
    team.director.email = None
    db.session.commit()

    with pytest.raises(LaunchRefusedError, match="赵敏：没有邮箱"):
        launch_cycle(team.cycle.id, link_key=LINK_KEY, company=COMPANY)
    db.session.rollback()

    assert count(Letter) == count(Reviewer) == 0


def test_a_launch_takes_as_many_statements_for_many_people_as_for_few(app: Flask) -> None:
    team = make_team(members=3)
    prepared = prepare_launch(team.cycle, company=COMPANY)
    with counted_statements() as few:
        write_launch(prepared, link_key=LINK_KEY)
    db.session.commit()
    for number in range(40):
        make_person(name=f"新人{number}", manager=team.director)
    other = cycles.create_cycle(plan("再来一次"))
    cycles.add_participants(other)
    db.session.commit()
    prepared = prepare_launch(other, company=COMPANY, confirms_load=True)

    with counted_statements() as many:
        write_launch(prepared, link_key=LINK_KEY)
    db.session.commit()

    assert len(prepared.letters) > 40
    assert len(many) == len(few) <= 25


def test_letters_of_a_round_that_opens_later_wait_for_its_first_day(app: Flask) -> None:
    later = plan()
    team = make_team(members=2, opens_on=later.closes_on)
    team.director.time_zone = "Asia/Tokyo"  # an hour earlier, so half past nine comes sooner
    db.session.commit()
    launch(team.cycle)

    moments = {job.run_at - team.cycle.opens_at for job in db.session.scalars(select(Job))}
    assert moments == {timedelta(hours=8, minutes=30), timedelta(hours=9, minutes=30)}


def test_what_the_workbook_says_of_a_group_replaces_the_proposal(app: Flask) -> None:
    team = make_team(members=4)
    stranger = make_person(name="技术支持")
    db.session.add(
        Relation(
            subject_id=team.members[0].id, reviewer_id=stranger.id, rater_group=RaterGroup.PEER
        )
    )
    db.session.commit()

    launch(team.cycle)

    assert groups_of(team, 0)["peer"] == 1
    assert groups_of(team, 1)["peer"] == 3


def test_a_change_holds_for_one_round_and_can_be_taken_back(app: Flask) -> None:
    team = make_team(members=2)
    participant = team.participant()
    assign(team.cycle, participant, team.director, None)
    assert team.director.id not in asked_about(team)

    assign(team.cycle, participant, team.director, RaterGroup.SUPERVISOR)

    assert team.director.id in asked_about(team)


def asked_about(team: Team) -> set[int]:
    draft = load_draft(team.cycle)
    wanted = team.participant().id
    return {row.person_id for row in draft.assignments if row.participant_id == wanted}


def test_nobody_is_made_a_colleague_of_themselves(app: Flask) -> None:
    team = make_team(members=2)

    with pytest.raises(AssignmentError):
        assign(team.cycle, team.participant(), team.members[0], RaterGroup.PEER)
    with pytest.raises(AssignmentError):
        assign(team.cycle, team.participant(), team.director, RaterGroup.SELF)


@pytest.mark.parametrize("group", [RaterGroup.PEER, RaterGroup.CUSTOMER])
def test_the_manager_who_reads_the_result_is_not_hidden_among_the_raters(
    app: Flask, group: RaterGroup
) -> None:
    team = make_team(members=4)

    with pytest.raises(AssignmentError, match=team.director.name):
        assign(team.cycle, team.participant(), team.director, group)


def test_a_colleague_who_became_the_manager_is_asked_as_the_supervisor(app: Flask) -> None:
    team = make_team(members=4)
    participant, colleague = team.participant(), team.members[1]
    db.session.add(
        Relation(
            subject_id=team.members[0].id, reviewer_id=colleague.id, rater_group=RaterGroup.PEER
        )
    )
    assign(team.cycle, participant, colleague, RaterGroup.PEER)
    team.members[0].manager_id = colleague.id
    db.session.commit()

    launch(team.cycle)

    groups = db.session.scalars(
        select(FeedbackRequest.rater_group)
        .join(Reviewer)
        .where(FeedbackRequest.participant_id == participant.id, Reviewer.person_id == colleague.id)
    )
    assert list(groups) == [RaterGroup.SUPERVISOR]


def test_a_group_that_the_scheme_does_not_ask_is_refused(app: Flask) -> None:
    team = make_team(members=2)
    participant = team.participant()
    definition = participant.scheme.definition
    kept = [row for row in definition["groups"] if row["id"] != "customer"]
    participant.scheme.definition = {**definition, "groups": kept}
    db.session.commit()

    with pytest.raises(AssignmentError):
        assign(team.cycle, participant, team.director, RaterGroup.CUSTOMER)


def test_the_manager_of_the_day_of_launch_is_kept(app: Flask) -> None:
    team = make_team(members=2)
    successor = make_person(name="新总监", job="销售总监")
    team.members[0].manager_id = successor.id
    db.session.commit()

    launch(team.cycle)

    assert team.participant(0).manager_id == successor.id
    assert team.participant(1).manager_id == team.director.id


def test_an_id_once_given_to_a_reviewer_is_never_given_again(app: Flask) -> None:
    team = make_team(members=2)
    launch(team.cycle)
    last = db.session.scalar(select(func.max(Reviewer.id))) or 0
    for table in (Invitation, FeedbackRequest, Reviewer):
        for row in db.session.scalars(select(table)):
            db.session.delete(row)
        db.session.flush()
    other = cycles.create_cycle(plan("第二期"))
    cycles.add_participants(other)
    db.session.commit()

    launch(other)

    assert (db.session.scalar(select(func.min(Reviewer.id))) or 0) > last


def test_participants_are_fixed_once_the_round_is_launched(app: Flask) -> None:
    team = make_team(members=2)
    launch(team.cycle)

    with pytest.raises(cycles.CycleError, match="已启动"):
        cycles.add_participants(team.cycle)
    with pytest.raises(cycles.CycleError, match="已启动"):
        cycles.change_cycle(team.cycle, plan())


def test_choosing_participants_makes_exactly_these_take_part(app: Flask) -> None:
    team = make_team(members=3)

    number = cycles.choose_participants(
        team.cycle, {team.members[0].id, team.members[2].id, team.director.id}
    )

    stored = set(db.session.scalars(select(Participant.person_id)))
    assert number == 2
    assert stored == {team.members[0].id, team.members[2].id}


def test_choosing_nobody_who_can_take_part_keeps_those_who_do(app: Flask) -> None:
    team = make_team(members=2)
    before = set(db.session.scalars(select(Participant.person_id)))
    nobody: tuple[set[int], ...] = (set(), {team.director.id}, {10**6})

    numbers = [cycles.choose_participants(team.cycle, chosen) for chosen in nobody]

    assert numbers == [0, 0, 0]
    assert set(db.session.scalars(select(Participant.person_id))) == before


def test_a_plan_with_faults_or_a_taken_name_is_refused(app: Flask) -> None:
    cycles.create_cycle(plan("一"))

    with pytest.raises(cycles.CycleError, match="同名"):
        cycles.create_cycle(plan("一"))
    with pytest.raises(cycles.CycleError, match="不能低于 3"):
        cycles.create_cycle(plan("二", k_min=2))
    with pytest.raises(cycles.CycleError, match="时区"):
        cycles.create_cycle(plan("三", time_zone="Mars/Olympus"))


def leaves_at(person: Person) -> datetime:
    """When the invitation of somebody leaves."""
    moment = db.session.scalar(
        select(Job.run_at)
        .join(Letter, Letter.id == Job.subject_id)
        .where(Letter.kind == "invite_internal", Letter.to_address == person.email)
    )
    assert moment is not None
    return moment


def write_to(person: Person, kind: str, *, sent_ago: timedelta | None = None, **facts: Any) -> None:
    """A letter that has left, or else waits in the outbox."""
    letter_id = post(
        RenderedLetter(
            kind=kind, to_name=person.name, to_address=person.email or "", locale="zh",
            subject="x", text="x", html="x", **facts,
        )
    )  # fmt: skip
    if sent_ago is not None:
        letter = db.session.get_one(Letter, letter_id)
        letter.state, letter.sent_at = LetterState.SENT, now() - sent_ago
        db.session.execute(update(Job).where(Job.subject_id == letter_id).values(state="done"))
    db.session.commit()


def test_an_invitation_keeps_a_day_from_the_letter_that_asked_for_reviewers(app: Flask) -> None:
    team = make_team(members=4)
    asked, waits, long_ago, told = team.members
    write_to(asked, "propose_reviewers", sent_ago=timedelta(hours=2))
    write_to(waits, "propose_reviewers", send_at=now() + timedelta(hours=5))
    write_to(long_ago, "propose_reviewers", sent_ago=timedelta(hours=25))
    write_to(told, "list_returned", sent_ago=timedelta(hours=2))  # told at once, and asks nothing

    launched = launch(team.cycle)

    late, later = now() + timedelta(hours=21), now() + timedelta(hours=28)
    assert late < leaves_at(asked) < late + timedelta(hours=2)
    assert later < leaves_at(waits) < later + timedelta(hours=2)
    assert leaves_at(long_ago) <= now()
    assert leaves_at(told) <= now()
    assert launched.departures.later == {
        asked.id: leaves_at(asked),
        waits.id: leaves_at(waits),
    }


def test_a_round_that_would_be_over_by_then_is_asked_for_at_once(app: Flask) -> None:
    team = make_team(members=2)
    write_to(team.members[0], "propose_reviewers", sent_ago=timedelta(hours=2))
    team.cycle.closes_at = now() + timedelta(hours=12)
    db.session.commit()

    launched = launch(team.cycle)

    assert leaves_at(team.members[0]) <= now()
    assert launched.departures.later == {}
