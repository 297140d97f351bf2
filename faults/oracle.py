"""What every shown figure says about single answers, worked out from the document anew.

Nothing here comes from the code that decides what is shown: raters are counted, answers averaged
and equations written once more, and each equation must give the very number that was printed.
Only which groups make up a line, and with which weight, is taken from the engine's exact result.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from app.scoring.disclosure.equations import Equation, Figure, FigureKind, Measure, Unknown
from faults.reading import Seen

FEW = 5
Table = Mapping[str, Any]
Terms = dict[Unknown, Fraction]
Answers = dict[str, Fraction]


class WrongNumberError(Exception):
    """A printed number is not what its equation gives: then the equations prove nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The groups that a line shows together, and its share (as a fraction of 1)."""

    members: tuple[str, ...]
    weight: Fraction


class Oracle:
    """Everything that can be said about one person's figures, given the document and result."""

    def __init__(self, document: Table, result: Table) -> None:
        self.document = document
        self.anchors = {Fraction(step): Fraction(worth) for step, worth in _anchors(document)}
        self.elements = {
            one["id"]: one for row in document["dimensions"] for one in row["elements"]
        }
        self.result = {row["id"]: row for row in result["dimensions"]}
        self.lines = {
            one["id"]: [_line(group) for group in one["groups"]]
            for row in result["dimensions"]
            for one in row["elements"]
        }
        self.groups = {group["id"]: group for group in document["groups"]}
        self._group_of = {rater["id"]: rater["group"] for rater in document["raters"]}
        self._counted: dict[str, dict[str, Answers]] = {}
        self._sums: dict[tuple[object, ...], Terms] = {}

    @property
    def minimum(self) -> dict[str, int]:
        """Every protected rater with the number of people to hide among."""
        return {
            rater["id"]: self.groups[rater["group"]]["k_min"]
            for rater in self.document["raters"]
            if self.groups[rater["group"]]["protected"]
        }

    @property
    def is_bent(self) -> bool:
        points = [self.anchors[step] for step in sorted(self.anchors)]
        return len({after - before for before, after in pairwise(points)}) > 1

    def counted(self, competency: str, members: Iterable[str]) -> dict[str, Answers]:
        """Rater → item → answer turned round, for those who answered enough of their form."""
        groups = set(members)
        if competency not in self._counted:
            self._counted[competency] = {
                rater["id"]: answers
                for rater in self.document["raters"]
                if (answers := self._answers(rater["a"], competency)) is not None
            }
        return {
            rater: answers
            for rater, answers in self._counted[competency].items()
            if self._group_of[rater] in groups
        }

    def equation(self, figure: Figure) -> Equation:
        return Equation(figure=figure, terms=self._terms(figure))

    def leaves_out(self, n: int) -> bool:
        """Whether the average of so many people is not the mean of all of them."""
        return self._kept(n) < n

    def check(self, seen: Seen) -> None:
        """Refuse a printed number that is not the rounded value of its equation."""
        exact = self._value(seen.figure)
        if exact is None or seen.text.startswith(("≤", "≥")):
            return
        shown = Decimal(seen.text)
        half = Fraction(1, 2) / 10 ** -int(shown.as_tuple().exponent)
        if abs(Fraction(shown) - exact) > half:
            raise WrongNumberError(f"{seen.figure}: {seen.text} is not {float(exact)}")

    def _answers(self, given: Table, competency: str) -> Answers | None:
        items = [one for one in self.elements[competency]["items"] if one["id"] in given]
        answered = [one for one in items if given[one["id"]] is not None]
        asked_weight = sum(Fraction(one["w"]) for one in items)
        weight = sum(Fraction(one["w"]) for one in answered)
        if not weight or weight < Fraction(self.document["min_coverage"]) * asked_weight:
            return None
        return {
            one["id"]: Fraction(6 - given[one["id"]] if one["reverse"] else given[one["id"]])
            for one in answered
        }

    def _terms(self, figure: Figure) -> Terms:
        match figure.kind:
            case FigureKind.ITEM:
                return self._item(figure)
            case FigureKind.CELL:
                return self.mean(figure.of, figure.members, Measure.RAW)
            case FigureKind.OTHERS:
                return self._over_lines(figure.of, Measure.RAW)
            case FigureKind.COMPETENCY:
                return self._over_lines(figure.of, Measure.POINTS)
            case FigureKind.DIMENSION:
                return self._dimension(figure.of)
            case _:
                return summed(
                    (_percent(row["effective_weight"]), self._dimension(of))
                    for of, row in self.result.items()
                )

    def _item(self, figure: Figure) -> Terms:
        raters = [
            rater
            for rater, answers in self.counted(figure.of, figure.members).items()
            if figure.item in answers
        ]
        share = Fraction(1, len(raters))
        return {Unknown(rater=rater, subject=figure.item): share for rater in raters}

    def mean(
        self, competency: str, members: Iterable[str], measure: Measure = Measure.RAW
    ) -> Terms:
        """The equation of the groups' average: over all raters' own means, or as one unknown."""
        counted, weights = self.counted(competency, members), self._weights(competency)
        if measure is Measure.POINTS and not self.is_bent:
            slope = self.anchors[Fraction(2)] - self.anchors[Fraction(1)]
            return summed([(slope, self.mean(competency, members, Measure.RAW))])
        if self.leaves_out(len(counted)):
            average = Measure(f"{measure}_average")
            return {
                Unknown(rater=one, subject=competency, measure=average): Fraction(1)
                for one in counted
            }
        terms: Terms = {}
        for rater, answers in counted.items():
            weight = sum(weights[item] for item in answers) * len(counted)
            for item in answers:
                unknown = Unknown(rater=rater, subject=item, measure=measure)
                terms[unknown] = weights[item] / weight
        return terms

    def _over_lines(self, competency: str, measure: Measure) -> Terms:
        key = competency, measure
        if key not in self._sums:
            self._sums[key] = summed(
                (line.weight, self.mean(competency, line.members, measure))
                for line in self.lines[competency]
            )
        return self._sums[key]

    def _dimension(self, dimension: str) -> Terms:
        key = (dimension,)
        if key not in self._sums:
            self._sums[key] = summed(
                (_percent(one["effective_weight"]), self._over_lines(one["id"], Measure.POINTS))
                for one in self.result[dimension]["elements"]
                if self.lines[one["id"]]
            )
        return self._sums[key]

    def _value(self, figure: Figure) -> Fraction | None:
        """The exact figure by our own averaging; None for sums with parts that are no answers."""
        if figure.kind in {FigureKind.DIMENSION, FigureKind.TOTAL}:
            return None
        if figure.kind is FigureKind.ITEM:
            given = [
                answers[figure.item]
                for answers in self.counted(figure.of, figure.members).values()
                if figure.item in answers
            ]
            return sum(given, start=Fraction()) / len(given)
        if figure.kind is FigureKind.CELL:
            return self._average(figure.of, figure.members, in_points=False)
        in_points = figure.kind is FigureKind.COMPETENCY
        return sum(
            (
                line.weight * self._average(figure.of, line.members, in_points=in_points)
                for line in self.lines[figure.of]
            ),
            start=Fraction(),
        )

    def _average(self, competency: str, members: Iterable[str], *, in_points: bool) -> Fraction:
        weights, means = self._weights(competency), []
        for answers in self.counted(competency, members).values():
            worth = {
                item: self.anchors[answer] if in_points else answer
                for item, answer in answers.items()
            }
            total = sum((weights[item] for item in answers), start=Fraction())
            points = (weights[item] * worth[item] for item in answers)
            means.append(sum(points, start=Fraction()) / total)
        kept = self._kept(len(means))
        gone = (len(means) - kept) // 2
        middle = sorted(means)[gone : gone + kept]
        return sum(middle, start=Fraction()) / len(middle)

    def _kept(self, n: int) -> int:
        """How many of ``n`` raters an average is about."""
        match self.document["aggregate"]:
            case "median":
                gone = (n - 1) // 2
            case "trimmed" if n >= FEW:
                gone = int(Fraction(self.document["trim"]) * n)
            case "drop_k_each_side" if n >= FEW:
                gone = 1
            case _:
                gone = 0
        return n - 2 * gone

    def _weights(self, competency: str) -> dict[str, Fraction]:
        return {one["id"]: Fraction(one["w"]) for one in self.elements[competency]["items"]}


def _anchors(document: Table) -> Sequence[tuple[int, int]]:
    anchors: Sequence[tuple[int, int]] = document["scale"]["anchors"]
    return anchors


def _line(group: Table) -> Line:
    return Line(members=tuple(group["group"].split("+")), weight=_percent(group["weight"]))


def _percent(figure: Table) -> Fraction:
    return Fraction(figure["frac"]) / 100


def summed(parts: Iterable[tuple[Fraction, Mapping[Unknown, Fraction]]]) -> Terms:
    """Equations added up, each times its factor."""
    total: Terms = {}
    for factor, terms in parts:
        for unknown, share in terms.items():
            total[unknown] = total.get(unknown, Fraction()) + factor * share
    return total
