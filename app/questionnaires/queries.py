"""Named SELECTs for the pages on questionnaires; their number never depends on the rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.db import db
from app.people.groups import RaterGroup
from app.questionnaires.models import Competency, Item, Questionnaire
from app.questionnaires.rules import (
    FormSize,
    VersionState,
    asked_groups,
    sizes_of_forms,
    state_of,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionLine:
    """A version in the list, with what each rater group is asked."""

    id: int
    code: str
    version: int
    name_zh: str
    name_en: str
    published_at: datetime | None
    frozen_at: datetime | None
    sizes: tuple[FormSize, ...]

    @property
    def state(self) -> VersionState:
        return state_of(self.published_at, self.frozen_at)


def list_newest() -> list[VersionLine]:
    """Of each questionnaire the version that new rounds use and, below it, the next one's draft."""
    shown: dict[tuple[str, bool], VersionLine] = {}
    for row in list_versions():
        shown[(row.code, row.published_at is None)] = row
    return list(shown.values())


def list_versions(code: str | None = None) -> list[VersionLine]:
    """Every version, or those of one questionnaire, the oldest first."""
    counts = _counts(code)
    query = select(
        Questionnaire.id,
        Questionnaire.code,
        Questionnaire.version,
        Questionnaire.name_zh,
        Questionnaire.name_en,
        Questionnaire.published_at,
        Questionnaire.frozen_at,
    ).order_by(Questionnaire.code, Questionnaire.version)
    if code is not None:
        query = query.where(Questionnaire.code == code)
    return [
        VersionLine(
            **row._mapping,
            sizes=sizes_of_forms(counts[row.id]),
        )
        for row in db.session.execute(query)
    ]


def _counts(code: str | None) -> dict[int, Counter[RaterGroup]]:
    """Version → rater group → number of items on its form."""
    query = (
        select(Competency.questionnaire_id, Item.asked, func.count())
        .join(Item, Item.competency_id == Competency.id)
        .group_by(Competency.questionnaire_id, Item.asked)
    )
    if code is not None:
        query = query.join(Questionnaire, Questionnaire.id == Competency.questionnaire_id)
        query = query.where(Questionnaire.code == code)
    counts: dict[int, Counter[RaterGroup]] = defaultdict(Counter)
    for questionnaire_id, asked, count in db.session.execute(query):
        counts[questionnaire_id].update(dict.fromkeys(asked_groups(asked), count))
    return counts


def find_version(questionnaire_id: int) -> Questionnaire | None:
    """A version with its competencies and items."""
    return db.session.scalar(
        select(Questionnaire)
        .where(Questionnaire.id == questionnaire_id)
        .options(selectinload(Questionnaire.competencies).selectinload(Competency.items))
    )


def find_draft(code: str) -> Questionnaire | None:
    """The one version of a questionnaire that can be changed."""
    return db.session.scalar(
        select(Questionnaire).where(
            Questionnaire.code == code, Questionnaire.published_at.is_(None)
        )
    )


def sizes_of(competencies: Iterable[Competency]) -> Sequence[FormSize]:
    """How much each rater group is asked, from items that are loaded already."""
    items = (item for competency in competencies for item in competency.items)
    return sizes_of_forms(Counter(group for item in items for group in item.groups))
