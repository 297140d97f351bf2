"""Reading the calibration of the worked-input form: rows of both kinds, and checks of the chain.

A row needs a reason and, by its kind, ``delta``, ``grade`` or ``refers_to``; all else is optional
and checked where it is given.
"""

from dataclasses import replace
from fractions import Fraction

from app.scoring.calibration import Calibration, StepKind
from app.scoring.calibration_replay import require_sound
from app.scoring.example import Example
from app.scoring.node import Node
from app.scoring.numbers import decimal_text
from app.scoring.snapshot import CALIBRATION, base_hash
from app.scoring.total import bounds_of


def with_calibration(example: Example, node: Node) -> Example:
    """The example with the decisions of people that its document lists.

    Raises ScoringError for a row that breaks a rule, does not follow from the one before it, or
    rests on inputs that have changed since and that no later row repeats or ends.
    """
    listed = node.optional(CALIBRATION)
    if listed is None:
        return example
    rows = tuple(_row(one) for one in listed.items())
    limit = node.weight_or("calibration_limit", default=example.calibration_limit)
    calibrated = replace(example, calibration=rows, calibration_limit=limit)
    names_inputs = any(row.base_hash is not None for row in rows)
    require_sound(
        rows,
        bounds=bounds_of(calibrated),
        base_hash=base_hash(node.value) if names_inputs else "",
        where=listed.where,
    )
    return calibrated


def _row(node: Node) -> Calibration:
    named = node.optional("kind")
    kind = StepKind.DELTA if named is None else named.choice(StepKind)
    is_delta = kind is StepKind.DELTA
    return Calibration(
        kind=kind,
        delta=node.field("delta").number() if is_delta else Fraction(),
        reason=node.field("reason").text(),
        grade=node.field("grade").text() if kind is StepKind.GRADE else None,
        refers_to=node.field("refers_to").text()
        if kind is StepKind.LAPSE
        else _text(node, "refers_to"),
        by=node.text_or("by"),
        at=node.text_or("at"),
        before=_told(node, "before", kind),
        after=_told(node, "after", kind),
        base_hash=_text(node, "base_hash"),
        prev_hash=_text(node, "prev_hash"),
    )


def _told(node: Node, name: str, kind: StepKind) -> str | None:
    """A figure in the one way of writing it, so that 90 and 90.00 are the same; or a grade."""
    member = node.optional(name)
    if member is None:
        return None
    return member.text() if kind is StepKind.GRADE else decimal_text(member.number())


def _text(node: Node, name: str) -> str | None:
    member = node.optional(name)
    return None if member is None else member.text()
