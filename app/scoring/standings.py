"""Who stands before whom: exact totals, published tie keys, and blocks of people who are equal."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.scoring.errors import Complaint, ScoringError
from app.scoring.grades import Grade, grade_of
from app.scoring.node import Node, require_distinct
from app.scoring.numbers import exact
from app.scoring.results import Rating, Status, TermKind


class Outside(StrEnum):
    """Why a person is not ranked."""

    UNRATED = "unrated"
    VETOED = "vetoed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A person's exact total, what settles equal totals, and the grade earned by the score alone.

    ``keys`` are scores that the published policy names, the deciding one first, the same for
    everybody. Without a total the person is not rated. A vetoed person keeps the grade that the
    veto left: no rank may lift it.
    """

    id: str
    total: Fraction | None
    grade: str = ""
    keys: tuple[Fraction | None, ...] = ()
    vetoed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A person to be ranked, by these exact figures in turn."""

    id: str
    earned: str
    figures: tuple[Fraction, ...]


def standing_of(
    rating: Rating, *, grades: Sequence[Grade], tie_dimensions: Sequence[str] = ()
) -> Standing:
    """A rating's exact total before calibration, ``tie_dimensions`` to settle equal totals.

    The grade is the one in force, calibration included.
    """
    scores = {one.id: one.score for one in rating.dimensions}
    limited = any(term.name == TermKind.GATE for term in rating.totals)
    computed, grade = rating.computed, rating.computed_grade
    capped = computed is not None and grade != grade_of(computed, grades)
    return Standing(
        id=rating.id,
        total=rating.exact if rating.status is Status.RATED else None,
        grade=rating.grade or "",
        keys=tuple(scores.get(one) for one in tie_dimensions),
        vetoed=limited or capped,
    )


def outside(people: Iterable[Standing]) -> dict[str, Outside]:
    """Who is not ranked and why, by id."""
    reasons = {one.id: _reason_outside(one) for one in people}
    return {one: reason for one, reason in sorted(reasons.items()) if reason is not None}


def candidates(people: Sequence[Standing], *, grades: Sequence[str]) -> list[Candidate]:
    """Those to be ranked, checked: ids are distinct, figures exact, grades among ``grades``."""
    require_distinct(Node(one.id, f"/people/{place}/id") for place, one in enumerate(people))
    return [
        _candidate(one, f"/people/{place}", grades)
        for place, one in enumerate(people)
        if _reason_outside(one) is None
    ]


def blocks(people: Iterable[Candidate]) -> list[list[Candidate]]:
    """Those who cannot be told apart, the best first, each block by id.

    A key that one of several equals lacks tells none of them apart.
    """
    return _split(sorted(people, key=lambda one: one.id), 0)


def _split(equals: list[Candidate], place: int) -> list[list[Candidate]]:
    if any(len(one.figures) <= place for one in equals):
        return [equals]
    by_figure: dict[Fraction, list[Candidate]] = defaultdict(list)
    for one in equals:
        by_figure[one.figures[place]].append(one)
    return [
        block
        for figure in sorted(by_figure, reverse=True)
        for block in _split(by_figure[figure], place + 1)
    ]


def _reason_outside(person: Standing) -> Outside | None:
    if person.total is None:
        return Outside.UNRATED
    return Outside.VETOED if person.vetoed else None


def _candidate(person: Standing, where: str, grades: Sequence[str]) -> Candidate:
    if person.grade not in grades:
        raise ScoringError(
            Complaint.NOT_A_CHOICE, f"{where}/grade", found=person.grade, expected=", ".join(grades)
        )
    figures = [exact(person.total, f"{where}/total")]
    for place, key in enumerate(person.keys):
        if key is None:
            break
        figures.append(exact(key, f"{where}/keys/{place}"))
    return Candidate(id=person.id, earned=person.grade, figures=tuple(figures))
