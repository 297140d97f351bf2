"""The end of the answers that ratings were computed from. What was released stays to the digit."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, select, update

from app.db import WrittenJson, db
from app.ratings.computing import document_text
from app.ratings.models import Rating
from app.scoring.document import ANSWERS_DELETED_ON

DOCUMENTS_AT_ONCE = 50  # a document holds up to 200 KB


def forget_inputs(participant_ids: Collection[int], day: date) -> int:
    """Take answers and comments out of all versions of released ratings; gives how many.

    Scheme, weights, KPI figures and steps of calibration stay in the document. `Rating.result`,
    which holds all that was released, is not touched. The seal stays that of the whole document.
    """
    ids = db.session.scalars(
        select(Rating.id).where(Rating.participant_id.in_(participant_ids)).order_by(Rating.id)
    ).all()
    for first in range(0, len(ids), DOCUMENTS_AT_ONCE):
        rows = db.session.execute(
            select(Rating.id, Rating.inputs).where(
                Rating.id.in_(ids[first : first + DOCUMENTS_AT_ONCE])
            )
        )
        gone = {"raters": [], "comments": [], ANSWERS_DELETED_ON: day.isoformat()}
        emptied = [
            {"id": key, "inputs": WrittenJson(document_text({**document, **gone}))}
            for key, document in rows
        ]
        db.session.execute(update(Rating), emptied)
    return len(ids)


def forget_ratings(participant_ids: Collection[int]) -> int:
    """Delete ratings that nobody was ever shown, with their calibration; gives how many."""
    done = db.session.execute(
        delete(Rating).where(Rating.participant_id.in_(participant_ids)),
        execution_options={"synchronize_session": False},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
