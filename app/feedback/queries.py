"""Named SELECTs of the reviewer's side; their number never depends on what the tables hold."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select
from sqlalchemy.orm import aliased, joinedload

from app.db import db
from app.driver import DriverSelect
from app.feedback.callers import Caller
from app.feedback.models import FeedbackRequest, RequestState, Reviewer
from app.feedback.models import Submission as SubmissionRow
from app.people.groups import RaterGroup
from app.people.models import Person
from app.questionnaires.models import Competency, Item, Questionnaire
from app.questionnaires.rules import asked_groups
from app.schemes.models import Scheme

IDS_PER_SELECT = 5_000

# Written once: putting a statement together takes longer than SQLite takes to answer it.
_MINE = aliased(FeedbackRequest)
# Written out: as long as all states are equal, PostgreSQL takes it that an unknown one is theirs,
# expects next to no rows, and walks through the table once for each of them.
_DECLINED: ColumnElement[str] = literal_column(f"'{RequestState.DECLINED}'")
_OTHERS_ASKED = DriverSelect(
    select(FeedbackRequest.participant_id, FeedbackRequest.rater_group, func.count())
    .join(_MINE, _MINE.participant_id == FeedbackRequest.participant_id)
    .where(
        _MINE.reviewer_id == bindparam("reviewer_id"),
        FeedbackRequest.reviewer_id != bindparam("reviewer_id"),
        FeedbackRequest.state != _DECLINED,
    )
    .group_by(FeedbackRequest.participant_id, FeedbackRequest.rater_group)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SubmissionRecord:
    """A submitted form without anything that leads to who wrote it."""

    participant_id: int
    rater_group: RaterGroup
    answers: Mapping[str, int | None]  # item code → level, None for "not observed"
    comments: Mapping[str, str]  # box code → text


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


def count_items(scheme_ids: Collection[int]) -> dict[tuple[int, RaterGroup], int]:
    """(scheme, rater group) → number of items on its form."""
    rows = db.session.execute(
        select(Scheme.id, Item.asked, func.count())
        .join(Competency, Competency.questionnaire_id == Scheme.questionnaire_id)
        .join(Item, Item.competency_id == Competency.id)
        .where(Scheme.id.in_(set(scheme_ids)))
        .group_by(Scheme.id, Item.asked)
    )
    counts: Counter[tuple[int, RaterGroup]] = Counter()
    for scheme_id, asked, count in rows:
        counts.update({(scheme_id, group): count for group in asked_groups(asked)})
    return counts


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


def count_others_asked(reviewer_id: int) -> dict[int, dict[RaterGroup, int]]:
    """Participant → rater group → how many are asked beside this reviewer and have not declined.

    For all participants whom the reviewer is asked about.
    """
    counts: dict[int, dict[RaterGroup, int]] = {}
    for participant_id, group, number in _OTHERS_ASKED.rows(reviewer_id=reviewer_id):
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
