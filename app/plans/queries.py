"""Plans by who asks for them. The employee and the manager see the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.cycles.models import Participant
from app.db import db
from app.interviews.models import Interview
from app.people.models import Person
from app.plans.models import CheckIn, Goal, GoalStatus
from app.plans.rules import is_missed


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckInRow:
    id: int
    due_on: date
    status: GoalStatus | None
    done: str
    result: str
    next_step: str
    filled_at: datetime | None
    filled_by: str
    is_missed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class GoalRow:
    """A goal with its check-ins in order; `next_check_in` is the first that is not filled."""

    goal: str
    action: str
    measure: str
    support: str
    owner: str
    is_employees: bool
    due_on: date
    status: GoalStatus | None
    check_ins: Sequence[CheckInRow]

    @property
    def next_check_in(self) -> CheckInRow | None:
        return next((one for one in self.check_ins if one.filled_at is None), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """One person's plan of one round."""

    participant_id: int
    employee: str
    manager: str
    cycle: str
    number: str
    goals: Sequence[GoalRow]


def list_own_plans(account_id: int, today: date) -> list[Plan]:
    """The plans of the person behind the account, of the newest round first."""
    return _list(Participant.person_id == _person_id(account_id), today)


def find_plan_for_manager(participant_id: int, account_id: int, today: date) -> Plan | None:
    """The plan, if this account is the interviewer's or the manager's; without goals if none."""
    wanted = (Interview.participant_id == participant_id) & _is_managers(account_id)
    return next(iter(_list(wanted, today, with_empty=True)), None)


def find_check_in_for_employee(check_in_id: int, account_id: int) -> CheckIn | None:
    return _find_check_in(check_in_id, Participant.person_id == _person_id(account_id))


def find_check_in_for_manager(
    check_in_id: int, participant_id: int, account_id: int
) -> CheckIn | None:
    wanted = (Interview.participant_id == participant_id) & _is_managers(account_id)
    return _find_check_in(check_in_id, wanted)


def find_person_id(account_id: int) -> int | None:
    """Who of the people holds this account."""
    return db.session.scalar(select(Person.id).where(Person.account_id == account_id))


def _person_id(account_id: int) -> Any:
    return select(Person.id).where(Person.account_id == account_id).scalar_subquery()


def _is_managers(account_id: int) -> ColumnElement[bool]:
    person_id = _person_id(account_id)
    return or_(Interview.interviewer_id == person_id, Participant.manager_id == person_id)


def _find_check_in(check_in_id: int, allowed: ColumnElement[bool]) -> CheckIn | None:
    return db.session.scalar(
        select(CheckIn)
        .join(Goal, Goal.id == CheckIn.goal_id)
        .join(Interview, Interview.id == Goal.interview_id)
        .join(Participant, Participant.id == Interview.participant_id)
        .where(CheckIn.id == check_in_id, allowed)
    )


def _list(wanted: ColumnElement[bool], today: date, *, with_empty: bool = False) -> list[Plan]:
    participant = joinedload(Interview.participant)
    interviews = db.session.scalars(
        select(Interview)
        .join(Participant, Participant.id == Interview.participant_id)
        .where(wanted)
        .options(
            participant.joinedload(Participant.person),
            participant.joinedload(Participant.cycle),
            joinedload(Interview.interviewer),
        )
        .order_by(Interview.id.desc())
    ).all()
    goals = _goals([interview.id for interview in interviews], today)
    return [
        _plan(interview, goals[interview.id])
        for interview in interviews
        if goals[interview.id] or with_empty
    ]


def _plan(interview: Interview, goals: Sequence[GoalRow]) -> Plan:
    return Plan(
        participant_id=interview.participant_id,
        employee=interview.participant.person.name,
        manager=interview.interviewer.name,
        cycle=interview.participant.cycle.name,
        number=interview.number,
        goals=goals,
    )


def _goals(interview_ids: Sequence[int], today: date) -> dict[int, list[GoalRow]]:
    rows: dict[int, list[GoalRow]] = {one: [] for one in interview_ids}
    goals = db.session.scalars(
        select(Goal)
        .where(Goal.interview_id.in_(interview_ids))
        .options(
            joinedload(Goal.owner),
            joinedload(Goal.interview).joinedload(Interview.participant),
            selectinload(Goal.check_ins),
        )
        .order_by(Goal.interview_id, Goal.position)
    ).all()
    fillers = {one.filled_by_id for goal in goals for one in goal.check_ins} - {None}
    named = select(Person.id, Person.name).where(Person.id.in_(fillers))
    names = {row.id: row.name for row in db.session.execute(named)} if fillers else {}
    for goal in goals:
        rows[goal.interview_id].append(_goal_row(goal, names, today))
    return rows


def _goal_row(goal: Goal, names: dict[int, str], today: date) -> GoalRow:
    filled = [one for one in goal.check_ins if one.filled_at is not None]
    return GoalRow(
        goal=goal.goal,
        action=goal.action,
        measure=goal.measure,
        support=goal.support,
        owner=goal.owner.name,
        is_employees=goal.owner_id == goal.interview.participant.person_id,
        due_on=goal.due_on,
        status=filled[-1].status if filled else None,
        check_ins=[_check_in_row(one, names, today) for one in goal.check_ins],
    )


def _check_in_row(one: CheckIn, names: dict[int, str], today: date) -> CheckInRow:
    is_filled = one.filled_at is not None
    return CheckInRow(
        id=one.id,
        due_on=one.due_on,
        status=one.status,
        done=one.done,
        result=one.result,
        next_step=one.next_step,
        filled_at=one.filled_at,
        filled_by=names.get(one.filled_by_id or 0, ""),
        is_missed=is_missed(one.due_on, is_filled=is_filled, today=today),
    )
