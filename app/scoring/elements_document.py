"""Reading what a person is rated on: dimensions, their elements, items and gates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.scoring.errors import Complaint, ScoringError
from app.scoring.example import (
    SELF,
    Dimension,
    Element,
    Gate,
    Group,
    Item,
    Publication,
    Survey,
)
from app.scoring.goals import read_goals
from app.scoring.grades import Grade
from app.scoring.known import Known
from app.scoring.kpi import Kpi, KpiStatus, Limits
from app.scoring.kpi_document import SURVEY_METHOD, read_kpi
from app.scoring.node import Node, require_distinct, require_filled, require_on_grid
from app.scoring.results import TermKind
from app.scoring.scales import Scale
from app.scoring.weights import require_hundred, require_not_negative

GATE_METHOD = "gate"
NOTHING = Fraction()


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What of the scheme an element refers to; ``competencies`` are the ids of all there are."""

    scale: Scale
    limits: Limits
    grades: tuple[Grade, ...]
    publication: Publication
    groups: tuple[Group, ...]
    known: Known
    competencies: tuple[str, ...] = ()


def read_dimensions(node: Node, scheme: Surroundings) -> tuple[Dimension, ...]:
    """All dimensions; ids are unique throughout, weights sum to 100 at both levels."""
    nodes = node.items()
    require_filled(nodes, node)
    ids = [Node(kind.value, node.where) for kind in TermKind]
    require_distinct([*ids, *(one.field("id") for one in nodes)])
    asked = replace(scheme, competencies=_competencies(nodes))
    dimensions = tuple(_dimension(one, asked) for one in nodes)
    require_hundred([one.weight for one in dimensions], node.where)
    elements = [element for one in nodes for element in one.field("elements").items()]
    require_distinct(element.field("id") for element in elements)
    if _asks_twice(dimensions):
        listed = [one.optional("items") for one in elements]
        items = [item for one in listed if one is not None for item in one.items()]
        require_distinct(item.field("id") for item in items)
    return dimensions


def _asks_twice(dimensions: Sequence[Dimension]) -> bool:
    asked = [item.id for one in dimensions for element in one.elements for item in element.items]
    return len(set(asked)) < len(asked)


def _competencies(dimensions: Sequence[Node]) -> tuple[str, ...]:
    elements = (element for one in dimensions for element in one.field("elements").items())
    return tuple(
        element.field("id").text() for element in elements if element.optional("items") is not None
    )


def _dimension(node: Node, scheme: Surroundings) -> Dimension:
    elements = node.field("elements")
    nodes = elements.items()
    require_filled(nodes, elements)
    dimension = Dimension(
        id=node.field("id").text(),
        name=node.text_or("name"),
        weight=node.field("weight").weight(),
        elements=tuple(_element(one, scheme) for one in nodes),
    )
    require_hundred([one.weight for one in dimension.elements], elements.where)
    return dimension


def _element(node: Node, scheme: Surroundings) -> Element:
    kpi, goals = node.optional("kpi"), node.optional("goals")
    veto = _is_mere_veto(node, kpi)
    name = node.text_or("name")
    kinds = [one for one in (kpi, goals, node.optional("items")) if one is not None]
    if len(kinds) > 1:
        raise ScoringError(Complaint.KPI_AND_ITEMS, node.where)
    element_id = node.field("id").text()
    asks = not veto and kpi is None and goals is None
    return Element(
        id=element_id,
        name=name,
        weight=node.weight_or_none("weight") or NOTHING if veto else node.field("weight").weight(),
        kpi=None if veto or kpi is None else _kpi(kpi, name or element_id, scheme),
        survey=None if kpi is None else _survey(kpi, scheme),
        items=scheme.known.read(_items, node.field("items")) if asks else (),
        goals=() if goals is None else read_goals(goals, scale=scheme.scale, limits=scheme.limits),
        gate=_gate(node, kpi, scheme),
    )


