"""Records by who asks for them, and rows for the lists. Finding one is being allowed to see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.cycles.models import Cycle, Participant
from app.cycles.rules import WorkCalendar
from app.cycles.workdays.queries import calendars_of
from app.db import db
from app.interviews.models import Interview, RecordVersion
from app.interviews.rules import LONGEST_WAIT, Progress, RecordState, is_overdue, state_of
from app.people.models import Department, Person
from app.ratings.models import Rating
from app.ratings.queries import find_newest
from app.ratings.reading import shown_result
from app.ratings.shown import ShownResult


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordRow:
    """One record in a list."""

    participant_id: int
    number: str
    name: str
    job: str
    department: str
    interviewer: str
    cycle: str
    state: RecordState
    overdue: bool
    held_on: date | None
    version: int
    decision: str | None


def find_for_manager(participant_id: int, account_id: int) -> Interview | None:
    """The record, if this account is the interviewer's or the manager's of that round."""
    person_id = _person_id(account_id)
    theirs = or_(Interview.interviewer_id == person_id, Participant.manager_id == person_id)
    return _find(participant_id, theirs)


def find_team_member(participant_id: int, account_id: int) -> Person | None:
    """Whom this account's person manages in a round, whether or not there is a record yet."""
    return db.session.scalar(
        select(Person)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.id == participant_id, Participant.manager_id == _person_id(account_id))
    )


def find_for_employee(participant_id: int, account_id: int) -> Interview | None:
    """The record, if it is about the person behind this account."""
    return _find(participant_id, Participant.person_id == _person_id(account_id))


def find_for_hr(participant_id: int) -> Interview | None:
    """The record of anybody; the caller has seen to it that HR asks."""
    return _find(participant_id, Interview.id.is_not(None))


def _person_id(account_id: int) -> Any:
    return select(Person.id).where(Person.account_id == account_id).scalar_subquery()


def _find(participant_id: int, allowed: ColumnElement[bool]) -> Interview | None:
    participant = joinedload(Interview.participant)
    return db.session.scalar(
        select(Interview)
        .join(Participant, Participant.id == Interview.participant_id)
        .where(Interview.participant_id == participant_id, allowed)
        .options(
            participant.joinedload(Participant.person).joinedload(Person.department),
            participant.joinedload(Participant.cycle),
            joinedload(Interview.interviewer),
        )
    )


def get_result(participant_id: int, language: str) -> ShownResult:
    """What the newest rating shows; a record exists only for somebody who was rated."""
    rating = find_newest(participant_id)
    if rating is None:
        raise LookupError(f"participant {participant_id} has a record but no rating")
    return shown_result(rating.result, language)


def list_versions(interview_id: int) -> Sequence[RecordVersion]:
    """Every frozen version, the newest first."""
    return db.session.scalars(
        select(RecordVersion)
        .where(RecordVersion.interview_id == interview_id)
        .options(joinedload(RecordVersion.hr_signed_by))
        .order_by(RecordVersion.version.desc())
    ).all()


def find_version(interview_id: int, number: int | None) -> RecordVersion | None:
    """A frozen version by its number; the newest for None."""
    wanted = select(RecordVersion).where(RecordVersion.interview_id == interview_id)
    if number is not None:
        wanted = wanted.where(RecordVersion.version == number)
    return db.session.scalar(wanted.order_by(RecordVersion.version.desc()).limit(1))


def progress_of(interview: Interview, version: RecordVersion | None) -> Progress:
    """The facts from which the state follows; `version` is the newest."""
    return Progress(
        has_draft=bool(interview.manager_part),
        shared_at=interview.shared_at,
        is_reopened=bool(interview.reopened_for),
        frozen_at=version.frozen_at if version else None,
        employee_signed_at=version.employee_signed_at if version else None,
        manager_signed_at=version.manager_signed_at if version else None,
        hr_signed_at=version.hr_signed_at if version else None,
    )


def list_for_employee(account_id: int, now: datetime) -> list[RecordRow]:
    return _list(Participant.person_id == _person_id(account_id), now)


def list_for_hr(now: datetime, cycle_id: int | None = None) -> list[RecordRow]:
    """All records of a round, or of every round; overdue ones first."""
    wanted = Interview.id.is_not(None) if cycle_id is None else Participant.cycle_id == cycle_id
    return sorted(_list(wanted, now), key=lambda row: not row.overdue)


