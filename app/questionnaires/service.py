"""Put the ready questionnaires into the tables, and keep their versions."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, update

from app.audit.service import record
from app.clock import now
from app.db import db
from app.questionnaires import packs
from app.questionnaires.models import Competency, Item, Questionnaire
from app.questionnaires.queries import find_draft
from app.questionnaires.rules import asked_text, groups_of


def install_questionnaire(pack: packs.Questionnaire) -> Questionnaire:
    """The row of this pack's version; made on the first call, left alone afterwards."""
    kept = find_questionnaire(pack.code, pack.version)
    if kept is not None:
        return kept
    row = Questionnaire(
        code=pack.code,
        version=pack.version,
        name_zh=pack.name_zh,
        name_en=pack.name_en,
        scale=pack.scale_rows(),
        comment_boxes=pack.comment_rows(),
        published_at=now(),
        competencies=[
            _competency(pack, competency, position)
            for position, competency in enumerate(pack.competencies, start=1)
        ],
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_new_version(source: Questionnaire, *, account_id: int | None = None) -> Questionnaire:
    """A draft that begins as a copy of this version; the draft that is there, if there is one.

    Codes are copied too: an item that stays is the same item in every version.
    """
    versions = select(Questionnaire.id).where(Questionnaire.code == source.code)
    db.session.execute(versions.with_for_update())  # two presses at once make one draft
    kept = find_draft(source.code)
    if kept is not None:
        return kept
    newest = select(func.max(Questionnaire.version)).where(Questionnaire.code == source.code)
    draft = Questionnaire(
        code=source.code,
        version=(db.session.scalar(newest) or 0) + 1,
        name_zh=source.name_zh,
        name_en=source.name_en,
        scale=source.scale,
        comment_boxes=source.comment_boxes,
        competencies=copied_competencies(source),
    )
    db.session.add(draft)
    db.session.flush()
    record(
        "questionnaire.version_made",
        f"questionnaire:{draft.id}",
        account_id=account_id,
        detail=f"{draft.code} {draft.version}, from version {source.version}",
    )
    return draft


def freeze(questionnaire_ids: Collection[int], moment: datetime) -> None:
    """Note that a round with these questionnaires has been launched; the first such moment stays.

    To be called by whoever launches the round, in the same transaction.
    """
    db.session.execute(
        update(Questionnaire)
        .where(Questionnaire.id.in_(questionnaire_ids), Questionnaire.frozen_at.is_(None))
        .values(frozen_at=moment)
        .execution_options(synchronize_session=False)
    )


def find_questionnaire(code: str, version: int) -> Questionnaire | None:
    return db.session.scalar(
        select(Questionnaire).where(Questionnaire.code == code, Questionnaire.version == version)
    )


def _competency(pack: packs.Questionnaire, source: packs.Competency, position: int) -> Competency:
    return Competency(
        code=source.code,
        position=position,
        name_zh=source.name_zh,
        name_en=source.name_en,
        items=[
            Item(
                code=item.code,
                position=number,
                asked=asked_text(groups_of(item.audience)),
                text_zh=item.text_zh,
                text_en=item.text_en,
                weight=item.weight,
                reverse=item.reverse,
                critical=item.critical,
            )
            for number, item in enumerate(pack.items, start=1)
            if item.competency == source.code
        ],
    )


def copied_competencies(source: Questionnaire) -> list[Competency]:
    """All competencies of a version with their items, as new rows."""
    return [_copy_of(competency) for competency in source.competencies]


def _copy_of(source: Competency) -> Competency:
    return Competency(
        code=source.code,
        position=source.position,
        name_zh=source.name_zh,
        name_en=source.name_en,
        items=[
            Item(
                code=item.code,
                position=item.position,
                asked=item.asked,
                text_zh=item.text_zh,
                text_en=item.text_en,
                weight=item.weight,
                reverse=item.reverse,
                critical=item.critical,
            )
            for item in source.items
        ],
    )
