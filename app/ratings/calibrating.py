"""Calibrate ratings: people's decisions about a finished figure, each with its reason.

Services flush, the edge commits.
"""

from decimal import Decimal

from flask_babel import gettext as _

from app.audit.service import record
from app.auth.models import Account
from app.clock import now
from app.cycles.models import Participant
from app.db import db
from app.ratings import queries
from app.ratings.computing import compute
from app.ratings.guards import RatingError, lock, refuse_released
from app.ratings.models import Calibration, Rating
from app.ratings.rules import StepFault, fault_of_step, points_of
from app.ratings.shown import ResultStatus
from app.ratings.versions import Version, columns_of
from app.ratings.wording import step_sentence
from app.scoring.snapshot import base_hash


def add_calibration(
    participant: Participant, *, delta: str, reason: str, by: Account, link_key: bytes
) -> Rating:
    """Append one calibration step; the result is a new version of the rating.

    `delta` is decimal text with at most two decimals. Raises RatingError for one that is not, that
    takes the sum of all steps beyond ±5, without a reason, or after the release.
    """
    lock(participant.cycle)
    refuse_released(participant.cycle)
    rating = queries.find_newest(participant.id)
    if rating is None or rating.status != ResultStatus.RATED:
        raise RatingError(_("Only a finished rating can be calibrated."))
    fault = find_step_fault(participant, delta=delta, reason=reason)
    if fault is not None:
        raise RatingError(step_sentence(fault, found=delta))
    version = _calibrated(rating, str(points_of(delta)), reason.strip(), by, link_key)
    db.session.add(version)
    record(
        "rating.calibrated",
        f"participant:{participant.id}",
        account_id=by.id,
        detail=f"{rating.final} {points_of(delta)} = {version.final}",
    )
    db.session.flush()
    return version


def find_step_fault(participant: Participant, *, delta: str, reason: str) -> StepFault | None:
    """What is wrong with a further calibration step of this participant, if anything."""
    rating = queries.find_newest(participant.id)
    earlier = [Decimal(step["delta"]) for step in _steps(rating)] if rating else []
    return fault_of_step(delta=delta, reason=reason, earlier=earlier)


def _calibrated(rating: Rating, delta: str, reason: str, by: Account, link_key: bytes) -> Rating:
    """The next version with one step more, which names the inputs that it was decided on."""
    step = {
        "by": by.name,
        "delta": delta,
        "reason": reason,
        "base_hash": base_hash(rating.inputs),
    }
    document = dict(rating.inputs) | {"calibration": [*_steps(rating), step]}
    version = Version(number=rating.version + 1, document=document)
    db.session.add(
        Calibration(rating_id=rating.id, account_id=by.id, at=now(), delta=delta, reason=reason)
    )
    return Rating(**columns_of(rating.participant_id, version, compute(document), link_key))


def _steps(rating: Rating) -> list[dict[str, str]]:
    return list(rating.inputs.get("calibration", []))
