"""A version of a rating on its way to its row."""

from dataclasses import dataclass
from typing import Any

from app.clock import now
from app.ratings.computing import Computed, seal
from app.ratings.keys import seal_key


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    number: int
    document: dict[str, Any]


def columns_of(
    participant_id: int, version: Version, one: Computed, link_key: bytes
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