def _list(wanted: ColumnElement[bool], now: datetime) -> list[RecordRow]:
    columns = _columns()
    rows = db.session.execute(
        _rows(columns)
        .where(wanted)
        .order_by(Cycle.id.desc(), Department.name, Person.name, Interview.id)
    )
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    zones = {row["time_zone"] for row in found}
    today = now.date()
    calendars = calendars_of(zones, today - LONGEST_WAIT, today + timedelta(days=1))
    return [_record_row(row, now, calendars[row["time_zone"]]) for row in found]


INTERVIEWER = aliased(Person)


def _columns() -> dict[str, Any]:
    return {
        "participant_id": Interview.participant_id,
        "number": Interview.number,
        "held_on": Interview.held_on,
        "shared_at": Interview.shared_at,
        "reopened_for": Interview.reopened_for,
        "manager_revision": Interview.manager_revision,
        "name": Person.name,
        "job": Person.job,
        "time_zone": Person.time_zone,
        "department": Department.name,
        "interviewer": INTERVIEWER.name,
        "cycle": Cycle.name,
        "interviews_at": Cycle.interviews_at,
        "version": RecordVersion.version,
        "decision": RecordVersion.decision,
        "frozen_at": RecordVersion.frozen_at,
        "employee_signed_at": RecordVersion.employee_signed_at,
        "manager_signed_at": RecordVersion.manager_signed_at,
        "hr_signed_at": RecordVersion.hr_signed_at,
    }


def _rows(columns: Mapping[str, Any]) -> Select[Any]:
    newest = aliased(RecordVersion)
    last = select(func.max(newest.version)).where(newest.interview_id == Interview.id)
    return (
        select(*columns.values())
        .select_from(Interview)
        .join(Participant, Participant.id == Interview.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .join(Cycle, Cycle.id == Participant.cycle_id)
        .join(INTERVIEWER, INTERVIEWER.id == Interview.interviewer_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .outerjoin(
            RecordVersion,
            (RecordVersion.interview_id == Interview.id)
            & (RecordVersion.version == last.scalar_subquery()),
        )
    )


def _record_row(row: Mapping[str, Any], now: datetime, calendar: WorkCalendar) -> RecordRow:
    signed = ("employee_signed_at", "manager_signed_at", "hr_signed_at")
    state = state_of(
        Progress(
            has_draft=row["manager_revision"] > 1,
            shared_at=row["shared_at"],
            is_reopened=bool(row["reopened_for"]),
            frozen_at=row["frozen_at"],
            **{name: row[name] for name in signed},
        )
    )
    overdue = is_overdue(
        state,
        opened_at=row["interviews_at"],
        frozen_at=row["frozen_at"],
        now=now,
        zone=row["time_zone"],
        calendar=calendar,
    )
    plain = ("participant_id", "number", "name", "job", "interviewer", "cycle", "held_on")
    return RecordRow(
        **{name: row[name] for name in plain},
        department=row["department"] or "",
        state=state,
        overdue=overdue,
        version=row["version"] or 0,
        decision=row["decision"],
    )


def list_released_cycles() -> Sequence[Cycle]:
    """The rounds whose interviews may be opened, or are; the newest first."""
    return db.session.scalars(
        select(Cycle).where(Cycle.released_at.is_not(None)).order_by(Cycle.id.desc())
    ).all()


def rated_participants(cycle_id: int) -> Sequence[tuple[int, int]]:
    """Participant and manager of everybody with a finished rating and no record yet."""
    rated = select(Rating.participant_id).where(Rating.status != "pending")
    open_already = select(Interview.participant_id)
    rows = db.session.execute(
        select(Participant.id, Participant.manager_id)
        .join(Person, Person.id == Participant.person_id)
        .where(
            Participant.cycle_id == cycle_id,
            Participant.manager_id.is_not(None),
            Participant.id.in_(rated),
            Participant.id.not_in(open_already),
        )
        .order_by(Person.staff_number, Participant.id)
    )
    return [(row.id, row.manager_id) for row in rows]


def last_number(year: int) -> int:
    """The highest record number given in that year, 0 for none."""
    start = f"PR-{year}-"
    last = db.session.scalar(
        select(func.max(Interview.number)).where(Interview.number.startswith(start))
    )
    return int(last.removeprefix(start)) if last else 0
