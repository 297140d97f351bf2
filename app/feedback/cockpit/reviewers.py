"""HR's list of reviewers: filtered, searched, fifty at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import Subquery

from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.cockpit.rules import Filter, Progress, is_due_soon, progress_of
from app.feedback.models import FeedbackRequest, Reviewer
from app.feedback.reminding.queries import forms_of_reviewers, letters_of_reviewers
from app.mail.models import Letter, LetterState
from app.people.groups import PersonKind, RaterGroup
from app.people.models import Department, Person

PAGE = 50
STUCK = (LetterState.FAILED, LetterState.UNCERTAIN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """What HR asked the list for. `after` is the last reviewer of the page before."""

    filter: Filter = Filter.ALL
    name: str = ""
    department_id: int | None = None  # of the people reviewed
    group: RaterGroup | None = None
    after: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewerLine:
    id: int
    name: str
    place: str
    is_customer: bool
    submitted: int
    asked: int
    progress: Progress
    reminders: int
    last_sent_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewerPage:
    lines: list[ReviewerLine]
    next_after: int | None


def list_reviewers(cycle: Cycle, search: Search, *, now: datetime) -> ReviewerPage:
    """One page of reviewers by name; the next begins after its last line."""
    rows = db.session.execute(_page_of(cycle, search, now)).all()
    lines = [_line(row) for row in rows[:PAGE]]
    return ReviewerPage(lines=lines, next_after=lines[-1].id if len(rows) > PAGE else None)


def _page_of(cycle: Cycle, search: Search, now: datetime) -> Select[*tuple[Any, ...]]:
    forms = forms_of_reviewers(cycle.id).subquery()
    letters = letters_of_reviewers(cycle.id).subquery()
    return (
        select(
            Reviewer.id,
            Reviewer.cut_off,
            Person.name,
            Person.kind,
            Person.company,
            Department.name.label("department"),
            forms.c.open_forms,
            forms.c.submitted_forms,
            forms.c.all_forms,
            letters.c.reminders,
            Letter.state,
            Letter.sent_at,
        )
        .join(Person, Person.id == Reviewer.person_id)
        .join(forms, forms.c.reviewer_id == Reviewer.id)
        .outerjoin(Department, Department.id == Person.department_id)
        .outerjoin(letters, letters.c.reviewer_id == Reviewer.id)
        .outerjoin(Letter, Letter.id == letters.c.last_id)
        .where(
            Reviewer.cycle_id == cycle.id,
            _chosen_by(search.filter, forms, is_late=is_due_soon(cycle.closes_at, now)),
            *_narrowed(search),
            *_behind(search.after),
        )
        .order_by(Person.name, Reviewer.id)
        .limit(PAGE + 1)
    )


def _line(row: Row[*tuple[Any, ...]]) -> ReviewerLine:
    return ReviewerLine(
        id=row.id,
        name=row.name,
        place=row.department or row.company,
        is_customer=row.kind is PersonKind.CUSTOMER,
        submitted=row.submitted_forms,
        asked=row.all_forms,
        progress=progress_of(
            open_forms=row.open_forms,
            submitted_forms=row.submitted_forms,
            is_cut_off=row.cut_off and row.submitted_forms < row.all_forms,
            last_letter=row.state,
        ),
        reminders=row.reminders or 0,
        last_sent_at=row.sent_at,
    )


def _chosen_by(chosen: Filter, forms: Subquery, *, is_late: bool) -> ColumnElement[bool]:
    is_open = forms.c.open_forms > 0
    has_sent = forms.c.submitted_forms > 0
    conditions: dict[Filter, ColumnElement[bool]] = {
        Filter.ALL: true(),
        Filter.OPEN: is_open,
        Filter.LATE: is_open if is_late else false(),
        Filter.NONE_SUBMITTED: and_(is_open, ~has_sent),
        Filter.SOME_SUBMITTED: and_(is_open, has_sent),
        Filter.UNDELIVERED: and_(is_open, Letter.state.in_(STUCK)),
        Filter.CUT_OFF: and_(Reviewer.cut_off, forms.c.submitted_forms < forms.c.all_forms),
        Filter.DECLINED: and_(~is_open, forms.c.submitted_forms == 0),
        Filter.DONE: and_(~is_open, forms.c.submitted_forms > 0),
    }
    return conditions[chosen]


def _narrowed(search: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if search.name.strip():
        found.append(Person.name.icontains(search.name.strip(), autoescape=True))
    if search.department_id is not None or search.group is not None:
        found.append(_asked_about(search.department_id, search.group))
    return found


def _asked_about(department_id: int | None, group: RaterGroup | None) -> ColumnElement[bool]:
    """Whether a reviewer has a form about somebody of a department, as one of a group."""
    subject = select(Person.department_id.label("department_id"), Participant.id).join(
        Participant, Participant.person_id == Person.id
    )
    subjects = subject.subquery()
    asked = (
        select(FeedbackRequest.id)
        .join(subjects, subjects.c.id == FeedbackRequest.participant_id)
        .where(FeedbackRequest.reviewer_id == Reviewer.id)
    )
    if department_id is not None:
        asked = asked.where(subjects.c.department_id == department_id)
    if group is not None:
        asked = asked.where(FeedbackRequest.rater_group == group)
    return exists(asked)


def _behind(after: int | None) -> list[ColumnElement[bool]]:
    """The place in the list behind a reviewer: by name, then by id."""
    if after is None:
        return []
    own = aliased(Person)
    name = (
        select(own.name)
        .join(Reviewer, Reviewer.person_id == own.id)
        .where(Reviewer.id == after)
        .correlate(None)
        .scalar_subquery()
    )
    return [or_(Person.name > name, and_(Person.name == name, Reviewer.id > after))]
