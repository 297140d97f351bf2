"""Which rounds in preparation would change with a questionnaire."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from app.cycles.models import Cycle, Participant
from app.db import db
from app.schemes.models import Scheme


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A round that is not launched yet, with those of its participants who would be asked about
    with the new version."""

    id: int
    name: str
    participants: int


def list_waiting(scheme_codes: Collection[str]) -> list[Waiting]:
    """Rounds in preparation that use some version of these schemes, by name."""
    rows = db.session.execute(_waiting(scheme_codes).order_by(Cycle.name)).all()
    return [Waiting(id=row.id, name=row.name, participants=row.participants) for row in rows]


def lock_waiting(cycle_ids: Collection[int]) -> list[int]:
    """Those of these rounds that are not launched, kept from being launched until the commit."""
    return list(
        db.session.scalars(
            select(Cycle.id)
            .where(Cycle.id.in_(set(cycle_ids)), Cycle.launched_at.is_(None))
            .with_for_update()
        )
    )


def schemes_named(codes: Collection[str]) -> Select[int]:
    """Ids of every version of these schemes."""
    return select(Scheme.id).where(Scheme.code.in_(set(codes)))


def _waiting(codes: Collection[str]) -> Select[int, str, int]:
    return (
        select(Cycle.id, Cycle.name, func.count().label("participants"))
        .join(Participant, Participant.cycle_id == Cycle.id)
        .where(Cycle.launched_at.is_(None), Participant.scheme_id.in_(schemes_named(codes)))
        .group_by(Cycle.id, Cycle.name)
    )
