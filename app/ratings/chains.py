"""The chain of calibration of each participant: what stands, what is stale, what was tampered with.

A step stands as long as nothing was computed after it; whatever is computed later, even figures
that were there before, leaves it stale until somebody confirms it or lets it lapse.
"""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from app.cycles.models import Participant
from app.db import db
from app.people.models import Person
from app.ratings.computing import seal
from app.ratings.keys import seal_key
from app.ratings.models import Calibration, Rating
from app.ratings.rules import last_computed
from app.ratings.shown import ResultStatus
from app.scoring.calibration import Calibration as Row
from app.scoring.calibration import StepKind, find_break, members_of, open_places
from app.scoring.numbers import exact
from app.scoring.snapshot import CALIBRATION

DOCUMENTS_AT_ONCE = 100  # a document is large


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """All steps of one participant in order; `newest` is the newest version of the rating."""

    participant_id: int
    name: str
    is_rated: bool
    steps: tuple[Calibration, ...] = ()
    rows: tuple[Row, ...] = ()
    decided_on: tuple[int, ...] = ()
    newest: int

    @property
    def stale(self) -> tuple[int, ...]:
        """The places of steps that nobody has confirmed or let lapse since the computation."""
        since = last_computed(decided_on=self.decided_on, newest=self.newest)
        return tuple(place for place in open_places(self.rows) if self.decided_on[place] < since)

    @property
    def standing(self) -> tuple[Row, ...]:
        stale = self.stale
        return tuple(self.rows[place] for place in open_places(self.rows) if place not in stale)


def row_of(step: Calibration) -> Row:
    """The engine's form of a stored step; the time is told in whole seconds."""
    return Row(
        kind=StepKind(step.kind),
        by=step.decided_by,
        at=step.at.astimezone(UTC).isoformat(timespec="seconds"),
        delta=Fraction() if step.delta is None else exact(step.delta),
        grade=step.grade,
        before=step.before,
        after=step.after,
        reason=step.reason,
        base_hash=step.base_hash,
        prev_hash=step.prev_hash,
        refers_to=step.refers_to,
    )


def chain_of(participant_id: int) -> Chain | None:
    """The chain of one rated participant, empty if nobody calibrated; None without a rating."""
    found = _chains(Participant.id == participant_id, only_calibrated=False)
    return found[0] if found else None


def chains_of_cycle(cycle_id: int) -> list[Chain]:
    """The chains of everybody who was ever calibrated in this round."""
    return _chains(Participant.cycle_id == cycle_id, only_calibrated=True)


def is_broken(chain: Chain, *, link_key: bytes) -> bool:
    """Whether this participant's steps are not those that were decided."""
    return bool(_broken([chain], Participant.id == chain.participant_id, link_key))


def broken_in_cycle(cycle_id: int, chains: Sequence[Chain], *, link_key: bytes) -> list[str]:
    """Whose steps are not those that were decided, by name."""
    return _broken(chains, Participant.cycle_id == cycle_id, link_key)


def _broken(chains: Sequence[Chain], whose: ColumnElement[bool], link_key: bytes) -> list[str]:
    by_id = {chain.participant_id: chain for chain in chains if chain.steps}
    unsound = {key for key, chain in by_id.items() if find_break(chain.rows) is not None}
    for document in _documents_since(whose, seal_key(link_key)):
        if not _agrees(by_id[document.participant_id], document):
            unsound.add(document.participant_id)
    return [chain.name for key, chain in by_id.items() if key in unsound]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Document:
    """What a version of a rating lists as its calibration, and whether its seal holds.

    `is_last`: the last step made this version; later ones were computed and list nothing.
    """

    participant_id: int
    is_last: bool
    is_sealed: bool
    listed: Sequence[Mapping[str, str]]


def _agrees(chain: Chain, document: _Document) -> bool:
    """Documents from before the chain list what was decided since the last computation."""
    listed = document.listed
    if not document.is_last:
        return not listed
    if not document.is_sealed or not listed:
        return False
    if "prev_hash" in listed[-1]:
        return [members_of(row) for row in chain.rows] == list(listed)
    figures = [(exact(one["delta"]), one["reason"]) for one in listed]
    return [(row.delta, row.reason) for row in chain.rows[-len(listed) :]] == figures


def _chains(whose: ColumnElement[bool], *, only_calibrated: bool) -> list[Chain]:
    newest, other = aliased(Rating), aliased(Rating)
    latest = select(func.max(other.version)).where(other.participant_id == newest.participant_id)
    rows = db.session.execute(
        select(Participant.id, Person.name, newest.version, newest.status)
        .add_columns(Rating.version.label("decided_on"), Calibration)
        .join(Person, Person.id == Participant.person_id)
        .join(newest, newest.participant_id == Participant.id)
        .join(Rating, Rating.participant_id == Participant.id)
        .join(Calibration, Calibration.rating_id == Rating.id, isouter=not only_calibrated)
        .where(whose, newest.version == latest.scalar_subquery())
        .order_by(Person.name, Participant.id, Calibration.id)
    )
    return [_chain(list(found)) for _id, found in groupby(rows, key=lambda row: row.id)]


def _chain(rows: Sequence[Any]) -> Chain:
    first, calibrated = rows[0], [row for row in rows if row.Calibration is not None]
    return Chain(
        participant_id=first.id,
        name=first.name,
        newest=first.version,
        is_rated=first.status == ResultStatus.RATED,
        steps=tuple(row.Calibration for row in calibrated),
        rows=tuple(row_of(row.Calibration) for row in calibrated),
        decided_on=tuple(row.decided_on for row in calibrated),
    )


def _documents_since(whose: ColumnElement[bool], key: bytes) -> Iterator[_Document]:
    """The versions since the last step of everybody who was calibrated."""
    decided = aliased(Rating)
    last = (
        select(func.max(decided.version))
        .join(Calibration, Calibration.rating_id == decided.id)
        .where(decided.participant_id == Rating.participant_id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Rating.participant_id, Rating.version - last, Rating.inputs, Rating.seal)
        .join(Participant, Participant.id == Rating.participant_id)
        .where(whose, Rating.version > last)
        .execution_options(yield_per=DOCUMENTS_AT_ONCE)
    )
    for participant_id, versions_later, inputs, kept in rows:
        yield _Document(
            participant_id=participant_id,
            is_last=versions_later == 1,
            is_sealed=hmac.compare_digest(kept, seal(inputs, key)),
            listed=inputs.get(CALIBRATION, ()),
        )
