"""Change a draft. Every change says which revision it was made from, and only the present one fits.

A function that stores a page gives False when somebody else has saved the draft meanwhile; then
nothing was changed.
"""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, select, update

from app.audit.service import record
from app.clock import now
from app.db import db
from app.errors import DomainError
from app.questionnaires.editing.content import NAMES, lead_key, rows_of_comments, rows_of_scale
from app.questionnaires.editing.rules import YES, Act, Kind, Move, Row, arranged, fresh_code
from app.questionnaires.models import Competency, Item, Questionnaire
from app.questionnaires.rules import Audience, VersionState


class DraftError(DomainError):
    """A draft that cannot be changed so, or a version that is no draft any more."""


def refuse_unless_draft(questionnaire: Questionnaire) -> None:
    """Raise DraftError for a version that is published: it stays as it is."""
    if questionnaire.state is not VersionState.DRAFT:
        raise DraftError(
            _(
                "Version %(version)s is published and stays as it is. Make a new version of it to "
                "change something.",
                version=questionnaire.version,
            )
        )


def hold(draft: Questionnaire) -> None:
    """Read a draft anew and keep others from changing it: codes are given by one after the other.

    Raises DraftError when it has been published or deleted meanwhile.
    """
    query = select(Questionnaire).where(Questionnaire.id == draft.id).with_for_update()
    if db.session.scalar(query.execution_options(populate_existing=True)) is None:
        raise DraftError(_stale())
    refuse_unless_draft(draft)


def save_competency(
    draft: Questionnaire,
    competency: Competency,
    rows: Sequence[Row],
    act: Act | None,
    *,
    revision: int,
    account_id: int | None,
) -> bool:
    """Store a competency's name and items, in the order of the rows after the act."""
    if not claim(draft, revision, account_id, detail=competency.code):
        return False
    arrangement = arranged(rows, act)
    removed = {row.key for row in rows} - {row.key for row in arrangement}
    stored = {str(item.id): item for item in competency.items}
    kept = [item for key, item in stored.items() if key not in removed]
    for row in arrangement:
        if row.kind is Kind.NAME:
            competency.name_zh, competency.name_en = row.values["zh"], row.values["en"]
    taken = item_codes(draft.code)
    items = [
        _written(row, stored.get(row.key) or _new_item(draft, competency, taken))
        for row in arrangement
        if row.kind is Kind.ITEM and not row.is_blank
    ]
    # An item that the page did not know of stays: only the button removes one.
    competency.items = [*items, *(item for item in kept if item not in items)]
    for position, item in enumerate(competency.items, start=1):
        item.position = position
    db.session.flush()
    return True


def save_scale(
    draft: Questionnaire, rows: Sequence[Row], *, revision: int, account_id: int | None
) -> bool:
    """Store the questionnaire's name and the labels of its levels."""
    if not claim(draft, revision, account_id, detail="scale"):
        return False
    values = {row.key: row.values for row in (*rows_of_scale(draft), *rows)}
    draft.name_zh, draft.name_en = values[NAMES]["zh"], values[NAMES]["en"]
    draft.scale = [
        {**level, **_in_both_languages(values[f"level{level['value']}"])} for level in draft.scale
    ]
    db.session.flush()
    return True


def save_comments(
    draft: Questionnaire,
    rows: Sequence[Row],
    act: Act | None,
    *,
    revision: int,
    account_id: int | None,
) -> bool:
    """Store the comment boxes with what stands above them, in the order after the act."""
    if not claim(draft, revision, account_id, detail="comments"):
        return False
    stored = rows_of_comments(draft)
    leads = {row.key: dict(row.values) for row in (*stored, *rows) if row.kind is Kind.LEAD}
    known, taken = {row.key for row in stored}, box_codes(draft.code)
    boxes: list[dict[str, str]] = []
    for row in arranged(rows, act):
        if row.kind is Kind.BOX and not row.is_blank:
            code = row.key.removeprefix("box-")
            if row.key not in known:
                code = fresh_code("box", taken)
                taken.add(code)
            lead = leads[lead_key(Audience(row.values["audience"]))]
            boxes.append({"code": code, **row.values, **lead})
    draft.comment_boxes = boxes
    db.session.flush()
    return True


def add_competency(draft: Questionnaire, name: Row, *, account_id: int | None) -> Competency:
    """Append a competency without items. It takes nothing from anybody, so any revision will do.

    Raises DraftError for a version that is no draft any more.
    """
    hold(draft)
    draft.revision = Questionnaire.revision + 1
    competency = Competency(
        code=fresh_code("C", competency_codes(draft.code)),
        position=max((row.position for row in draft.competencies), default=0) + 1,
        name_zh=name.values["zh"],
        name_en=name.values["en"],
    )
    draft.competencies.append(competency)
    db.session.flush()
    _record(draft, account_id, f"{competency.code} added")
    return competency


