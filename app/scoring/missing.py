"""What becomes of a group that is lost to a competency: too few of it answered, or nobody.

Three published policies. ``renormalise``: the groups that are left share its weight in proportion.
``fixed_fallback``: its weight goes to the supervisor, and where no supervisor answered it is shared
like before. ``hold``: the competency waits, and with it the rating; nothing is guessed. A group
that the file declares absent (somebody without subordinates) is never waited for and leaves its
weight to all. Nobody and too few are treated alike, so that no result tells one from the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.scoring.cells import Cell, Event, Note
from app.scoring.example import SUPERVISOR, MissingPolicy, Policy

EVENTS = {
    MissingPolicy.RENORMALISE: (Event.ABSENT, Event.SUPPRESSED),
    MissingPolicy.FIXED_FALLBACK: (Event.ABSENT_FALLBACK, Event.SUPPRESSED_FALLBACK),
    MissingPolicy.HOLD: (Event.ABSENT_HELD, Event.SUPPRESSED_HELD),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Survivors:
    """The cells that enter a score, with the weights that they enter it with, and the notes.

    ``is_held`` says that the score waits, ``is_enough`` that what survived weighs enough for one.
    """

    cells: tuple[Cell, ...]
    notes: tuple[Note, ...]
    is_held: bool
    is_enough: bool


def survivors_of(subject: str, cells: Sequence[Cell], policy: Policy) -> Survivors:
    """Apply the policy to the cells of a competency, or of whatever ``subject`` names.

    Whether enough survives is asked of the weights as configured: a supervisor who stands in for
    others does not make up for them there.
    """
    alive = [cell for cell in cells if cell.survives]
    lost = [cell for cell in cells if not cell.survives]
    remedy = _remedy(alive, policy.missing)
    weight = sum((cell.weight for cell in alive), start=Fraction())
    needed = policy.min_group_weight
    is_held = remedy is MissingPolicy.HOLD and any(cell.expected for cell in lost)
    is_enough = weight > 0 and weight >= needed
    notes = [
        *(_note(subject, Event.POOLED, cell) for cell in alive if len(cell.members) > 1),
        *(_note(subject, _event(cell, remedy), cell) for cell in lost),
    ]
    if not is_enough and not is_held:
        insufficient = Event.INSUFFICIENT
        notes.append(Note(competency=subject, event=insufficient, weight=weight, needed=needed))
    if remedy is MissingPolicy.FIXED_FALLBACK:
        alive = _with_fallback(alive, [cell for cell in lost if cell.expected])
    return Survivors(
        cells=tuple(alive), notes=tuple(notes), is_held=is_held, is_enough=is_enough and not is_held
    )


def _remedy(alive: Sequence[Cell], wanted: MissingPolicy) -> MissingPolicy:
    """The policy that can be followed: without a supervisor there is nobody to fall back on."""
    stranded = not any(SUPERVISOR in cell.members for cell in alive)
    if wanted is MissingPolicy.FIXED_FALLBACK and stranded:
        return MissingPolicy.RENORMALISE
    return wanted


def _with_fallback(alive: Sequence[Cell], lost: Sequence[Cell]) -> list[Cell]:
    freed = sum((cell.weight for cell in lost), start=Fraction())
    return [
        replace(cell, weight=cell.weight + freed) if SUPERVISOR in cell.members else cell
        for cell in alive
    ]


def _event(cell: Cell, remedy: MissingPolicy) -> Event:
    absent, suppressed = EVENTS[remedy if cell.expected else MissingPolicy.RENORMALISE]
    return suppressed if cell.n else absent


def _note(subject: str, event: Event, cell: Cell) -> Note:
    return Note(competency=subject, event=event, group=cell.label, members=cell.members, n=cell.n)
