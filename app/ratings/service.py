"""Compute, calibrate and release the ratings of a round. Services flush, the edge commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert

from app.audit.service import record
from app.auth.models import Account
from app.clock import now
from app.cycles.models import Cycle, Participant
from app.db import ROWS_PER_INSERT, db, reading, writing
from app.errors import DomainError
from app.mail.service import post_many
from app.ratings import queries
from app.ratings.computing import Computed, compute, seal
from app.ratings.emails import letters_of_release
from app.ratings.facts import Subject, list_subjects
from app.ratings.gathering import gather_documents
from app.ratings.keys import seal_key
from app.ratings.models import Calibration, Rating
from app.ratings.rules import StepFault, fault_of_step, points_of
from app.ratings.shown import ResultStatus
from app.ratings.wording import engine_sentence, sheet_sentence, step_sentence
from app.scoring.errors import ScoringError
from app.scoring.snapshot import base_hash

MOST_NAMED = 5


class RatingError(DomainError):
    """Ratings that cannot be computed, changed or released now; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rated:
    """What one computation did: new versions, and results that stayed as they were."""

    new: int
    unchanged: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Version:
    number: int
    document: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedRatings:
    """A round computed and not yet stored: new versions, and which versions they follow."""

    people: int
    versions: Mapping[int, _Version]
    computed: Mapping[int, Computed]
    follows: Mapping[int, int]


def rate_cycle(cycle: Cycle, *, link_key: bytes, account_id: int | None = None) -> Rated:
    """Rate everybody of a closed round; a person gets a new version only when inputs changed.

    Calibration steps rest on the inputs they were decided on: with new inputs they lapse and have
    to be decided again. Raises RatingError before the close, after the release, and for KPI sheets
    that the scheme cannot take; nothing is stored then.
    """
    _lock(cycle)
    prepared = prepare_ratings(cycle, link_key=link_key)
    return write_ratings(cycle, prepared, link_key=link_key, account_id=account_id)


def rate_apart(cycle_id: int, *, link_key: bytes, account_id: int | None = None) -> Rated:
    """Like rate_cycle, but nobody is kept from writing while it computes.

    What the caller has not committed before is lost; the caller commits afterwards. Raises
    RatingError too if somebody else computed or calibrated meanwhile.
    """
    db.session.rollback()  # whatever was read so far: it may hold the write lock
    with reading():
        prepared = prepare_ratings(db.session.get_one(Cycle, cycle_id), link_key=link_key)
    db.session.rollback()
    with writing():
        cycle = db.session.get_one(Cycle, cycle_id)
        return write_ratings(cycle, prepared, link_key=link_key, account_id=account_id)


def prepare_ratings(cycle: Cycle, *, link_key: bytes) -> PreparedRatings:
    """Gather the inputs of a closed round and compute what changed; nothing is stored."""
    _refuse_unless_rateable(cycle)
    latest = queries.latest_inputs(cycle.id)
    subjects = list_subjects(cycle.id)
    gathered = gather_documents(cycle, subjects, link_key)
    _refuse([f"{name}: {sheet_sentence(fault)}" for name, fault in gathered.faults.items()])
    versions = _changed(gathered.by_participant, latest)
    return PreparedRatings(
        people=len(subjects),
        versions=versions,
        computed=_compute_all(subjects, versions),
        follows={participant_id: number for participant_id, (number, _inputs) in latest.items()},
    )


def write_ratings(
    cycle: Cycle, prepared: PreparedRatings, *, link_key: bytes, account_id: int | None = None
) -> Rated:
    """Store what was computed, unless the round has been rated or released since."""
    _lock(cycle)
    _refuse_unless_rateable(cycle)
    if queries.latest_versions(cycle.id) != prepared.follows:
        raise RatingError(_("Results were changed while they were computed. Compute them again."))
    _store(prepared.computed, prepared.versions, link_key)
    if prepared.versions or cycle.rated_at is None:
        cycle.rated_at = now()
    new = len(prepared.versions)
    rated = Rated(new=new, unchanged=prepared.people - new)
    detail = f"new {rated.new}, unchanged {rated.unchanged}"
    record("ratings.computed", f"cycle:{cycle.id}", account_id=account_id, detail=detail)
    db.session.flush()
    return rated


def add_calibration(
    participant: Participant, *, delta: str, reason: str, by: Account, link_key: bytes
) -> Rating:
    """Append one calibration step; the result is a new version of the rating.

    `delta` is decimal text with at most two decimals. Raises RatingError for one that is not, that
    takes the sum of all steps beyond ±5, without a reason, or after the release.
    """
    _lock(participant.cycle)
    _refuse_released(participant.cycle)
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


