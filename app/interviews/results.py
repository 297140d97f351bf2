"""Sections B, C and K of the record, from what a result shows and from nothing else."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from app.interviews.rules import KpiFact, needs_variance_note
from app.pdf.papers import (
    DimensionBlock,
    ElementLine,
    FeedbackSection,
    OverallSection,
    ResultsSection,
    ResultTerm,
)
from app.ratings.charts import profile_of
from app.ratings.shown import (
    ElementKind,
    ShownCompetency,
    ShownDimension,
    ShownElement,
    ShownResult,
    Withheld,
    WithheldKind,
)
from app.ratings.wording import answers_sentence, status_sentence, withheld_sentence

CENT = Decimal("0.01")
ALL = "100.00"

Part = Mapping[str, Any]


def kpi_facts(result: ShownResult) -> list[KpiFact]:
    """The scored KPI lines, as the rules of a record look at them."""
    return [
        KpiFact(
            id=element.id,
            name=element.name,
            target=element.target,
            actual=element.actual,
            score=element.score,
            has_evidence=bool(element.evidence or element.source or element.answers),
        )
        for dimension in result.dimensions
        for element in dimension.elements
        if element.kind is ElementKind.KPI and element.score is not None
    ]


def element_ids(result: ShownResult) -> list[str]:
    """The lines on which the manager may have to write: evidence or a variance note."""
    return [fact.id for fact in lines_to_explain(result)]


def lines_to_explain(result: ShownResult) -> list[KpiFact]:
    """KPI lines without evidence, or whose actual misses the target by more than a tenth."""
    return [
        fact for fact in kpi_facts(result) if not fact.has_evidence or needs_variance_note(fact)
    ]


def results_section(result: ShownResult, manager: Part) -> ResultsSection:
    """B: every element with the weight it has in the total."""
    dimensions = tuple(_block(dimension, manager) for dimension in result.dimensions)
    points = sum((dimension.points for dimension in result.dimensions), Decimal(0))
    return ResultsSection(
        dimensions=dimensions,
        weight_total=ALL if dimensions else "",
        points_total=str(points.quantize(CENT)) if dimensions else "",
    )


def _block(dimension: ShownDimension, manager: Part) -> DimensionBlock:
    return DimensionBlock(
        name=dimension.name,
        weight=str(dimension.weight.quantize(CENT)),
        score=_text(dimension.score),
        points=str(dimension.points),
        elements=tuple(_line(one, dimension, manager) for one in dimension.elements),
    )


def _line(element: ShownElement, dimension: ShownDimension, manager: Part) -> ElementLine:
    weight = dimension.weight * element.weight / 100
    return ElementLine(
        name=element.name,
        weight=str(weight.quantize(CENT)),
        target=_with_unit(element.target, element.unit),
        actual=_with_unit(element.actual, element.unit),
        score=_text(element.score),
        points="" if element.score is None else str(element.points),
        evidence=_evidence(element, manager),
        variance=manager.get(f"variance_{element.id}", ""),
    )


def _with_unit(figure: str, unit: str) -> str:
    if not figure or not unit or unit in figure:
        return figure
    if unit.startswith("%"):
        return f"{figure}{unit}"
    joint = " × " if unit[0].isdigit() else " "  # 860 × 10,000 CNY
    return f"{figure}{joint}{unit}"


def _evidence(element: ShownElement, manager: Part) -> str:
    if element.score is None:
        return answers_sentence(element) or element.explain
    if element.kind is ElementKind.COMPETENCY:
        return str(_("360 feedback"))
    read = answers_sentence(element)
    given = (read, element.source, element.evidence, manager.get(f"evidence_{element.id}", ""))
    return str(_(", ")).join(text for text in given if text)


def feedback_section(result: ShownResult) -> FeedbackSection:
    """C: the surviving cells of every competency, and why others are not there."""
    return FeedbackSection(
        profile=profile_of(result),
        raters=_raters(result.competencies),
        merge_notes=_notes(result.competencies),
        highest=tuple(f"{one.name} {_text(one.others)}" for one in result.highest),
        lowest=tuple(f"{one.name} {_text(one.others)}" for one in result.lowest),
        gaps=tuple(_gap(one) for one in (*result.blind_spots, *result.hidden_strengths)),
    )


def _gap(one: ShownCompetency) -> str:
    text: str = _(
        "%(competency)s: self %(own)s, others %(others)s",
        competency=one.name,
        own=_text(one.own),
        others=_text(one.others),
    )
    return text


def _raters(competencies: Iterable[ShownCompetency]) -> tuple[str, ...]:
    """How many of each group, in the bands in which it may be said."""
    bands: dict[str, list[str]] = {}
    for one in competencies:
        for cell in one.cells:
            seen = bands.setdefault(cell.label, [])
            if cell.raters not in seen:
                seen.append(cell.raters)
    return tuple(
        _("%(group)s: %(count)s", group=label, count=" / ".join(seen))
        for label, seen in bands.items()
    )


def _notes(competencies: Iterable[ShownCompetency]) -> tuple[str, ...]:
    sentences = (
        _note(one, note)
        for one in competencies
        for note in one.withheld
        if note.kind is not WithheldKind.ITEM
    )
    return tuple(dict.fromkeys(sentences))


def _note(one: ShownCompetency, note: Withheld) -> str:
    sentence = withheld_sentence(note)
    if note.kind is not WithheldKind.COMPETENCY:
        return sentence
    return str(_("%(competency)s: %(sentence)s", competency=one.name, sentence=sentence))


def overall_section(result: ShownResult, manager: Part) -> OverallSection:
    """K: terms that add up to the total as printed; a calibration is a term of its own."""
    total = result.final if result.final is not None else result.computed
    moved = result.is_calibrated
    return OverallSection(
        terms=tuple(_terms(result)),
        total=_text(total) or status_sentence(result.status),
        grade=result.grade or "",
        grade_before=(result.computed_grade or "") if moved else "",
        calibration_reason=_("; ").join(step.reason for step in result.calibration),
        manager_comment=manager.get("comment", ""),
    )


def _terms(result: ShownResult) -> Iterable[ResultTerm]:
    dimensions = {one.name: one for one in result.dimensions}
    for term in result.terms:
        dimension = dimensions.get(term.name)
        formula = f"{dimension.weight:f} % × {_text(dimension.score)}" if dimension else ""
        yield ResultTerm(name=term.name, formula=formula, points=str(term.points))
    if result.final is not None and result.computed is not None:
        delta = result.final - result.computed
        if delta:
            yield ResultTerm(name=_("Calibration"), formula="", points=str(delta))


def _text(figure: Decimal | None) -> str:
    return "" if figure is None else str(figure)
