"""Records in the tables: opened with gapless numbers, frozen once, printed, made anew."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.auth.models import Role
from app.db import db
from app.errors import DomainError
from app.interviews.jobs import NOT_PRINTED, give_up, render_record
from app.interviews.models import Decision, Interview, RecordVersion
from app.interviews.service import (
    IncompleteRecordError,
    RecordError,
    open_interviews,
    reopen_record,
    save_employee_part,
    save_manager_part,
)
from app.interviews.signing import answer_record, countersign, sign_as_manager
from app.jobs.models import Job, JobKind
from app.mail.models import Letter
from app.plans.models import CheckIn, Goal
from app.plans.rules import Answers
from app.plans.service import fill_in, freeze_record_with_plan
from tests.factories import make_account, make_person
from tests.integration.pdf_reading import page_texts, squeezed
from tests.kam_example import add_participant
from tests.record_world import EMPLOYEE, MANAGER, Talk, make_talk, notes_needed

PLACES = {"company": "华辰工业科技", "public_url": "http://localhost"}


def given(fields: dict[str, Any]) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in fields.items()}


def write(talk: Talk, **changes: Any) -> Interview:
    """Both parts are written and the record is shared."""
    interview = talk.interview
    save_employee_part(
        interview,
        given(EMPLOYEE),
        revision=interview.employee_revision,
        account=talk.employee,
    )
    fields = {**MANAGER, **notes_needed(talk), **changes}
    saved = save_manager_part(
        interview,
        given(fields),
        revision=interview.manager_revision,
        account=talk.manager,
        share=True,
    )
    assert saved.is_stored
    db.session.commit()
    return interview


def freeze(talk: Talk) -> RecordVersion:
    interview = talk.interview
    version = freeze_record_with_plan(
        interview, account=talk.manager, revision=interview.manager_revision, **PLACES
    )
    db.session.commit()
    return version


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_opening_gives_everybody_rated_a_record_with_gapless_numbers(app: Flask) -> None:
    talk = make_talk(opened=False)

    opened = open_interviews(talk.world.cycle, talk.hr)

    numbers = db.session.scalars(select(Interview.number).order_by(Interview.number)).all()
    assert opened == 2
    assert [number[-6:] for number in numbers] == ["-00001", "-00002"]
    assert talk.interview.interviewer_id == talk.world.manager.id
    assert talk.world.cycle.interviews_at is not None


def test_opening_again_adds_nobody_and_changes_nothing(app: Flask) -> None:
    talk = make_talk()
    before = talk.world.cycle.interviews_at

    assert open_interviews(talk.world.cycle, talk.hr) == 0
    assert count(Interview) == 2
    assert talk.world.cycle.interviews_at == before


def test_numbers_of_a_later_opening_go_on_where_the_last_ended(app: Flask) -> None:
    talk = make_talk()
    db.session.delete(talk.interview)
    db.session.commit()

    open_interviews(talk.world.cycle, talk.hr)

    assert talk.interview.number.endswith("-00003")


def test_interviews_wait_for_the_release(app: Flask) -> None:
    talk = make_talk(opened=False)
    talk.world.cycle.released_at = None

    with pytest.raises(RecordError):
        open_interviews(talk.world.cycle, talk.hr)


def test_whoever_has_no_rating_or_no_manager_gets_no_record(app: Flask) -> None:
    talk = make_talk()
    add_participant(talk.world.cycle, make_person(name="新人", manager=talk.world.manager))

    assert open_interviews(talk.world.cycle, talk.hr) == 0


def test_the_freeze_makes_version_plan_print_job_and_letter_together(app: Flask) -> None:
    talk = make_talk()
    write(talk)

    version = freeze(talk)

    jobs = db.session.scalars(select(Job).where(Job.kind == JobKind.RENDER_RECORD)).all()
    letters = db.session.scalars(select(Letter).where(Letter.kind == "record_to_sign")).all()
    assert (version.version, [job.subject_id for job in jobs]) == (1, [version.id])
    assert [letter.to_address for letter in letters] == [talk.world.person.email]
    assert version.check_code in letters[0].text
    assert (count(Goal), count(CheckIn)) == (2, 3)


def test_an_incomplete_record_is_not_frozen_and_leaves_no_trace(app: Flask) -> None:
    talk = make_talk()
    write(talk, comment="短")
    letters = count(Letter)

    with pytest.raises(IncompleteRecordError) as refusal:
        freeze(talk)
    db.session.rollback()

    assert [gap.field for gap in refusal.value.gaps] == ["comment"]
    assert (count(RecordVersion), count(Goal), count(Letter)) == (0, 0, letters)


def test_a_record_is_frozen_only_once(app: Flask) -> None:
    talk = make_talk()
    write(talk)
    freeze(talk)

    with pytest.raises(RecordError):
        freeze(talk)
    db.session.rollback()

    assert count(RecordVersion) == 1


def test_what_is_frozen_is_what_the_manager_has_seen(app: Flask) -> None:
    talk = make_talk()
    interview = write(talk)

    with pytest.raises(RecordError):
        freeze_record_with_plan(
            interview, account=talk.manager, revision=interview.manager_revision - 1, **PLACES
        )


def test_the_printed_record_says_what_was_entered_word_for_word(app: Flask) -> None:
    talk = make_talk()
    write(talk)
    version = freeze(talk)

    render_record(version.id)
    db.session.commit()
    db.session.refresh(version)
    pages = [squeezed(text) for text in page_texts(version.pdf or b"")]
    whole = "".join(pages)

    texts = [*EMPLOYEE.items(), *((name, text) for name, text in MANAGER.items())]
    entered = [text for name, text in texts if is_free_text(name, text)]
    missing = [text for text in entered if squeezed(text) not in whole]
    assert len(entered) == 25
    assert missing == []
    assert all(talk.interview.number in page and version.check_code in page for page in pages)
    assert "92.16" in whole
    assert version.pdf_error is None


def is_free_text(name: str, text: object) -> bool:
    """Drafts of achievements are the manager's to take over; measures are printed as one."""
    plain = name.startswith(("own_", "held_")) or name.endswith(("_from", "_to", "_owner"))
    return isinstance(text, str) and not plain and any(ord(sign) > 255 for sign in text)


