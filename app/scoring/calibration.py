"""Calibration as a chain of rows: what people decided about a figure, appended and never changed.

Every row names the fingerprint of the inputs that it was decided on, and that of the row before
it, so that a row that was altered, removed, moved or slipped in is found. A row that rests on
other inputs is stale: a later row has to repeat it or to end it (scoring.md 4.8).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from app.scoring.numbers import decimal_text

HASHES = ("base_hash", "prev_hash", "refers_to")
FIRST = "0" * 64  # what the first row of a chain names as the row before it


class StepKind(StrEnum):
    """What a row does: adds points, sets a grade, or ends an earlier row that is stale."""

    DELTA = "delta"
    GRADE = "grade"
    LAPSE = "lapse"


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """One row. Rows that were written by hand may leave out everything that has a default.

    ``before`` and ``after`` are the figure as plain decimal text, or the grade where the row sets
    one. ``refers_to`` is the hash of the earlier row that this one repeats or ends.
    """

    by: str
    reason: str
    kind: StepKind = StepKind.DELTA
    delta: Fraction = Fraction()
    grade: str | None = None
    at: str = ""
    before: str | None = None
    after: str | None = None
    base_hash: str | None = None
    prev_hash: str | None = None
    refers_to: str | None = None


def members_of(row: Calibration) -> dict[str, str]:
    """The row as the worked-input form writes it; what it leaves out is absent."""
    members = {
        "kind": row.kind.value,
        "by": row.by,
        "at": row.at,
        "delta": decimal_text(row.delta) if row.kind is StepKind.DELTA else None,
        "grade": row.grade,
        "before": row.before,
        "after": row.after,
        "reason": row.reason,
        "base_hash": row.base_hash,
        "prev_hash": row.prev_hash,
        "refers_to": row.refers_to,
    }
    return {name: text for name, text in members.items() if text}


def row_hash(row: Calibration) -> str:
    """SHA-256 of the row's members as JSON with sorted keys, without spaces, in UTF-8."""
    text = json.dumps(members_of(row), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def link_after(chain: Sequence[Calibration]) -> str:
    """What the next row names as the row before it."""
    return row_hash(chain[-1]) if chain else FIRST


def find_break(chain: Sequence[Calibration], *, head: str | None = None) -> int | None:
    """The place of the first row that does not follow from the one before it; None if all do.

    Rows without a link are taken at the front only: they stem from before there were chains.
    ``head`` is what the last row's hash was, where somebody kept it: without it nobody can tell
    that rows are missing at the end. A chain that ends differently breaks behind its last row.
    """
    linked = False
    for place, row in enumerate(chain):
        if row.prev_hash != link_after(chain[:place]) and (linked or row.prev_hash is not None):
            return place
        linked = row.prev_hash is not None
    return None if head in {None, link_after(chain)} else len(chain)


def open_places(chain: Sequence[Calibration]) -> tuple[int, ...]:
    """The places of the rows that decide something and that no later row repeats or ends."""
    places: list[int] = []
    for place, row in enumerate(chain):
        named = find_named(chain, row, among=places)
        if named is not None:
            places.remove(named)
        if row.kind is not StepKind.LAPSE:
            places.append(place)
    return tuple(places)


def find_named(
    chain: Sequence[Calibration], row: Calibration, *, among: Sequence[int]
) -> int | None:
    """The place of the row that ``row`` refers to, if it is one of those places."""
    if row.refers_to is None:
        return None
    return next((place for place in among if row_hash(chain[place]) == row.refers_to), None)


def open_rows(chain: Sequence[Calibration]) -> tuple[Calibration, ...]:
    return tuple(chain[place] for place in open_places(chain))


def stale_rows(chain: Sequence[Calibration], base_hash: str) -> tuple[Calibration, ...]:
    """The open rows that were decided on other inputs than these; rows that name none hold."""
    return tuple(row for row in open_rows(chain) if row.base_hash not in {None, base_hash})


def reconfirm(row: Calibration, *, by: str, at: str) -> Calibration:
    """The same decision once more, by whoever confirms it; still to be appended."""
    return replace(_bare(row), by=by, at=at, refers_to=row_hash(row))


def let_lapse(row: Calibration, *, by: str, at: str, reason: str) -> Calibration:
    """The end of a decision that is not confirmed; still to be appended."""
    return Calibration(kind=StepKind.LAPSE, by=by, at=at, reason=reason, refers_to=row_hash(row))


def same_decision(one: Calibration, other: Calibration) -> bool:
    return (one.kind, one.delta, one.grade) == (other.kind, other.delta, other.grade)


def _bare(row: Calibration) -> Calibration:
    return replace(row, before=None, after=None, base_hash=None, prev_hash=None)
