"""Reading the worked-input form: every figure exact, every rule checked, first refusal wins.

Numbers may be whole numbers, ``Decimal`` or decimal text, never binary floats. Keys that the
format does not know are left alone, so that a file may carry notes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.averages import Averaging
from app.scoring.calibration_document import with_calibration
from app.scoring.elements_document import Surroundings, read_dimensions
from app.scoring.errors import Complaint, ScoringError
from app.scoring.example import (
    SELF,
    Adjustment,
    Dimension,
    Example,
    Group,
    Publication,
    Rater,
)
from app.scoring.grades import Grade, require_ladder
from app.scoring.known import Known
from app.scoring.kpi import Limits, require_limits
from app.scoring.node import Node, require_distinct, require_filled, require_on_grid
from app.scoring.numbers import Rounding, decimal_text
from app.scoring.policy_document import contact_of, read_policy
from app.scoring.scales import Scale, require_whole_scale
from app.scoring.weights import require_hundred

MOST_PLACES = 6
SINGLE_GROUPS = {"supervisor", SELF}
PROTECTED_K_MIN = 3
ADJUST_CAP = Fraction(5)
# The day on which a document lost the answers that it was computed from.
ANSWERS_DELETED_ON = "answers_deleted_on"
PLAIN_KINDS = (int, type(None))  # a truth value is no 1
PUBLISHED_MODES = (Rounding.HALF_UP, Rounding.HALF_EVEN)


def read_example(value: object, *, where: str = "", known: Known | None = None) -> Example:
    """Read one example; ``where`` is the JSON pointer under which refusals point to it.

    With ``known``, documents that share parts of their scheme are read faster.
    """
    node, known = Node(value, where), known or Known()
    _require_answers(node)
    example_id = node.field("id").text()
    scale = known.read(_scale, node.field("scale"))
    publication = _publication(node)
    limits, grades = _limits(node), _grades(node.field("grades"), publication)
    groups = known.read(_groups, node.field("groups"))
    policy = read_policy(node)
    scheme = Surroundings(
        scale=scale,
        limits=limits,
        grades=grades,
        publication=publication,
        groups=groups,
        known=known,
    )
    dimensions = read_dimensions(node.field("dimensions"), scheme)
    example = Example(
        id=example_id,
        title=node.text_or("title"),
        scale=scale,
        publication=publication,
        grades=grades,
        groups=groups,
        policy=policy,
        dimensions=dimensions,
        raters=_raters(node.field("raters"), groups, dimensions, scale, policy.averaging),
        adjustments=_adjustments(node),
        adjust_cap=node.weight_or("adjust_cap", default=ADJUST_CAP),
        coefficient=node.weight_or_none("coefficient"),
    )
    return with_calibration(example, node)


def _require_answers(node: Node) -> None:
    deleted = node.optional(ANSWERS_DELETED_ON)
    if deleted is not None:
        raise ScoringError(Complaint.ANSWERS_DELETED, deleted.where, found=deleted.text())


def _scale(node: Node) -> Scale:
    anchors: dict[Fraction, Fraction] = {}
    for row in node.field("anchors").items():
        answer, points = row.row(2)
        if answer.number() in anchors:
            raise ScoringError(Complaint.DUPLICATE_ID, answer.where, found=answer.value)
        anchors[answer.number()] = points.number()
    scale = Scale(
        lowest=node.field("min").number(), highest=node.field("max").number(), anchors=anchors
    )
    require_whole_scale(scale, node.where)
    return scale


def _limits(node: Node) -> Limits:
    usual = Limits()
    limits = Limits(
        floor=node.number_or("kpi_floor", default=usual.floor),
        cap=node.number_or("kpi_cap", default=usual.cap),
    )
    require_limits(limits, floor_at=f"{node.where}/kpi_floor", cap_at=f"{node.where}/kpi_cap")
    return limits


def _publication(node: Node) -> Publication:
    final = node.optional("final") or Node({}, f"{node.where}/final")
    usual = Publication()
    places = final.optional("dp")
    mode = final.optional("mode")
    publication = Publication(
        places=usual.places if places is None else _places(places),
        mode=usual.mode if mode is None else _mode(mode),
        lowest=final.number_or("min", default=usual.lowest),
        highest=final.number_or("max", default=usual.highest),
    )
    if publication.lowest >= publication.highest:
        lo, hi = decimal_text(publication.lowest), decimal_text(publication.highest)
        raise ScoringError(Complaint.OUT_OF_ORDER, final.where, lo=lo, hi=hi)
    for name in ("min", "max"):
        end = final.optional(name)
        if end is not None:
            require_on_grid(end, publication.places)
    return publication


def _places(node: Node) -> int:
    if node.whole() > MOST_PLACES:
        raise node.out_of_range(f"0–{MOST_PLACES}")
    return node.whole()


def _mode(node: Node) -> Rounding:
    mode = node.choice(Rounding)
    if mode not in PUBLISHED_MODES:
        raise node.out_of_range(" | ".join(PUBLISHED_MODES))
    return mode


def _grades(node: Node, publication: Publication) -> tuple[Grade, ...]:
    rows = [row.row(2) for row in node.items()]
    require_distinct(name for name, _ in rows)
    grades = tuple(Grade(name=name.text(), lower=lower.number()) for name, lower in rows)
    require_ladder(grades, lowest=publication.lowest, where=node.where)
    return grades


def _groups(node: Node) -> tuple[Group, ...]:
    nodes = node.items()
    require_filled(nodes, node)
    require_distinct(one.field("id") for one in nodes)
    groups = tuple(_group(one) for one in nodes)
    require_hundred([group.weight for group in groups], node.where)
    return groups


def _group(node: Node) -> Group:
    group_id = node.field("id").text()
    k_min = node.optional("k_min")
    usual = 1 if group_id in SINGLE_GROUPS else PROTECTED_K_MIN
    if k_min is not None and k_min.whole() < 1:
        raise k_min.out_of_range("≥ 1")
    return Group(
        id=group_id,
        name=node.text_or("name"),
        weight=node.field("weight").weight(),
        k_min=usual if k_min is None else k_min.whole(),
        pool=node.text_or("pool") or None,
        absent=node.flag_or("absent", default=False),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Form:
    """What raters may have answered, and what they count for.

    ``plain`` has the answers that stand as whole numbers.
    """

    groups: Mapping[str, Group]
    items: Collection[str]
    scale: Scale
    averaging: Averaging
    plain: Mapping[object, Fraction | None]


def _raters(
    node: Node,
    groups: Sequence[Group],
    dimensions: Sequence[Dimension],
    scale: Scale,
    averaging: Averaging,
) -> tuple[Rater, ...]:
    nodes = node.items()
    require_distinct((one.field("id") for one in nodes), Complaint.DUPLICATE_RATER)
    whole = [answer for answer in scale.anchors if answer.denominator == 1]
    form = _Form(
        groups={group.id: group for group in groups},
        items={item.id for d in dimensions for element in d.elements for item in element.items},
        scale=scale,
        averaging=averaging,
        plain={None: None, **{int(answer): answer for answer in whole}},
    )
    return tuple(_rater(one, form) for one in nodes)


def _rater(node: Node, form: _Form) -> Rater:
    group = node.field("group")
    if group.text() not in form.groups:
        raise ScoringError(Complaint.UNKNOWN_GROUP, group.where, found=group.value)
    if form.groups[group.text()].absent:
        raise ScoringError(Complaint.RATER_OF_ABSENT_GROUP, group.where, found=group.value)
    return Rater(
        id=node.field("id").text(),
        group=group.text(),
        answers=_answers(node.field("a"), form),
        contact=contact_of(node, form.averaging),
    )


def _answers(node: Node, form: _Form) -> dict[str, Fraction | None]:
    """Nearly all are whole numbers or null, and known: only the others are looked into."""
    return {
        item: form.plain[answer]
        if type(answer) in PLAIN_KINDS and answer in form.plain and item in form.items
        else _answer(item, node.field(item), form)
        for item, answer in node.table().items()
    }


def _answer(item: str, node: Node, form: _Form) -> Fraction:
    if item not in form.items:
        raise ScoringError(Complaint.UNKNOWN_ITEM, node.where, found=item)
    form.scale.points(node.number(), where=node.where)
    return node.number()


def _adjustments(node: Node) -> tuple[Adjustment, ...]:
    listed = node.optional("adjustments")
    return tuple(
        Adjustment(name=one.text_or("name"), points=one.field("points").number())
        for one in (listed.items() if listed else [])
    )