def test_printing_again_gives_the_same_bytes(app: Flask) -> None:
    talk = make_talk()
    write(talk)
    version = freeze(talk)

    printed = []
    for _turn in range(2):
        render_record(version.id)
        db.session.commit()
        db.session.refresh(version)
        printed.append(version.pdf)

    assert printed[0]
    assert printed[0] == printed[1]


def test_signatures_are_printed_and_leave_the_check_code_as_it_was(app: Flask) -> None:
    talk = make_talk()
    interview = write(talk)
    version = freeze(talk)
    code = version.check_code

    answer_record(
        interview,
        version=1,
        decision=Decision.PARTLY,
        words="新签的目标定得偏高。",
        account=talk.employee,
        address="192.0.2.7",
    )
    sign_as_manager(interview, version=1, account=talk.manager)
    countersign(interview, version=1, account=talk.hr)
    render_record(version.id)
    db.session.commit()
    db.session.refresh(version)

    text = squeezed("".join(page_texts(version.pdf or b"")))
    assert version.check_code == code
    assert code in text
    assert "新签的目标定得偏高。" in text
    assert text.count("系统内确认") == 3
    assert "陈静" in text
    trail = select(AuditEvent).where(AuditEvent.action == "record.acknowledged")
    assert db.session.scalars(trail).one().detail == f"partly version 1 {code} from 192.0.2.7"


def test_a_record_that_cannot_be_printed_keeps_the_sentence_why(app: Flask) -> None:
    talk = make_talk()
    write(talk)
    version = freeze(talk)
    content = dict(version.content)
    content["employee_view"] = {**content["employee_view"], "assessment": "很长" * 600_000}
    version.content = content
    db.session.commit()

    render_record(version.id)
    db.session.commit()
    db.session.refresh(version)

    assert version.pdf is None
    assert "too long" in (version.pdf_error or "")


def test_a_print_job_given_up_says_so_only_where_there_is_no_pdf(app: Flask) -> None:
    talk = make_talk()
    write(talk)
    version = freeze(talk)

    give_up(version.id)
    db.session.refresh(version)
    assert version.pdf_error == NOT_PRINTED

    version.pdf, version.pdf_error = b"%PDF", None
    db.session.flush()
    give_up(version.id)
    db.session.refresh(version)
    assert version.pdf_error is None


