"""Compute and release the ratings of a round. Services flush, the edge commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert

from app.audit.service import record
from app.auth.models import Account
from app.clock import now
from app.cycles.models import Cycle
from app.db import ROWS_PER_INSERT, db, reading, writing
from app.mail.service import post_many
from app.ratings import queries
from app.ratings.computing import Computed, compute
from app.ratings.emails import letters_of_release
from app.ratings.facts import Subject, list_subjects
from app.ratings.gathering import gather_documents
from app.ratings.guards import RatingError, lock, named, refuse_released
from app.ratings.models import Rating
from app.ratings.shown import ResultStatus
from app.ratings.versions import Version, columns_of
from app.ratings.wording import engine_sentence, sheet_sentence
from app.scoring.errors import ScoringError
from app.scoring.snapshot import base_hash


@dataclass(frozen=True, kw_only=True, slots=True)
class Rated:
    """What one computation did: new versions, and results that stayed as they were."""

    new: int
    unchanged: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedRatings:
    """A round computed and not yet stored: new versions, and which versions they follow."""

    people: int
    versions: Mapping[int, Version]
    computed: Mapping[int, Computed]
    follows: Mapping[int, int]


def rate_cycle(cycle: Cycle, *, link_key: bytes, account_id: int | None = None) -> Rated:
    """Rate everybody of a closed round; a person gets a new version only when inputs changed.

    Calibration steps rest on the inputs they were decided on: with new inputs they lapse and have
    to be decided again. Raises RatingError before the close, after the release, and for KPI sheets
    that the scheme cannot take; nothing is stored then.
    """
    lock(cycle)
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
    lock(cycle)
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


def release_cycle(cycle: Cycle, *, reviewed_by: Account | None, public_url: str) -> int:
    """Open the results to employees and their managers together; gives how many letters leave.

    Nobody is released by a machine alone: `reviewed_by` is who has looked the results over. Raises
    RatingError without one, twice, before the computation, and while figures are missing.
    """
    lock(cycle)
    refuse_released(cycle)
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
                names=named(waiting),
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
    subjects: Sequence[Subject], versions: Mapping[int, Version]
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
) -> dict[int, Version]:
    """What has to be rated: whoever is new, or differs from the newest version in any input."""
    versions = {}
    for participant_id, document in documents.items():
        number, before = latest.get(participant_id, (0, {}))
        if not number or base_hash(before) != base_hash(document):
            versions[participant_id] = Version(number=number + 1, document=document)
    return versions


def _store(
    computed: Mapping[int, Computed], versions: Mapping[int, Version], link_key: bytes
) -> None:
    rows = [columns_of(key, versions[key], one, link_key) for key, one in computed.items()]
    for start in range(0, len(rows), ROWS_PER_INSERT):
        db.session.execute(insert(Rating), rows[start : start + ROWS_PER_INSERT])


def _refuse_unless_rateable(cycle: Cycle) -> None:
    if cycle.closed_at is None:
        raise RatingError(_("Ratings are computed after the feedback has closed."))
    refuse_released(cycle)


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise RatingError(_("These people cannot be rated. %(faults)s", faults=named(faults)))
