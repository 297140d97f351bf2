"""Take a competency of the library into a draft."""

from app.audit.service import record
from app.db import db
from app.questionnaires.editing.rules import fresh_code
from app.questionnaires.editing.service import (
    competency_codes,
    hold,
    item_codes,
    item_prefix,
)
from app.questionnaires.models import Competency, Item, Questionnaire


def take_into(
    draft: Questionnaire, source: Competency, *, account_id: int | None
) -> tuple[Competency, bool]:
    """The draft's competency with this one's name and items, and whether it was made now.

    A copy: what is changed in the draft changes nothing elsewhere. A second press finds the first
    one's. Raises DraftError for a version that is no draft any more.
    """
    hold(draft)
    for present in draft.competencies:
        if (present.name_zh, present.name_en) == (source.name_zh, source.name_en):
            return present, False
    code = fresh_code("C", competency_codes(draft.code))
    made = Competency(
        code=code,
        position=max((row.position for row in draft.competencies), default=0) + 1,
        name_zh=source.name_zh,
        name_en=source.name_en,
        items=_copies(draft, source, code),
    )
    draft.revision = Questionnaire.revision + 1
    draft.competencies.append(made)
    db.session.flush()
    record(
        "questionnaire.changed",
        f"questionnaire:{draft.id}",
        account_id=account_id,
        detail=f"{code} taken from competency {source.id}",
    )
    return made, True


def _copies(draft: Questionnaire, source: Competency, code: str) -> list[Item]:
    prefix, taken = item_prefix(draft.code, code), item_codes(draft.code)
    copies = []
    for position, item in enumerate(source.items, start=1):
        item_code = fresh_code(prefix, taken, digits=2)
        taken.add(item_code)
        copies.append(
            Item(
                code=item_code,
                position=position,
                asked=item.asked,
                text_zh=item.text_zh,
                text_en=item.text_en,
                weight=item.weight,
                reverse=item.reverse,
                critical=item.critical,
            )
        )
    return copies
