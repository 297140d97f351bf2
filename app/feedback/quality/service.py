"""The signs of a round, counted in its close, when a rater's forms are known for the last time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select

from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.models import FeedbackRequest, Submission
from app.feedback.quality.models import QualityCount
from app.feedback.quality.rules import SIGNS, SignCount, counts_to_keep
from app.people.groups import RaterGroup
from app.questionnaires.models import Competency, Item, Questionnaire
from app.schemes.models import Scheme
from app.scoring.scales import Scale
from app.scoring.statistics.raters.cycle import CycleForm, flags_of_cycle
from app.scoring.statistics.raters.quality import RaterFlag
from app.scoring.statistics.raters.straight_lining import RawAnswer

Ends = tuple[int, int]  # the lowest and the highest level of a scale


@dataclass(frozen=True, kw_only=True, slots=True)
class _Paper:
    """The items of a questionnaire in the order of the page: (code, competency, reversed)."""

    ends: Ends
    items: tuple[tuple[str, str, bool], ...]


def keep_counts(cycle: Cycle) -> None:
    """Store the counts of a round whose answers still know their requests.

    In an anonymous round they never did, so there is nothing to judge a rater by.
    """
    if cycle.mode == "anonymous":
        return
    flags: dict[str, set[RaterFlag]] = {}
    for ends, forms in _forms_by_scale(cycle.id).items():
        scale = Scale(lowest=Fraction(ends[0]), highest=Fraction(ends[1]), anchors={})
        for rater, signs in flags_of_cycle(forms, scale).items():
            flags[rater] = flags.get(rater, set()) | signs
    for count in counts_to_keep(flags, k=cycle.k_min):
        db.session.add(
            QualityCount(
                cycle_id=cycle.id,
                sign=count.sign,
                band=count.band,
                flagged=count.flagged,
                judged=count.judged,
            )
        )


def list_counts(cycle_id: int) -> list[SignCount]:
    """The counts that the close has kept, always in the same order; none where it kept none."""
    rows = db.session.scalars(select(QualityCount).where(QualityCount.cycle_id == cycle_id))
    counts = [
        SignCount(sign=row.sign, band=row.band, flagged=row.flagged, judged=row.judged)
        for row in rows
    ]
    return sorted(counts, key=lambda count: SIGNS.index(count.sign))


def _forms_by_scale(cycle_id: int) -> dict[Ends, list[CycleForm]]:
    papers = _papers(cycle_id)
    forms: defaultdict[Ends, list[CycleForm]] = defaultdict(list)
    for row in db.session.execute(
        select(
            FeedbackRequest.reviewer_id,
            Submission.participant_id,
            Submission.rater_group,
            Submission.answers,
            Scheme.questionnaire_id,
        )
        .join(FeedbackRequest, FeedbackRequest.id == Submission.request_id)
        .join(Participant, Participant.id == Submission.participant_id)
        .join(Scheme, Scheme.id == Participant.scheme_id)
        .where(Participant.cycle_id == cycle_id, Submission.rater_group != RaterGroup.SELF)
    ):
        paper = papers[row.questionnaire_id]
        forms[paper.ends].append(_form(row, paper))
    return forms


def _form(row: Row[Any], paper: _Paper) -> CycleForm:
    """A form is the items that were asked, so different forms of one paper are not compared."""
    asked = [item for item in paper.items if item[0] in row.answers]
    return CycleForm(
        rater=str(row.reviewer_id),
        target=str(row.participant_id),
        group=row.rater_group,
        questionnaire=f"{row.questionnaire_id}:{' '.join(code for code, *_rest in asked)}",
        answers=tuple(_answer(row.answers[code], turned) for code, _name, turned in asked),
        competencies=tuple(name for _code, name, _turned in asked),
    )


def _answer(level: int | None, is_reversed: bool) -> RawAnswer:
    value = None if level is None else Fraction(level)
    return RawAnswer(value=value, is_reversed=is_reversed)


def _papers(cycle_id: int) -> dict[int, _Paper]:
    in_use = (
        select(Scheme.questionnaire_id)
        .join(Participant, Participant.scheme_id == Scheme.id)
        .where(Participant.cycle_id == cycle_id)
    )
    rows: Sequence[Row[Any]] = db.session.execute(
        select(
            Questionnaire.id,
            Questionnaire.scale,
            Competency.code.label("competency"),
            Item.code,
            Item.reverse,
        )
        .join(Competency, Competency.questionnaire_id == Questionnaire.id)
        .join(Item, Item.competency_id == Competency.id)
        .where(Questionnaire.id.in_(in_use))
        .order_by(Questionnaire.id, Competency.position, Item.position)
    ).all()
    return dict(_read(rows))


def _read(rows: Sequence[Row[Any]]) -> Iterator[tuple[int, _Paper]]:
    for questionnaire_id, group in groupby(rows, key=lambda row: row.id):
        lines = list(group)
        levels = [int(level["value"]) for level in lines[0].scale]
        items = tuple((line.code, line.competency, line.reverse) for line in lines)
        yield questionnaire_id, _Paper(ends=(min(levels), max(levels)), items=items)
