"""Reading a scheme's rules about people: how raters are averaged, and what a lost group does."""

from fractions import Fraction

from app.scoring.averages import Aggregate, Averaging
from app.scoring.errors import Complaint, ScoringError
from app.scoring.example import MissingPolicy, Order, Policy
from app.scoring.node import Node
from app.scoring.numbers import decimal_text
from app.scoring.weights import HUNDRED

HALF = Fraction(1, 2)
# Above it, one close rater among the three who must at least answer would decide nearly alone.
MOST_CONTACT_RATIO = 3


def read_policy(node: Node) -> Policy:
    """The policy of an example; every part of it has its usual value where it is not given."""
    usual = Policy(averaging=Averaging())
    missing, order = node.optional("missing_policy"), node.optional("order")
    return Policy(
        averaging=_averaging(node),
        missing=usual.missing if missing is None else missing.choice(MissingPolicy),
        order=usual.order if order is None else order.choice(Order),
        min_coverage=_share(node, "min_coverage", usual.min_coverage, highest=Fraction(1)),
        min_group_weight=_share(node, "min_group_weight", usual.min_group_weight),
        min_dimension_weight=_share(node, "min_dimension_weight", usual.min_dimension_weight),
    )


def _averaging(node: Node) -> Averaging:
    named = node.optional("aggregate")
    kind = Aggregate.MEAN if named is None else named.choice(Aggregate)
    match kind:
        case Aggregate.TRIMMED:
            return Averaging(kind=kind, trim=_trim(node.field("trim")))
        case Aggregate.CONTACT_WEIGHTED:
            return Averaging(kind=kind, contact=_contact(node.field("contact_weights")))
    drop_k = node.optional("drop_k")
    return Averaging(kind=kind, drop_k=1 if drop_k is None else drop_k.whole())


def _trim(node: Node) -> Fraction:
    if not 0 <= node.number() < HALF:
        raise node.out_of_range("0 ≤ trim < 0.5")
    return node.number()


def _contact(node: Node) -> tuple[tuple[str, Fraction], ...]:
    """The published table of words and weights, heaviest first.

    No weight is 0, since a mean rests on at least k people; and the largest is at most three times
    the smallest, so that it is never the view of one person in disguise.
    """
    table = {word: weight.number() for word, weight in node.members().items()}
    if not table or min(table.values()) <= 0:
        raise node.out_of_range("> 0")
    lightest, heaviest = min(table.values()), max(table.values())
    if heaviest > MOST_CONTACT_RATIO * lightest:
        lo, hi = decimal_text(lightest), decimal_text(heaviest)
        raise ScoringError(
            Complaint.CONTACT_TOO_UNEQUAL, node.where, lo=lo, hi=hi, expected=MOST_CONTACT_RATIO
        )
    return tuple(sorted(table.items(), key=lambda row: (-row[1], row[0])))


def contact_of(node: Node, averaging: Averaging) -> Fraction:
    """What a rater counts for: by the word ``contact``, and least where there is none.

    Without a table every rater counts the same, whatever is declared.
    """
    if not averaging.contact:
        return Fraction(1)
    declared = node.optional("contact")
    if declared is None:
        return averaging.contact[-1][1]
    table = dict(averaging.contact)
    if declared.text() not in table:
        raise ScoringError(
            Complaint.NOT_A_CHOICE,
            declared.where,
            found=declared.value,
            expected=", ".join(table),
        )
    return table[declared.text()]


def _share(node: Node, name: str, usual: Fraction, *, highest: Fraction = HUNDRED) -> Fraction:
    member = node.optional(name)
    if member is None:
        return usual
    if not 0 <= member.number() <= highest:
        raise member.out_of_range(f"0–{highest}")
    return member.number()