def test_printing_a_version_that_is_gone_does_nothing(app: Flask) -> None:
    render_record(4711)


def test_a_change_makes_version_two_with_its_reason_and_leaves_version_one(app: Flask) -> None:
    talk = make_talk()
    interview = write(talk)
    first = freeze(talk)
    content, code = dict(first.content), first.check_code

    reopen_record(interview, "目标值写错", account=talk.manager)
    write(talk, goal_1_target="6 家")
    second = freeze(talk)

    db.session.refresh(first)
    assert (first.content, first.check_code) == (content, code)
    assert (second.version, second.reason) == (2, "目标值写错")
    assert second.content["goals"]["lines"][0]["target"] == "6 家"
    assert second.check_code != code


def test_reopening_needs_a_reason_and_a_frozen_record(app: Flask) -> None:
    talk = make_talk()
    interview = write(talk)
    with pytest.raises(RecordError):
        reopen_record(interview, "原因", account=talk.manager)
    freeze(talk)

    with pytest.raises(RecordError):
        reopen_record(interview, "  ", account=talk.manager)


def test_a_new_version_keeps_the_check_ins_that_were_filled_in(app: Flask) -> None:
    talk = make_talk()
    interview = write(talk)
    freeze(talk)
    first = db.session.scalars(select(CheckIn).order_by(CheckIn.due_on, CheckIn.id)).all()[1]
    answers = Answers(status="at_risk", done="发了一次", result="1 次", next_step="")
    fill_in(first, answers, person_id=talk.world.person.id, account=talk.employee)
    db.session.commit()

    reopen_record(interview, "取消第二行", account=talk.manager)
    gone = {name: "" for name in MANAGER if name.startswith("plan_2_")}
    write(talk, **gone, plan_1_check_2="2027-05-15", support_1_answer="partly")
    freeze(talk)

    goals = db.session.scalars(select(Goal)).all()
    assert [goal.position for goal in goals] == [1]
    kept = [(str(one.due_on), one.done) for one in goals[0].check_ins]
    assert kept == [("2027-02-15", "发了一次"), ("2027-05-15", "")]


def test_a_check_in_is_filled_in_once(app: Flask) -> None:
    talk = make_talk()
    write(talk)
    freeze(talk)
    check_in = db.session.scalars(select(CheckIn)).first()
    assert check_in is not None
    answers = Answers(status="done", done="完成", result="", next_step="")
    fill_in(check_in, answers, person_id=talk.world.person.id, account=talk.employee)

    with pytest.raises(DomainError):
        fill_in(check_in, answers, person_id=talk.world.manager.id, account=talk.manager)


def test_nobody_signs_twice_too_early_or_an_old_version(app: Flask) -> None:
    talk = make_talk()
    interview = write(talk)

    def answer(version: int) -> None:
        answer_record(
            interview,
            version=version,
            decision=Decision.AGREE,
            words="",
            account=talk.employee,
            address="",
        )

    with pytest.raises(RecordError):
        answer(1)
    freeze(talk)
    with pytest.raises(RecordError):
        countersign(interview, version=1, account=talk.hr)
    with pytest.raises(RecordError):
        answer(2)
    answer(1)
    with pytest.raises(RecordError):
        answer(1)
    sign_as_manager(interview, version=1, account=talk.manager)
    reopen_record(interview, "更正", account=talk.manager)
    with pytest.raises(RecordError):
        countersign(interview, version=1, account=make_account(role=Role.HR))


def test_a_save_from_a_stale_page_changes_nothing(app: Flask) -> None:
    talk = make_talk()
    interview = talk.interview
    for author, save in ((talk.manager, save_manager_part), (talk.employee, save_employee_part)):
        first = save(interview, given({"training": "甲"}), revision=1, account=author)
        second = save(interview, given({"training": "乙"}), revision=1, account=author)

        assert (first.is_stored, second.is_stored, second.stale) == (True, False, True)
    db.session.refresh(interview)
    assert interview.manager_part == {"training": "甲"}