def _kpi(node: Node, name: str, scheme: Surroundings) -> Kpi:
    return read_kpi(node, name=name, scale=scheme.scale, limits=scheme.limits)


def _survey(node: Node, scheme: Surroundings) -> Survey | None:
    """Whose answers a KPI from feedback is made of, by default to all competencies."""
    if node.field("method").value != SURVEY_METHOD:
        return None
    group, listed = node.field("group"), node.optional("competencies")
    weighing = [one.id for one in scheme.groups if one.weight > 0 and one.id != SELF]
    if group.text() not in weighing:
        expected = ", ".join(weighing)
        raise ScoringError(
            Complaint.SURVEY_GROUP, group.where, found=group.value, expected=expected
        )
    if listed is None:
        return Survey(group=group.text(), competencies=scheme.competencies)
    named = listed.items()
    require_filled(named, listed)
    require_distinct(named)
    for one in named:
        if one.text() not in scheme.competencies:
            raise ScoringError(Complaint.UNKNOWN_COMPETENCY, one.where, found=one.value)
    return Survey(group=group.text(), competencies=tuple(one.text() for one in named))


def _items(node: Node) -> tuple[Item, ...]:
    nodes = node.items()
    require_filled(nodes, node)
    items = tuple(
        Item(
            id=one.field("id").text(),
            weight=one.number_or("w", default=Fraction(1)),
            reverse=one.flag_or("reverse", default=False),
        )
        for one in nodes
    )
    for item, one in zip(items, nodes, strict=True):
        if item.weight.numerator < 0:
            require_not_negative(item.weight, f"{one.where}/w")
    if not any(item.weight for item in items):
        raise ScoringError(Complaint.NO_WEIGHT, node.where)
    return items


def _is_mere_veto(node: Node, kpi: Node | None) -> bool:
    """An element that only vetoes takes no part in the weighing; its siblings renormalise."""
    if kpi is None:
        scores = node.optional("items") is not None or node.optional("goals") is not None
        return node.optional("gate") is not None and not scores
    return kpi.field("method").value == GATE_METHOD


def _gate(node: Node, kpi: Node | None, scheme: Surroundings) -> Gate | None:
    """The veto of an element, if there is one and it bites.

    It stands beside the KPI, within it, or is the KPI itself. It bites unless it says
    ``"triggered": false``; as a KPI itself also not where its target is reached.
    """
    beside = node.optional("gate")
    if beside is not None:
        return _read_gate(beside, scheme)
    if kpi is None:
        return None
    within = kpi.optional("gate")
    itself = kpi.field("method").value == GATE_METHOD
    if itself and _is_kept(kpi, node):
        return None
    if within is not None:
        return _read_gate(within, scheme)
    return _read_gate(kpi, scheme) if itself else None


def _is_kept(kpi: Node, node: Node) -> bool:
    """Whether the rule behind a veto was kept, or does not apply to this person."""
    status = kpi.optional("status")
    if status is not None:
        known = status.choice(KpiStatus)
        if known is KpiStatus.PENDING:
            raise ScoringError(Complaint.PENDING_KPI, kpi.where, found=node.field("id").text())
        if known is KpiStatus.NOT_APPLICABLE:
            return True
    actual, target = kpi.number_or_none("actual"), kpi.number_or_none("target")
    return actual is not None and target is not None and actual >= target


def _read_gate(node: Node, scheme: Surroundings) -> Gate | None:
    if not (node.has("max_grade") or node.has("max_score")):
        node.field("max_grade")
    grade = node.optional("max_grade")
    names = [one.name for one in scheme.grades]
    if grade is not None and grade.text() not in names:
        raise ScoringError(
            Complaint.NOT_A_CHOICE, grade.where, found=grade.value, expected=", ".join(names)
        )
    score = node.optional("max_score")
    if score is not None:
        require_on_grid(score, scheme.publication.places)
    if not node.flag_or("triggered", default=True):
        return None
    return Gate(
        max_grade=None if grade is None else grade.text(),
        max_score=None if score is None else score.number(),
    )
