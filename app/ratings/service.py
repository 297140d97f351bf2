"""Compute and release the ratings of a round. Services flush, the edge commits."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from flask_babel import gettext as _
from sqlalchemy import insert

from app.audit.service import record
from app.auth.models import Account
from app.clock import now
from app.cycles.models import Cycle
from app.db import begin_at_one_moment, db, reading, writing
from app.mail.service import post_many
from app.ratings import queries
from app.ratings.calibrating import refuse_unsettled
from app.ratings.emails import letters_of_release
from app.ratings.guards import RatingError, lock, named, refuse_released
from app.ratings.hiding.service import write_over
from app.ratings.models import Rating
from app.ratings.preparing import PreparedRatings, prepare_ratings, refuse_unless_rateable
from app.ratings.shown import ResultStatus
from app.ratings.spool import Spool

ROWS_AT_ONCE = 50  # a row holds the documents of one person: up to 200 KB in memory


@dataclass(frozen=True, kw_only=True, slots=True)
class Rated:
    """What one computation did: new versions, and results that stayed as they were."""

    new: int
    unchanged: int


def rate_cycle(cycle: Cycle, *, link_key: bytes, account_id: int | None = None) -> Rated:
    """Rate everybody of a closed round; a person gets a new version only when inputs changed.

    Calibration steps rest on the inputs they were decided on: with new inputs they are stale and
    count no more until somebody confirms them. Raises RatingError before the close, after the
    release, and for KPI sheets that the scheme cannot take; nothing is stored then.
    """
    lock(cycle)
    with Spool() as spool:
        prepared = prepare_ratings(cycle, spool=spool, link_key=link_key)
        return write_ratings(cycle, prepared, account_id=account_id)


def rate_apart(
    cycle_id: int,
    *,
    link_key: bytes,
    account_id: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Rated:
    """Like rate_cycle, but nobody is kept from writing while it computes.

    Everything is read as it was at one moment. What the caller has not committed before is lost;
    the caller commits afterwards. Raises RatingError too if somebody else computed or calibrated
    meanwhile.
    """
    db.session.rollback()  # whatever was read so far: it may hold the write lock
    with Spool() as spool:
        with reading():
            begin_at_one_moment()
            cycle = db.session.get_one(Cycle, cycle_id)
            prepared = prepare_ratings(
                cycle, spool=spool, link_key=link_key, on_progress=on_progress
            )
        db.session.rollback()
        with writing():
            cycle = db.session.get_one(Cycle, cycle_id)
            return write_ratings(cycle, prepared, account_id=account_id)


def write_ratings(
    cycle: Cycle, prepared: PreparedRatings, *, account_id: int | None = None
) -> Rated:
    """Store what was computed, unless the round has been rated or released since."""
    lock(cycle)
    refuse_unless_rateable(cycle)
    if queries.latest_versions(cycle.id) != prepared.follows:
        raise RatingError(_("Results were changed while they were computed. Compute them again."))
    _store(prepared.spool)
    if prepared.spool or cycle.rated_at is None:
        cycle.rated_at = now()
    new = len(prepared.spool)
    rated = Rated(new=new, unchanged=prepared.people - new)
    detail = f"new {rated.new}, unchanged {rated.unchanged}"
    record("ratings.computed", f"cycle:{cycle.id}", account_id=account_id, detail=detail)
    db.session.flush()
    return rated


def release_cycle(
    cycle: Cycle, *, reviewed_by: Account | None, public_url: str, link_key: bytes
) -> int:
    """Open the results to employees and their managers together; gives how many letters leave.

    Nobody is released by a machine alone: `reviewed_by` is who has looked the results over.
    Passages that HR has hidden leave the results here, and for good. Raises RatingError without a
    reviewer, twice, before the computation, and while figures or decisions about calibration are
    missing.
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
    refuse_unsettled(cycle, link_key=link_key)
    write_over(cycle, link_key=link_key)
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


def _store(spool: Spool) -> None:
    moment, rows = now(), spool.rows()
    while batch := [{**row, "rated_at": moment} for row in islice(rows, ROWS_AT_ONCE)]:
        db.session.execute(insert(Rating), batch)
