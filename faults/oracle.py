"""What every shown figure says about single answers, worked out from the document anew.

Nothing here comes from the code that decides what is shown: raters are counted, answers averaged
and equations written once more, and each equation must give the very number that was printed.
Only which groups make up a line, and with which weight, is taken from the engine's exact result.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from app.scoring.disclosure.equations import Equation, Figure, FigureKind
from app.scoring.disclosure.terms import Measure, Unknown
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
        self.surveys = {
            one["id"]: one["kpi"]["group"]
            for one in self.elements.values()
            if one.get("kpi", {}).get("method") == "from_feedback"
        }
        self._contact = {rater["id"]: self._counts(rater) for rater in document["raters"]}
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
                terms = self._item(figure)
            case FigureKind.CELL:
                terms = self._line_terms(figure.of, figure.members, Measure.RAW)
            case FigureKind.OTHERS:
                terms = self._over_lines(figure.of, Measure.RAW)
            case FigureKind.COMPETENCY | FigureKind.SURVEY:
                terms = self._points(figure.of)
            case FigureKind.DIMENSION:
                terms = self._dimension(figure.of)
            case _:
                terms = summed(
                    (_percent(row["effective_weight"]), self._dimension(of))
                    for of, row in self.result.items()
                )
        return terms

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
        everybody = sum(self._contact[rater] for rater in counted)
        for rater, answers in counted.items():
            weight = sum(weights[item] for item in answers) * everybody
            for item in answers:
                unknown = Unknown(rater=rater, subject=item, measure=measure)
                terms[unknown] = self._contact[rater] * weights[item] / weight
        return terms

    def _over_lines(self, competency: str, measure: Measure) -> Terms:
        key = competency, measure
        if key not in self._sums:
            self._sums[key] = summed(
                (line.weight, self._line_terms(competency, line.members, measure))
                for line in self.lines[competency]
            )
        return self._sums[key]

    def _line_terms(self, competency: str, members: tuple[str, ...], measure: Measure) -> Terms:
        """As the mean of the competency, or where overall views come first, of the dimension."""
        if not self.is_overall(competency):
            return self.mean(competency, members, measure)
        asked = self._overall_competencies(competency)
        views = {one: self.counted(one, self._alive(one) & set(members)) for one in asked}
        raters = {rater for counted in views.values() for rater in counted}
        if self.leaves_out(len(raters)):
            raise WrongNumberError("the generator never averages overall views without extremes")
        if measure is Measure.POINTS and not self.is_bent:
            slope = self.anchors[Fraction(2)] - self.anchors[Fraction(1)]
            return summed([(slope, self._line_terms(competency, members, Measure.RAW))])
        everybody = sum(self._contact[rater] for rater in raters)
        terms: Terms = {}
        for rater in raters:
            counts = [one for one in asked if rater in views[one]]
            whole = sum((Fraction(self.elements[one]["weight"]) for one in counts), Fraction())
            for one in counts:
                share = self._contact[rater] / everybody * Fraction(self.elements[one]["weight"])
                weights, answers = self._weights(one), views[one][rater]
                total = sum((weights[item] for item in answers), start=Fraction())
                for item in answers:
                    unknown = Unknown(rater=rater, subject=item, measure=measure)
                    terms[unknown] = share / whole * weights[item] / total
        return terms

    def _overall_competencies(self, competency: str) -> list[str]:
        """All of the dimension's competencies that overall views are made of."""
        return [
            one["id"]
            for row in self.document["dimensions"]
            if competency in {one["id"] for one in row["elements"]}
            for one in row["elements"]
            if self.lines[one["id"]] and self.is_overall(one["id"])
        ]

    def _alive(self, competency: str) -> set[str]:
        """The groups with a line of their own or a common one, counted in this competency alone."""
        return {
            member
            for group in self.groups.values()
            if Fraction(group["weight"]) > 0
            for member in self.line_with(group, competency)
        }

    def is_overall(self, competency: str) -> bool:
        """Whether its line shows what raters think over all competencies of the dimension."""
        first = self.document["order"] == "rater_overall_first"
        return first and Fraction(self.elements[competency]["weight"]) > 0

    def _survey(self, element: str) -> Terms:
        lines = list(self._lines_of_survey(element))
        share = Fraction(1, len(lines))
        return summed((share, self.mean(*line, Measure.POINTS)) for line in lines)

    def _lines_of_survey(self, element: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Competency and groups of each line that holds the group and has enough raters."""
        group = self.groups[self.surveys[element]]
        for competency in sorted(one for one in self.elements if "items" in self.elements[one]):
            members = self.line_with(group, competency)
            if members:
                yield competency, members

    def line_with(self, group: Table, competency: str) -> tuple[str, ...]:
        """The groups that share a line with this one; none where too few answered."""
        pool = [
            one
            for one in self.groups.values()
            if one is group or one.get("pool", "") == group.get("pool", "-")
        ]
        present = [
            (one, n)
            for one in pool
            if Fraction(one["weight"]) > 0 and (n := len(self.counted(competency, [one["id"]])))
        ]
        if all(n >= one["k_min"] for one, n in present):
            present = [(one, n) for one, n in present if one is group]
        least = max((one["k_min"] for one, _ in present), default=1)
        is_there = any(one is group for one, _ in present)
        enough = is_there and sum(n for _, n in present) >= least
        return tuple(one["id"] for one, _ in present) if enough else ()

    def _dimension(self, dimension: str) -> Terms:
        key = (dimension,)
        if key not in self._sums:
            self._sums[key] = summed(
                (_percent(one["effective_weight"]), self._points(one["id"]))
                for one in self.result[dimension]["elements"]
                if one["score"] is not None
            )
        return self._sums[key]

    def _points(self, element: str) -> Terms:
        """What an element's points say; nothing for a KPI that is no feedback."""
        if element in self.surveys:
            return self._survey(element)
        return self._over_lines(element, Measure.POINTS) if self.lines[element] else {}

    def _value(self, figure: Figure) -> Fraction | None:
        """The exact figure by our own averaging; None for sums with parts that are no answers."""
        is_sum = figure.kind in {FigureKind.DIMENSION, FigureKind.TOTAL}
        if is_sum or (figure.kind is not FigureKind.ITEM and self._is_overall(figure)):
            return None
        if figure.kind is FigureKind.SURVEY:
            lines = list(self._lines_of_survey(figure.of))
            points = (self._average(*line, in_points=True) for line in lines)
            return sum(points, start=Fraction()) / len(lines)
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
        counted = self.counted(competency, members)
        for answers in counted.values():
            worth = {
                item: self.anchors[answer] if in_points else answer
                for item, answer in answers.items()
            }
            total = sum((weights[item] for item in answers), start=Fraction())
            points = (weights[item] * worth[item] for item in answers)
            means.append(sum(points, start=Fraction()) / total)
        if self.document["aggregate"] == "contact_weighted":
            contacts = [self._contact[rater] for rater in counted]
            products = (one * mean for one, mean in zip(contacts, means, strict=True))
            return sum(products, start=Fraction()) / sum(contacts)
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

    def _is_overall(self, figure: Figure) -> bool:
        return (
            figure.of in self.elements
            and figure.of not in self.surveys
            and self.is_overall(figure.of)
        )

    def _counts(self, rater: Table) -> Fraction:
        """For how much a rater counts, by contact."""
        if self.document["aggregate"] != "contact_weighted":
            return Fraction(1)
        return Fraction(self.document["contact_weights"][rater["contact"]])

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
