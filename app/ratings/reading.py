"""From a stored result to ShownResult, in one language. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.ratings.shown import (
    AnswersBehind,
    CalibrationStep,
    CommentList,
    ElementKind,
    ItemFigure,
    ResultStatus,
    ShownCell,
    ShownComments,
    ShownCompetency,
    ShownDimension,
    ShownElement,
    ShownItem,
    ShownResult,
    ShownTerm,
    Withheld,
    WithheldKind,
)

MOST_HIGHEST = 3
MOST_LOWEST = 2

Table = Mapping[str, Any]


def shown_result(result: Table, language: str) -> ShownResult:
    """What a stored `Rating.result` shows, in `zh` or `en`."""
    status = ResultStatus(result["status"])
    if status is ResultStatus.PENDING:
        missing = tuple(row[language] for row in result["missing"])
        return ShownResult(status=status, missing=missing)
    view = result["view"]
    blind = {row["id"] for row in view["competencies"] if row["is_blind_spot"]}
    hidden = {row["id"] for row in view["competencies"] if row["is_hidden_strength"]}
    competencies = tuple(_competency(row, language) for row in view["competencies"])
    highest, lowest = _extremes(competencies)
    rated = status is ResultStatus.RATED
    return ShownResult(
        status=status,
        computed=_exact(result["computed"]) if rated else None,
        computed_grade=result["computed_grade"],
        final=_exact(result["final"]) if rated else None,
        grade=result["grade"],
        calibration=tuple(_calibration(row) for row in view["calibration"]),
        terms=tuple(
            ShownTerm(name=row[language], points=Decimal(row["points"])) for row in view["terms"]
        ),
        dimensions=tuple(_dimension(row, language) for row in view["dimensions"]),
        competencies=competencies,
        highest=highest,
        lowest=lowest,
        hidden_strengths=tuple(one for one in competencies if one.id in hidden),
        blind_spots=tuple(one for one in competencies if one.id in blind),
        comments=_comments(view["comments"], language),
    )


def _extremes(
    competencies: Sequence[ShownCompetency],
) -> tuple[tuple[ShownCompetency, ...], tuple[ShownCompetency, ...]]:
    """The highest and the lowest by what others say; none is in both, ties are never cut."""
    figures = sorted((one.others for one in competencies if one.others is not None), reverse=True)
    if len(set(figures)) < MOST_LOWEST:
        return (), ()
    top = figures[min(MOST_HIGHEST, len(figures) // 2) - 1]
    bottom = figures[-min(MOST_LOWEST, len(figures) // 2)]
    ranked = sorted(competencies, key=lambda one: (-(one.others or 0), one.id))
    rated = [one for one in ranked if one.others is not None]
    highest = tuple(one for one in rated if one.others is not None and one.others >= top > bottom)
    lowest = tuple(one for one in rated if one.others is not None and one.others <= bottom < top)
    return highest, tuple(reversed(lowest))


def _exact(figure: Table) -> Decimal:
    """A published figure; its two decimals are always written."""
    return Decimal(figure["dec"]).quantize(Decimal("0.01"))


def _calibration(row: Table) -> CalibrationStep:
    """Results that were stored before grades could be set name none."""
    return CalibrationStep(
        delta=Decimal(row["delta"]), grade=row.get("grade"), reason=row["reason"]
    )


def _dimension(row: Table, language: str) -> ShownDimension:
    return ShownDimension(
        id=row["id"],
        name=row[language],
        weight=Decimal(row["weight"]),
        score=_figure(row["score"]),
        points=Decimal(row["points"]),
        elements=tuple(_element(one, language) for one in row["elements"]),
    )


def _element(row: Table, language: str) -> ShownElement:
    return ShownElement(
        id=row["id"],
        name=row[language],
        kind=ElementKind(row["kind"]),
        nominal_weight=Decimal(row["nominal_weight"]),
        weight=Decimal(row["weight"]),
        score=_figure(row["score"]),
        points=Decimal(row["points"]),
        explain=row[f"explain_{language}"],
        target=row["target"],
        actual=row["actual"],
        unit=row[f"unit_{language}"],
        source=row["source"],
        evidence=row["evidence"],
        is_from_feedback=row.get("from_feedback", bool(row.get("answers"))),
        answers=tuple(
            AnswersBehind(label=one[language], raters=one["raters"])
            for one in row.get("answers", ())  # results stored before there were such KPIs
        ),
    )


def _competency(row: Table, language: str) -> ShownCompetency:
    return ShownCompetency(
        id=row["id"],
        name=row[language],
        cells=tuple(_cell(cell, language) for cell in row["cells"]),
        others=_figure(row["others"]),
        own=_figure(row["own"]),
        gap=_figure(row["gap"]),
        items=tuple(_item(item, language) for item in row["items"]),
        withheld=tuple(_withheld(note, language) for note in row["withheld"]),
    )


def _cell(row: Table, language: str) -> ShownCell:
    return ShownCell(
        groups=tuple(row["groups"]),
        label=row[language],
        mean=Decimal(row["mean"]),
        raters=row["raters"],
        weight=Decimal(row["weight"]),
    )


def _item(row: Table, language: str) -> ShownItem:
    return ShownItem(
        text=row[language],
        figures=tuple(
            ItemFigure(label=figure[language], text=figure["text"]) for figure in row["figures"]
        ),
        own=row["own"],
        is_reversed=row["is_reversed"],
    )


def _comments(row: Table, language: str) -> ShownComments:
    def lists(kind: str) -> tuple[CommentList, ...]:
        return tuple(
            CommentList(heading=one[language], texts=tuple(one["texts"])) for one in row[kind]
        )

    withheld = row["withheld"]
    return ShownComments(
        colleagues=lists("colleagues"),
        supervisor=lists("supervisor"),
        own=lists("own"),
        withheld=Withheld(kind=WithheldKind.COMMENTS, least=withheld["least"])
        if withheld
        else None,
    )


def _withheld(note: Table, language: str) -> Withheld:
    return Withheld(
        kind=WithheldKind(note["kind"]), least=note["least"], groups=tuple(note[language])
    )


def _figure(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