def move_competency(
    draft: Questionnaire,
    competency: Competency,
    move: Move,
    *,
    revision: int,
    account_id: int | None,
) -> None:
    """Move a competency one place, or take it out with its items.

    Raises DraftError when somebody else has changed the draft: they may have moved it too.
    """
    if not claim(draft, revision, account_id, detail=f"{competency.code} {move}"):
        raise DraftError(_stale())
    order = list(draft.competencies)
    place = order.index(competency)
    order.remove(competency)
    if move is not Move.REMOVE:
        order.insert(max(0, place + (-1 if move is Move.UP else 1)), competency)
    draft.competencies = order
    for position, row in enumerate(order, start=1):
        row.position = position
    db.session.flush()


def discard(draft: Questionnaire, *, revision: int, account_id: int | None) -> None:
    """Delete a draft. Raises DraftError when somebody has changed it since it was looked at."""
    refuse_unless_draft(draft)
    deleted = db.session.execute(
        delete(Questionnaire)
        .where(*_present(draft.id, revision))
        .execution_options(synchronize_session=False)
    )
    if not deleted.rowcount:  # type: ignore[attr-defined]
        raise DraftError(_stale())
    record(
        "questionnaire.discarded",
        f"questionnaire:{draft.id}",
        account_id=account_id,
        detail=f"{draft.code} {draft.version}",
    )


def mark_published(draft: Questionnaire, *, revision: int, account_id: int | None) -> None:
    """From now on new rounds may use it and nothing in it changes any more.

    Raises DraftError when somebody has changed it since it was looked at.
    """
    published = db.session.execute(
        update(Questionnaire)
        .where(*_present(draft.id, revision))
        .values(published_at=now())
        .execution_options(synchronize_session=False)
    )
    if not published.rowcount:  # type: ignore[attr-defined]
        raise DraftError(_stale())
    db.session.refresh(draft, ["published_at"])
    record(
        "questionnaire.published",
        f"questionnaire:{draft.id}",
        account_id=account_id,
        detail=f"{draft.code} {draft.version}",
    )


def claim(draft: Questionnaire, revision: int, account_id: int | None, *, detail: str) -> bool:
    """Take the next revision, which only one of two who saw the same one can."""
    claimed = db.session.execute(
        update(Questionnaire)
        .where(*_present(draft.id, revision))
        .values(revision=revision + 1)
        .execution_options(synchronize_session=False)
    )
    if not claimed.rowcount:  # type: ignore[attr-defined]
        return False
    db.session.refresh(draft, ["revision"])
    _record(draft, account_id, detail)
    return True


def _present(draft_id: int, revision: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Questionnaire.id == draft_id,
        Questionnaire.revision == revision,
        Questionnaire.published_at.is_(None),
    )


def _record(draft: Questionnaire, account_id: int | None, detail: str) -> None:
    record(
        "questionnaire.changed",
        f"questionnaire:{draft.id}",
        account_id=account_id,
        detail=detail,
    )


def _stale() -> str:
    return str(
        _("Somebody else has changed this draft meanwhile. Look at it once more and try again.")
    )


def _new_item(draft: Questionnaire, competency: Competency, taken: set[str]) -> Item:
    code = fresh_code(item_prefix(draft.code, competency.code), taken, digits=2)
    taken.add(code)
    return Item(code=code)


def item_prefix(questionnaire: str, competency: str) -> str:
    """What the codes of a competency's items begin with."""
    return f"{questionnaire[:20]}-{competency[:10].lower()}-"


def _written(row: Row, item: Item) -> Item:
    item.text_zh, item.text_en = row.values["zh"], row.values["en"]
    item.asked = row.values["groups"]
    item.weight = int(row.values["weight"])
    item.reverse = row.values["reverse"] == YES
    item.critical = row.values["critical"] == YES
    return item


def _in_both_languages(values: Mapping[str, str]) -> dict[str, str]:
    return {"zh": values["zh"], "en": values["en"]}


def item_codes(code: str) -> set[str]:
    """Of every version of a questionnaire."""
    query = select(Item.code).join(Competency, Item.competency_id == Competency.id)
    query = query.join(Questionnaire, Competency.questionnaire_id == Questionnaire.id)
    return set(db.session.scalars(query.where(Questionnaire.code == code)))


def competency_codes(code: str) -> set[str]:
    query = select(Competency.code).join(
        Questionnaire, Competency.questionnaire_id == Questionnaire.id
    )
    return set(db.session.scalars(query.where(Questionnaire.code == code)))


def box_codes(code: str) -> set[str]:
    boxes = db.session.scalars(
        select(Questionnaire.comment_boxes).where(Questionnaire.code == code)
    )
    return {box["code"] for version in boxes for box in version}
