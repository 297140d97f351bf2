"""What ratings are computed from, read for many people of a round at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.cycles.models import Participant
from app.db import db
from app.feedback.models import Submission
from app.kpi.models import KpiLine
from app.people.models import Person
from app.questionnaires.models import Competency, Questionnaire
from app.ratings.inputs import Answered, CommentBox, Form
from app.ratings.sheet import FormCompetency, FormItem, SheetLine
from app.schemes.models import Scheme


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A participant about to be rated."""

    participant_id: int
    person_id: int
    scheme_id: int
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemeFacts:
    definition: Mapping[str, Any]
    form: Form


def list_subjects(cycle_id: int) -> list[Subject]:
    rows = db.session.execute(
        select(Participant.id, Participant.person_id, Participant.scheme_id, Person.name)
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.cycle_id == cycle_id)
        .order_by(Participant.id)
    )
    return [
        Subject(participant_id=row[0], person_id=row[1], scheme_id=row[2], name=row[3])
        for row in rows
    ]


def schemes_of(cycle_id: int) -> dict[int, SchemeFacts]:
    """Every scheme in use, with the questions of its form."""
    used = select(Participant.scheme_id).where(Participant.cycle_id == cycle_id)
    schemes = db.session.scalars(
        select(Scheme)
        .where(Scheme.id.in_(used))
        .options(
            selectinload(Scheme.questionnaire)
            .selectinload(Questionnaire.competencies)
            .selectinload(Competency.items)
        )
    )
    return {
        scheme.id: SchemeFacts(definition=scheme.definition, form=_form(scheme.questionnaire))
        for scheme in schemes
    }


def _form(questionnaire: Questionnaire) -> Form:
    return Form(
        competencies=tuple(_competency(row) for row in questionnaire.competencies),
        boxes=tuple(
            CommentBox(
                code=box["code"], audience=box["audience"], name_zh=box["zh"], name_en=box["en"]
            )
            for box in questionnaire.comment_boxes
        ),
    )


def _competency(row: Competency) -> FormCompetency:
    return FormCompetency(
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        items=tuple(
            FormItem(
                code=item.code,
                groups=item.groups,
                text_zh=item.text_zh,
                text_en=item.text_en,
                weight=item.weight,
                reverse=item.reverse,
                critical=item.critical,
            )
            for item in row.items
        ),
    )


def sheets_of(subjects: Sequence[Subject]) -> dict[int, list[SheetLine]]:
    """Their KPI sheets by person, in the order of the sheet."""
    lines = db.session.execute(
        select(
            KpiLine.person_id,
            KpiLine.dimension,
            KpiLine.name,
            KpiLine.weight,
            KpiLine.method,
            KpiLine.parameters,
            KpiLine.status,
            KpiLine.target,
            KpiLine.actual,
            KpiLine.source,
            KpiLine.evidence,
        )
        .join(Participant, Participant.person_id == KpiLine.person_id)
        .where(Participant.id.in_([subject.participant_id for subject in subjects]))
        .order_by(KpiLine.person_id, KpiLine.position, KpiLine.id)
    )
    sheets: dict[int, list[SheetLine]] = defaultdict(list)
    for line in lines:
        sheets[line.person_id].append(
            SheetLine(
                dimension=line.dimension,
                name=line.name,
                weight=str(line.weight),
                method=line.method,
                parameters=line.parameters,
                status=str(line.status),
                target=line.target,
                actual=line.actual,
                source=line.source,
                evidence=line.evidence,
            )
        )
    return sheets


def answers_of(subjects: Sequence[Subject]) -> dict[int, list[Answered]]:
    """The forms submitted about them, by participant."""
    rows = db.session.execute(
        select(
            Submission.participant_id,
            Submission.id,
            Submission.rater_group,
            Submission.answers,
            Submission.comments,
        ).where(Submission.participant_id.in_([subject.participant_id for subject in subjects]))
    )
    forms: dict[int, list[Answered]] = defaultdict(list)
    for row in rows:
        forms[row.participant_id].append(
            Answered(
                id=row.id,
                group=str(row.rater_group),
                answers=row.answers,
                comments=row.comments,
            )
        )
    return forms
