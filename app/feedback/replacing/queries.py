"""Who is asked about whom while answers are collected: done or not, never what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import aliased, joinedload

from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.launching.rules import MOST_FORMS
from app.feedback.models import DeclineReason, FeedbackRequest, RequestState, Reviewer
from app.mail.models import OptOut
from app.people.groups import RaterGroup
from app.people.models import Department, Person

PAGE = 100
MOST_SUGGESTED = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ParticipantLine:
    """A participant with how many forms about them have come in."""

    id: int
    name: str
    place: str
    submitted: int
    asked: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ParticipantPage:
    lines: list[ParticipantLine]
    number: int
    has_next: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedForm:
    """One form of a round: who is asked about whom, and whether it is done."""

    request_id: int
    reviewer_id: int
    participant_id: int
    reviewer: str
    reviewer_place: str
    participant: str
    participant_place: str
    group: RaterGroup
    state: RequestState
    decline_reason: DeclineReason | None

    @property
    def can_be_given_away(self) -> bool:
        """Nobody else can write somebody's own form, and what has arrived stays."""
        return self.state is not RequestState.SUBMITTED and self.group is not RaterGroup.SELF


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggested:
    """Somebody whom the reporting line or the accounts suggest, with their forms in this round."""

    key: str  # staff number or e-mail
    name: str
    place: str
    forms: int


def list_participants(cycle_id: int, *, name: str, number: int) -> ParticipantPage:
    """A hundred participants whose name fits, by name."""
    number = max(1, number)
    is_submitted = case((FeedbackRequest.state == RequestState.SUBMITTED, 1), else_=0)
    found = (
        select(
            Participant.id,
            Person.name,
            func.coalesce(Department.name, "").label("place"),
            func.coalesce(func.sum(is_submitted), 0).label("submitted"),
            func.count(FeedbackRequest.id).label("asked"),
        )
        .join(Person, Person.id == Participant.person_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .outerjoin(FeedbackRequest, FeedbackRequest.participant_id == Participant.id)
        .where(Participant.cycle_id == cycle_id)
        .group_by(Participant.id, Person.name, Department.name)
        .order_by(Person.name, Participant.id)
        .limit(PAGE + 1)
        .offset((number - 1) * PAGE)
    )
    if name.strip():
        found = found.where(Person.name.icontains(name.strip(), autoescape=True))
    rows = db.session.execute(found).all()
    return ParticipantPage(
        lines=[ParticipantLine(**row._mapping) for row in rows[:PAGE]],
        number=number,
        has_next=len(rows) > PAGE,
    )


def forms_about(participant_id: int) -> list[AskedForm]:
    """Everybody who is asked about a participant, by name."""
    found = _forms().where(FeedbackRequest.participant_id == participant_id)
    return sorted(_read(found), key=lambda form: (form.reviewer, form.request_id))


def forms_of(reviewer_id: int) -> list[AskedForm]:
    """Everybody whom a reviewer is asked about, by name."""
    found = _forms().where(FeedbackRequest.reviewer_id == reviewer_id)
    return sorted(_read(found), key=lambda form: (form.participant, form.request_id))


def find_form(cycle_id: int, request_id: int) -> AskedForm | None:
    """A form of this very round."""
    found = _forms().where(FeedbackRequest.id == request_id, Participant.cycle_id == cycle_id)
    return next(iter(_read(found)), None)


def find_reviewer(cycle_id: int, reviewer_id: int) -> Reviewer | None:
    """A reviewer of this very round, with the person."""
    return db.session.scalar(
        select(Reviewer)
        .where(Reviewer.id == reviewer_id, Reviewer.cycle_id == cycle_id)
        .options(joinedload(Reviewer.person))
    )


def suggest(cycle: Cycle, form: AskedForm) -> list[Suggested]:
    """Others of the same group who are not asked about this participant, the least busy first."""
    subject = db.session.get_one(
        Participant, form.participant_id, options=[joinedload(Participant.person)]
    ).person
    fits = {
        RaterGroup.SUPERVISOR: Person.id == subject.manager_id,
        RaterGroup.PEER: Person.manager_id == subject.manager_id,
        RaterGroup.SUBORDINATE: Person.manager_id == subject.id,
        RaterGroup.CUSTOMER: Person.account_owner_id == subject.id,
    }.get(form.group)
    if fits is None:
        return []
    forms = _forms_by_person(cycle.id).subquery()
    asked = (
        select(Reviewer.person_id)
        .join(FeedbackRequest, FeedbackRequest.reviewer_id == Reviewer.id)
        .where(FeedbackRequest.participant_id == form.participant_id)
    )
    number = func.coalesce(forms.c.forms, 0)
    rows = db.session.execute(
        select(Person, Department.name.label("department"), number.label("forms"))
        .outerjoin(Department, Department.id == Person.department_id)
        .outerjoin(forms, forms.c.person_id == Person.id)
        .outerjoin(OptOut, OptOut.address == Person.email)
        .where(
            fits,
            Person.id != subject.id,
            Person.id.not_in(asked),
            Person.email.is_not(None),
            OptOut.address.is_(None),
            number < MOST_FORMS,
        )
        .order_by(number, Person.name, Person.id)
        .limit(MOST_SUGGESTED)
    )
    return [_suggested(row) for row in rows]


def _suggested(row: Row[Any]) -> Suggested:
    return Suggested(
        key=row.Person.staff_number or row.Person.email,
        name=row.Person.name,
        place=row.department or row.Person.company,
        forms=row.forms,
    )


def is_overloaded(cycle_id: int, person_id: int) -> bool:
    """Whether somebody has as many forms as are given without HR's confirmation."""
    forms = _forms_by_person(cycle_id).where(Reviewer.person_id == person_id).subquery()
    return (db.session.scalar(select(forms.c.forms)) or 0) >= MOST_FORMS


def _forms_by_person(cycle_id: int) -> Select[int, int]:
    """How many forms each reviewer of a round has, without those they declined."""
    return (
        select(Reviewer.person_id, func.count().label("forms"))
        .join(FeedbackRequest, FeedbackRequest.reviewer_id == Reviewer.id)
        .where(
            Reviewer.cycle_id == cycle_id,
            FeedbackRequest.state != RequestState.DECLINED,
        )
        .group_by(Reviewer.person_id)
    )


def _forms() -> Select[*tuple[Any, ...]]:
    rater, subject = aliased(Person), aliased(Person)
    of_rater, of_subject = aliased(Department), aliased(Department)
    return (
        select(
            FeedbackRequest.id.label("request_id"),
            FeedbackRequest.reviewer_id,
            FeedbackRequest.participant_id,
            rater.name.label("reviewer"),
            func.coalesce(of_rater.name, rater.company).label("reviewer_place"),
            subject.name.label("participant"),
            func.coalesce(of_subject.name, subject.company).label("participant_place"),
            FeedbackRequest.rater_group.label("group"),
            FeedbackRequest.state,
            FeedbackRequest.decline_reason,
        )
        .join(Reviewer, Reviewer.id == FeedbackRequest.reviewer_id)
        .join(rater, rater.id == Reviewer.person_id)
        .outerjoin(of_rater, of_rater.id == rater.department_id)
        .join(Participant, Participant.id == FeedbackRequest.participant_id)
        .join(subject, subject.id == Participant.person_id)
        .outerjoin(of_subject, of_subject.id == subject.department_id)
    )


def _read(statement: Select[*tuple[Any, ...]]) -> list[AskedForm]:
    rows: Sequence[Row[*tuple[Any, ...]]] = db.session.execute(statement).all()
    return [AskedForm(**row._mapping) for row in rows]
