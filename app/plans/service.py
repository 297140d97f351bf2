"""Plans begin when a record is frozen, and grow check-in by check-in. Services flush."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from app.audit.service import record
from app.auth.models import Account
from app.clock import now
from app.db import db
from app.errors import DomainError
from app.interviews.models import Interview, RecordVersion
from app.interviews.parts import PlanRow, plan_rows
from app.interviews.service import changed, freeze_record
from app.plans.models import CheckIn, Goal, GoalStatus
from app.plans.rules import Answers


class CheckInError(DomainError):
    """A check-in that cannot be filled in; the text says why."""


def freeze_record_with_plan(
    interview: Interview, *, account: Account, revision: int, company: str, public_url: str
) -> RecordVersion:
    """Freeze the record, have it printed, tell the employee, and set up its plan: all or nothing.

    A later version brings the plan up to date; check-ins that somebody has filled in stay. Raises
    what `freeze_record` raises.
    """
    version = freeze_record(
        interview, account=account, revision=revision, company=company, public_url=public_url
    )
    _set_up_goals(interview)
    db.session.flush()
    return version


def _set_up_goals(interview: Interview) -> None:
    rows = {row.number: row for row in plan_rows(interview.manager_part)}
    kept = _goals_by_position(interview.id)
    for position, goal in kept.items():
        if position not in rows and not any(one.filled_at for one in goal.check_ins):
            db.session.delete(goal)
    for number, row in rows.items():
        goal = kept.get(number) or Goal(interview_id=interview.id, position=number)
        _write_goal(goal, row, interview)
        db.session.add(goal)


def _goals_by_position(interview_id: int) -> Mapping[int, Goal]:
    goals = db.session.scalars(
        select(Goal).where(Goal.interview_id == interview_id).options(selectinload(Goal.check_ins))
    )
    return {goal.position: goal for goal in goals}


def _write_goal(goal: Goal, row: PlanRow, interview: Interview) -> None:
    owners = {"employee": interview.participant.person_id, "manager": interview.interviewer_id}
    assert row.due is not None  # noqa: S101 - a record without deadlines cannot be frozen
    goal.owner_id = owners[row.owner]
    goal.goal, goal.action, goal.measure = row.goal, row.action, row.measure
    goal.support, goal.due_on = row.support, row.due
    filled = [one for one in goal.check_ins if one.filled_at is not None]
    taken = {one.due_on for one in filled}
    fresh = [CheckIn(due_on=day) for day in row.check_ins if day not in taken]
    goal.check_ins = [*filled, *fresh]


def fill_in(
    check_in: CheckIn, answers: Answers, *, person_id: int | None, account: Account
) -> None:
    """Store a check-in's answers, once. Raises CheckInError when somebody was first."""
    done = changed(
        update(CheckIn)
        .where(CheckIn.id == check_in.id, CheckIn.filled_at.is_(None))
        .values(
            status=GoalStatus(answers.status),
            done=answers.done,
            result=answers.result,
            next_step=answers.next_step,
            filled_at=now(),
            filled_by_id=person_id,
        )
    )
    if not done:
        raise CheckInError(_("This check-in has been filled in already."))
    record("plan.checked_in", f"check_in:{check_in.id}", account_id=account.id)


def answers_of(given: Mapping[str, Any]) -> Answers:
    """The answers of a posted form; what was not sent is empty."""
    texts = {
        name: str(given.get(name, "")).replace("\r\n", "\n").replace("\x00", "").strip()
        for name in ("status", "done", "result", "next_step")
    }
    return Answers(**texts)
