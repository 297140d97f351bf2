"""Named SELECTs of the reviewer's side; their number never depends on what the tables hold."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from app.cycles.models import Cycle, Participant
from app.db import db, run_plain
from app.feedback.callers import Caller
from app.feedback.models import DeclineReason, Draft, FeedbackRequest, RequestState, Reviewer
from app.feedback.models import Submission as SubmissionRow
from app.feedback.rules import place_in_list
from app.people.groups import RaterGroup
from app.people.models import Department, Person
from app.questionnaires.models import Competency, Item, Questionnaire
from app.schemes.models import Scheme

IDS_PER_SELECT = 5_000

# Written once: putting a statement together takes longer than SQLite takes to answer it.
_ASKED = (
    select(
        FeedbackRequest.id,
        FeedbackRequest.participant_id,
        Participant.scheme_id,
        Scheme.questionnaire_id,
        Person.name,
        func.coalesce(Department.name, "").label("department"),
        Person.job,
        FeedbackRequest.rater_group.label("group"),
        FeedbackRequest.state,
        FeedbackRequest.reopened,
        FeedbackRequest.decline_reason,
        Draft.touched_at,
    )
    .join(Participant, FeedbackRequest.participant_id == Participant.id)
    .join(Scheme, Participant.scheme_id == Scheme.id)
    .join(Person, Participant.person_id == Person.id)
    .outerjoin(Department, Person.department_id == Department.id)
    .outerjoin(Draft, Draft.request_id == FeedbackRequest.id)
    .where(FeedbackRequest.reviewer_id == bindparam("reviewer_id"))
)
_OTHERS_ASKED = (
    select(FeedbackRequest.participant_id, FeedbackRequest.rater_group, func.count())
    .where(
        FeedbackRequest.participant_id.in_(bindparam("participant_ids", expanding=True)),
        FeedbackRequest.reviewer_id != bindparam("reviewer_id"),
        FeedbackRequest.state != RequestState.DECLINED,
    )
    .group_by(FeedbackRequest.participant_id, FeedbackRequest.rater_group)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One request of a reviewer, as the list shows it. `number` counts from 1 down the list."""

    number: int
    id: int
    participant_id: int
    scheme_id: int
    questionnaire_id: int
    name: str
    department: str
    job: str
    group: RaterGroup
    state: RequestState
    decline_reason: DeclineReason | None
    touched_at: datetime | None  # when its draft was last saved
    reopened: bool = False  # submitted, and being filled in anew

    @property
    def is_open(self) -> bool:
        return self.reopened or self.state in {RequestState.OPEN, RequestState.STARTED}

    @property
    def is_sent(self) -> bool:
        return self.state is RequestState.SUBMITTED and not self.reopened


@dataclass(frozen=True, kw_only=True, slots=True)
class SubmissionRecord:
    """A submitted form without anything that leads to who wrote it."""

    participant_id: int
    rater_group: RaterGroup
    answers: Mapping[str, int | None]  # item code → level, None for "not observed"
    comments: Mapping[str, str]  # box code → text


def list_asked(reviewer_id: int) -> list[Asked]:
    """All requests of a reviewer, in the order that is theirs alone."""
    rows = run_plain(_ASKED, reviewer_id=reviewer_id).all()
    ordered = sorted(rows, key=lambda row: place_in_list(reviewer_id, row.id, row.group))
    return [Asked(number=number, **row._mapping) for number, row in enumerate(ordered, start=1)]


def get_forms(scheme_ids: Collection[int]) -> dict[int, Scheme]:
    """Schemes with their questionnaires, competencies and items."""
    schemes = db.session.scalars(
        select(Scheme)
        .where(Scheme.id.in_(set(scheme_ids)))
        .options(
            joinedload(Scheme.questionnaire)
            .selectinload(Questionnaire.competencies)
            .selectinload(Competency.items)
        )
    )
    return {scheme.id: scheme for scheme in schemes}


def list_definitions(scheme_ids: Collection[int]) -> dict[int, Mapping[str, Any]]:
    """Scheme → its definition, for the notice."""
    rows = db.session.execute(
        select(Scheme.id, Scheme.definition).where(Scheme.id.in_(set(scheme_ids)))
    )
    return {row.id: row.definition for row in rows}


def count_items(scheme_ids: Collection[int]) -> dict[tuple[int, str], int]:
    """(scheme, audience) → number of items on its form."""
    rows = db.session.execute(
        select(Scheme.id, Item.audience, func.count())
        .join(Competency, Competency.questionnaire_id == Scheme.questionnaire_id)
        .join(Item, Item.competency_id == Competency.id)
        .where(Scheme.id.in_(set(scheme_ids)))
        .group_by(Scheme.id, Item.audience)
    )
    return {(scheme_id, audience): count for scheme_id, audience, count in rows}


def list_alone_in_company(reviewer: Caller, participant_ids: Collection[int]) -> set[int]:
    """Those participants whom nobody else of the reviewer's company is asked about."""
    with_others = db.session.scalars(
        select(FeedbackRequest.participant_id)
        .join(Reviewer, FeedbackRequest.reviewer_id == Reviewer.id)
        .join(Person, Reviewer.person_id == Person.id)
        .where(
            FeedbackRequest.participant_id.in_(set(participant_ids)),
            FeedbackRequest.rater_group == RaterGroup.CUSTOMER,
            Person.company == reviewer.company,
            Reviewer.id != reviewer.id,
        )
    )
    return set(participant_ids) - set(with_others)


def count_others_asked(
    reviewer_id: int, participant_ids: Collection[int]
) -> dict[int, dict[RaterGroup, int]]:
    """Participant → rater group → how many beside this reviewer are asked and have not declined."""
    ids = list(set(participant_ids))
    rows = run_plain(_OTHERS_ASKED, participant_ids=ids, reviewer_id=reviewer_id)
    counts: dict[int, dict[RaterGroup, int]] = {}
    for participant_id, group, number in rows:
        counts.setdefault(participant_id, {})[group] = number
    return counts


def list_submissions(participant_ids: Collection[int]) -> Sequence[SubmissionRecord]:
    """All submitted forms about these participants, by their random key: an order that is always
    the same and tells neither who nor when."""
    ids = sorted(set(participant_ids))
    found: list[SubmissionRow] = []
    for start in range(0, len(ids), IDS_PER_SELECT):
        part = ids[start : start + IDS_PER_SELECT]
        found += db.session.scalars(
            select(SubmissionRow).where(SubmissionRow.participant_id.in_(part))
        )
    return [
        SubmissionRecord(
            participant_id=row.participant_id,
            rater_group=row.rater_group,
            answers=row.answers,
            comments=row.comments,
        )
        for row in sorted(found, key=lambda row: row.id)
    ]


def list_submissions_of_cycle(cycle: Cycle) -> Sequence[SubmissionRecord]:
    """The same for a whole round."""
    ids = db.session.scalars(select(Participant.id).where(Participant.cycle_id == cycle.id))
    return list_submissions(list(ids))
