"""All competencies that questionnaires of this installation have, each with where it is used."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.db import db
from app.questionnaires.models import Competency, Questionnaire


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """A questionnaire that has the competency, in the version that new rounds use."""

    questionnaire_id: int
    name_zh: str
    name_en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A competency of the library; the same in several questionnaires is one entry."""

    competency: Competency
    uses: tuple[Use, ...]


def list_entries() -> list[Entry]:
    """Competencies with items, from the newest published version of every questionnaire, by name.

    Drafts are left out: what is in them may not be meant yet.
    """
    newest = (
        select(Questionnaire.code, func.max(Questionnaire.version).label("version"))
        .where(Questionnaire.published_at.is_not(None))
        .group_by(Questionnaire.code)
        .subquery()
    )
    versions = db.session.scalars(
        select(Questionnaire)
        .join(
            newest,
            (Questionnaire.code == newest.c.code) & (Questionnaire.version == newest.c.version),
        )
        .options(selectinload(Questionnaire.competencies).selectinload(Competency.items))
        .order_by(Questionnaire.code)
    ).all()
    return _entries(versions)


def find_published(competency_id: int) -> Competency | None:
    """A competency of any published version, with its items."""
    return db.session.scalar(
        select(Competency)
        .join(Questionnaire, Competency.questionnaire_id == Questionnaire.id)
        .where(Competency.id == competency_id, Questionnaire.published_at.is_not(None))
        .options(selectinload(Competency.items))
    )


def _entries(versions: Sequence[Questionnaire]) -> list[Entry]:
    found: dict[object, tuple[Competency, list[Use]]] = {}
    for version in versions:
        use = Use(questionnaire_id=version.id, name_zh=version.name_zh, name_en=version.name_en)
        for competency in version.competencies:
            if competency.items:
                found.setdefault(content_of(competency), (competency, []))[1].append(use)
    entries = [Entry(competency=one, uses=tuple(uses)) for one, uses in found.values()]
    return sorted(entries, key=lambda entry: (entry.competency.name_en, entry.competency.id))


def content_of(competency: Competency) -> object:
    """Equal for competencies that ask the same of the same people, whatever their codes."""
    items = tuple(
        (item.text_zh, item.text_en, item.asked, item.weight, item.reverse, item.critical)
        for item in competency.items
    )
    return (competency.name_zh, competency.name_en, items)