def release_cycle(cycle: Cycle, *, reviewed_by: Account | None, public_url: str) -> int:
    """Open the results to employees and their managers together; gives how many letters leave.

    Nobody is released by a machine alone: `reviewed_by` is who has looked the results over. Raises
    RatingError without one, twice, before the computation, and while figures are missing.
    """
    _lock(cycle)
    _refuse_released(cycle)
    if cycle.rated_at is None:
        raise RatingError(_("Compute the ratings first."))
    if reviewed_by is None:
        raise RatingError(_("Somebody has to look the results over before they are released."))
    rows = queries.list_ratings(cycle.id)
    waiting = [row.name for row in rows if row.status in {None, ResultStatus.PENDING}]
    if waiting:
        raise RatingError(
            _(
                "Figures are still missing for %(names)s. Complete them and compute again.",
                names=_named(waiting),
            )
        )
    cycle.released_at = now()
    letters = letters_of_release(cycle, public_url=public_url)
    post_many(letters)
    record("ratings.reviewed", f"cycle:{cycle.id}", account_id=reviewed_by.id)
    record(
        "cycle.released",
        f"cycle:{cycle.id}",
        account_id=reviewed_by.id,
        detail=f"{len(rows)} results, {len(letters)} letters",
    )
    db.session.flush()
    return len(letters)


def note_reading(participant_id: int, account_id: int) -> None:
    """Who read whose result: the employee may ask."""
    record("result.read", f"participant:{participant_id}", account_id=account_id)


def _compute_all(
    subjects: Sequence[Subject], versions: Mapping[int, _Version]
) -> dict[int, Computed]:
    names = {subject.participant_id: subject.name for subject in subjects}
    computed: dict[int, Computed] = {}
    faults: list[str] = []
    for participant_id, version in versions.items():
        try:
            computed[participant_id] = compute(version.document)
        except ScoringError as fault:
            faults.append(f"{names[participant_id]}: {engine_sentence(fault)}")
    _refuse(faults)
    return computed


def _changed(
    documents: Mapping[int, dict[str, Any]], latest: Mapping[int, tuple[int, Mapping[str, Any]]]
) -> dict[int, _Version]:
    """What has to be rated: whoever is new, or differs from the newest version in any input."""
    versions = {}
    for participant_id, document in documents.items():
        number, before = latest.get(participant_id, (0, {}))
        if not number or base_hash(before) != base_hash(document):
            versions[participant_id] = _Version(number=number + 1, document=document)
    return versions


def _store(
    computed: Mapping[int, Computed], versions: Mapping[int, _Version], link_key: bytes
) -> None:
    rows = [_columns(key, versions[key], one, link_key) for key, one in computed.items()]
    for start in range(0, len(rows), ROWS_PER_INSERT):
        db.session.execute(insert(Rating), rows[start : start + ROWS_PER_INSERT])


def _columns(
    participant_id: int, version: _Version, one: Computed, link_key: bytes
) -> dict[str, Any]:
    return {
        "participant_id": participant_id,
        "version": version.number,
        "status": one.status.value,
        "final": one.final,
        "grade": one.grade,
        "inputs": version.document,
        "result": one.result,
        "seal": seal(version.document, seal_key(link_key)),
        "rated_at": now(),
    }


def _calibrated(rating: Rating, delta: str, reason: str, by: Account, link_key: bytes) -> Rating:
    """The next version with one step more, which names the inputs that it was decided on."""
    step = {
        "by": by.name,
        "delta": delta,
        "reason": reason,
        "base_hash": base_hash(rating.inputs),
    }
    document = dict(rating.inputs) | {"calibration": [*_steps(rating), step]}
    version = _Version(number=rating.version + 1, document=document)
    db.session.add(
        Calibration(rating_id=rating.id, account_id=by.id, at=now(), delta=delta, reason=reason)
    )
    return Rating(**_columns(rating.participant_id, version, compute(document), link_key))


def _steps(rating: Rating) -> list[dict[str, str]]:
    return list(rating.inputs.get("calibration", []))


def _lock(cycle: Cycle) -> None:
    """One computation, calibration or release at a time."""
    db.session.refresh(cycle, with_for_update=True)


def _refuse_unless_rateable(cycle: Cycle) -> None:
    if cycle.closed_at is None:
        raise RatingError(_("Ratings are computed after the feedback has closed."))
    _refuse_released(cycle)


def _refuse_released(cycle: Cycle) -> None:
    if cycle.released_at is not None:
        raise RatingError(_("The results are released and cannot be changed."))


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise RatingError(_("These people cannot be rated. %(faults)s", faults=_named(faults)))


def _named(names: Sequence[str]) -> str:
    """The first few by name, the rest by number."""
    shown: str = _(", ").join(names[:MOST_NAMED])
    if len(names) <= MOST_NAMED:
        return shown
    text: str = _("%(names)s and %(more)s more", names=shown, more=len(names) - MOST_NAMED)
    return text
