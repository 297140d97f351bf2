"""Begin a questionnaire: empty but for what every form has, or as a copy of another."""

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from app.audit.service import record
from app.db import db
from app.errors import DomainError
from app.questionnaires.editing.rules import fresh_code
from app.questionnaires.models import Questionnaire
from app.questionnaires.packs import load_questionnaire
from app.questionnaires.queries import VersionLine, list_newest
from app.questionnaires.rules import Audience
from app.questionnaires.scales import LABELS, Preset
from app.questionnaires.service import copied_competencies

USUAL = "kam"  # the ready questionnaire whose comment boxes suit any job


class StartError(DomainError):
    """A questionnaire that cannot begin so."""


def list_sources() -> list[VersionLine]:
    """What can be copied: of each questionnaire the version that new rounds use, else its draft."""
    newest = {row.code: row for row in reversed(list_newest())}
    return list(reversed(newest.values()))


def start_empty(
    name_zh: str, name_en: str, *, audiences: Collection[Audience], account_id: int | None
) -> Questionnaire:
    """A draft without competencies: the usual scale, and these audiences' usual comment boxes.

    Raises StartError for a name that is taken.
    """
    boxes = [
        row for row in load_questionnaire(USUAL).comment_rows() if row["audience"] in audiences
    ]
    scale = [
        {"value": value, "zh": zh, "en": en}
        for value, (zh, en) in enumerate(LABELS[Preset.FREQUENCY], start=1)
    ]
    draft = Questionnaire(version=1, scale=scale, comment_boxes=boxes)
    return _start(draft, name_zh, name_en, account_id=account_id, origin="empty")


def start_as_copy(
    source: Questionnaire, name_zh: str, name_en: str, *, account_id: int | None
) -> Questionnaire:
    """A draft with everything that another questionnaire has, codes too: a scheme that asks with
    the one can ask with the other. Raises StartError for a name that is taken."""
    draft = Questionnaire(
        version=1,
        scale=source.scale,
        comment_boxes=source.comment_boxes,
        competencies=copied_competencies(source),
    )
    origin = f"from {source.code} {source.version}"
    return _start(draft, name_zh, name_en, account_id=account_id, origin=origin)


def _start(
    draft: Questionnaire, name_zh: str, name_en: str, *, account_id: int | None, origin: str
) -> Questionnaire:
    codes = _codes_in_turn()
    if _is_taken(name_zh, name_en):
        raise StartError(
            _("There is already a questionnaire with this name. Choose another, or open that one.")
        )
    draft.code = fresh_code("q", codes)
    draft.name_zh, draft.name_en = name_zh, name_en
    db.session.add(draft)
    db.session.flush()
    record(
        "questionnaire.started",
        f"questionnaire:{draft.id}",
        account_id=account_id,
        detail=f"{draft.code} {origin}",
    )
    return draft


def _codes_in_turn() -> Sequence[str]:
    """All codes, read by one after the other: two presses at once make one questionnaire."""
    db.session.execute(select(Questionnaire.id).with_for_update())
    return db.session.scalars(select(Questionnaire.code).distinct()).all()


def _is_taken(name_zh: str, name_en: str) -> bool:
    same = or_(
        Questionnaire.name_zh == name_zh,
        func.lower(Questionnaire.name_en) == name_en.lower(),
    )
    return db.session.scalar(select(Questionnaire.id).where(same).limit(1)) is not None
