"""Put the ready questionnaires into the tables."""

from sqlalchemy import select

from app.db import db
from app.questionnaires import packs
from app.questionnaires.models import Competency, Item, Questionnaire


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
        competencies=[
            _competency(pack, competency, position)
            for position, competency in enumerate(pack.competencies, start=1)
        ],
    )
    db.session.add(row)
    db.session.flush()
    return row


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
                audience=item.audience.value,
                text_zh=item.text_zh,
                text_en=item.text_en,
                weight=item.weight,
                reverse=item.reverse,
            )
            for number, item in enumerate(pack.items, start=1)
            if item.competency == source.code
        ],
    )
