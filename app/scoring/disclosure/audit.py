"""The exact check: can fewer people than the threshold be solved for from what one reader sees?

A reader may add and subtract figures with any factors. What comes out is about the raters whose
unknowns do not cancel. The check finds a combination that is about somebody, yet about fewer than
k people, wherever there is one, and by exact arithmetic finds none where there is none.

Why the search is complete. A set S of raters is exposed exactly where some unknown of S is not in
the span of the columns of all others: a combination that vanishes on the others need not vanish
there. As long as it is in the span, take raters B outside S whose columns alone span those of all
others. Every exposed set that contains S must contain one of B, since without B's raters the rest
would still span the same. So S grows by one of B at a time and never reaches k: at most |B|^(k-1)
steps, each of a few small eliminations. Raters with the same columns come and go together.

An insider who takes the own answers out needs no search of its own: what exposes fewer than
k - 1 others exposes, together with the insider, fewer than k.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from app.scoring.disclosure.equations import Equation, Figure
from app.scoring.disclosure.spans import Direction, Span, direction_of
from app.scoring.disclosure.terms import Terms, Unknown

Columns = Mapping[str, frozenset[Direction]]
"""For each rater the directions of the columns: places are the numbers of equations."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Raters who can be solved for, fewer than ``least`` of them, from these figures together."""

    raters: tuple[str, ...]
    least: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Alike:
    """Raters whom no combination of the figures tells apart."""

    raters: tuple[str, ...]
    least: int
    columns: tuple[Direction, ...]

    @property
    def size(self) -> int:
        return len(self.raters)


def find_exposed(equations: Iterable[Equation], minimum: Mapping[str, int]) -> Finding | None:
    """The first set of too few raters that can be solved for, or None where nobody can be.

    ``minimum`` names every protected rater with the least number of people to hide among; the
    answers of all others, and everything that is not in the equations, the reader knows. Which
    finding comes first depends neither on the order of the equations nor on that of the raters.
    """
    ordered = sorted(equations, key=lambda one: one.figure)
    columns = _columns(ordered, minimum)
    for places in _components(columns):
        classes = _classes(columns, places, minimum)
        for least in sorted({one.least for one in classes}):
            exposed = _search(classes, least)
            if exposed is not None:
                return _finding(classes, exposed, least, places, ordered)
    return None


def seen_by_insider(minimum: Mapping[str, int], insider: str) -> dict[str, int]:
    """The thresholds that remain when one of the raters reads, who knows the own answers."""
    return {rater: least - 1 for rater, least in minimum.items() if rater != insider}


def _columns(equations: Sequence[Equation], minimum: Mapping[str, int]) -> Columns:
    found: dict[Unknown, dict[int, int]] = defaultdict(dict)
    for place, equation in enumerate(equations):
        whole = _in_whole_numbers(equation.terms)
        for unknown, coefficient in whole.items():
            if coefficient and unknown.rater in minimum:
                found[unknown][place] = coefficient
    columns: dict[str, set[Direction]] = defaultdict(set)
    for unknown, entries in found.items():
        columns[unknown.rater].add(direction_of(entries))
    return {rater: frozenset(directions) for rater, directions in columns.items()}


def _in_whole_numbers(terms: Terms) -> dict[Unknown, int]:
    """Times the common denominator; an equation stays what it is."""
    factor = lcm(*(coefficient.denominator for coefficient in terms.values()))
    return {unknown: one.numerator * (factor // one.denominator) for unknown, one in terms.items()}


def _components(columns: Columns) -> list[frozenset[int]]:
    """Equations that share an unknown, directly or by others in between; each part is on its own.

    A combination over two such parts is about all whom either half of it is about.
    """
    parts: list[set[int]] = []
    for direction in {one for directions in columns.values() for one in directions}:
        joined = {place for place, _ in direction}
        apart = []
        for part in parts:
            if part.isdisjoint(joined):
                apart.append(part)
            else:
                joined |= part
        parts = [*apart, joined]
    return sorted((frozenset(part) for part in parts), key=min)


def _classes(columns: Columns, places: frozenset[int], minimum: Mapping[str, int]) -> list[_Alike]:
    """Those who occur in these equations, by what they look like; the largest class first."""
    alike: dict[tuple[int, tuple[Direction, ...]], list[str]] = defaultdict(list)
    for rater, directions in columns.items():
        here = tuple(sorted(one for one in directions if one[0][0] in places))
        if here:
            alike[minimum[rater], here].append(rater)
    classes = [
        _Alike(raters=tuple(sorted(raters)), least=least, columns=directions)
        for (least, directions), raters in alike.items()
    ]
    return sorted(classes, key=lambda one: (-one.size, one.least, one.columns))


def _search(classes: Sequence[_Alike], least: int) -> frozenset[int] | None:
    """Numbers of classes, together fewer than ``least`` raters, of whom a protected one shows."""
    few = [number for number, one in enumerate(classes) if one.size < least]
    if not few:
        return None
    crowd = _span_of(one for one in classes if one.size >= least)
    everything = _span_of(classes).rank
    seen: set[frozenset[int]] = set()
    waiting = [frozenset[int]()]
    while waiting:
        chosen = waiting.pop()
        room = least - 1 - sum(classes[number].size for number in chosen)
        span, basis = _spanned(
            classes, [one for one in few if one not in chosen], crowd, everything
        )
        if any(_shows(classes[one], least, span) for one in chosen):
            return chosen
        larger = [chosen | {one} for one in basis if classes[one].size <= room]
        waiting += [one for one in larger if one not in seen]
        seen.update(larger)
    return None


def _span_of(classes: Iterable[_Alike]) -> Span:
    span = Span()
    for column in dict.fromkeys(column for one in classes for column in one.columns):
        span.add(column)
    return span


def _spanned(
    classes: Sequence[_Alike], numbers: Iterable[int], crowd: Span, everything: int
) -> tuple[Span, list[int]]:
    """The span of all these and the crowd, and those of them that it needs."""
    span, basis, known = crowd.copy(), [], set[Direction]()
    for number in numbers:
        before = span.rank
        if before == everything:
            break
        for column in classes[number].columns:
            if column not in known:
                known.add(column)
                span.add(column)
        if span.rank > before:
            basis.append(number)
    return span, basis


def _shows(one: _Alike, least: int, span: Span) -> bool:
    return one.least >= least and not all(span.holds(column) for column in one.columns)


def _finding(
    classes: Sequence[_Alike],
    exposed: frozenset[int],
    least: int,
    places: frozenset[int],
    equations: Sequence[Equation],
) -> Finding:
    """Who exactly, and by which figures: those with a factor in a combination that tells."""
    others = _span_of(one for number, one in enumerate(classes) if number not in exposed)
    told = [classes[number] for number in exposed if classes[number].least >= least]
    factors = next(
        vector
        for vector in others.orthogonal(places)
        if any(_is_about(vector, one) for one in told)
    )
    raters = [one.raters for one in classes if _is_about(factors, one)]
    return Finding(
        raters=tuple(sorted(rater for group in raters for rater in group)),
        least=least,
        figures=tuple(equations[place].figure for place in sorted(factors)),
    )


def _is_about(factors: Mapping[int, Fraction], one: _Alike) -> bool:
    return any(
        sum(factors.get(place, 0) * entry for place, entry in column) != 0 for column in one.columns
    )
