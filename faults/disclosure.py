"""The suite ``disclosure``: no set of fewer than k people may be solved for from any publication.

Random rounds are rated and published by the product. Every number is read back out of what was
published, confirmed by an equation that is worked out anew, and all equations together go to the
exact check; on tiny rounds also to one that tries all sets. A share of the results is rendered as
pages and papers, which must not hold a number more. The same rounds under a naive policy show that
the check sees leaks where there are some.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.ratings.computing import compute
from app.scoring.disclosure.audit import find_exposed, seen_by_insider
from app.scoring.disclosure.equations import Figure, FigureKind
from faults.cycles import random_cycle
from faults.naive import naive_equations
from faults.oracle import Oracle, WrongNumberError
from faults.pages import Reader, reading_room
from faults.plain import is_exposed_plainly
from faults.reading import Seen, UnexplainedError, figures_seen
from faults.running import closing_line, say, spread

USUAL_COUNT = 20_000
NAIVE_EVERY = 8
PAGE_EVERY = 100
PAPER_EVERY = 4_000
MOST_FOR_ALL_SETS = 6
MOST_FIGURES_FOR_ALL_SETS = 14
LEAST_SHARE = 0.4
LOWEST_SHOWN, HIGHEST_SHOWN = Decimal("1.5"), Decimal("4.5")


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """What one random round showed. ``complaint`` is empty where all is well."""

    seed: int
    figures: int
    items: int
    complaint: str
    tried_all_sets: bool
    pages: int
    naive_leak: bool | None


def run(*, count: int = USUAL_COUNT, seed: int = 1) -> bool:
    """Examine so many rounds and print what came out; whether all is well."""
    say(f"disclosure: {count} random rounds from seed {seed} on")
    found = list(spread(examine_portion, range(seed, seed + count), title="disclosure"))
    leaks = [one for one in found if one.complaint]
    naive = [one.naive_leak for one in found if one.naive_leak is not None]
    share = sum(naive) / len(naive) if naive else 1.0
    for one in leaks[:10]:
        say(f"seed {one.seed}: {one.complaint}")
    say(
        f"figures {sum(one.figures for one in found)}, of them items "
        f"{sum(one.items for one in found)}; pages and papers {sum(one.pages for one in found)}; "
        f"all sets tried {sum(one.tried_all_sets for one in found)}"
    )
    say(f"leaks {len(leaks)}; the naive policy leaks in {share:.1%} of {len(naive)} rounds")
    is_well = not leaks and share >= LEAST_SHARE
    say(closing_line(faults=count, lost=len(leaks), is_whole=is_well))
    return is_well


def examine_portion(seeds: Sequence[int]) -> list[Examined]:
    with reading_room() as reader:
        return [examine(seed, reader) for seed in seeds]


def examine(seed: int, reader: Reader) -> Examined:
    document = random_cycle(seed)
    result = json.loads(json.dumps(compute(document).result))
    oracle, seen, complaints = Oracle(document, result), list[Seen](), list[str]()
    try:
        seen = figures_seen(result, oracle.surveys)
        complaints += complaints_about(oracle, seen)
    except (UnexplainedError, WrongNumberError) as unexplained:
        complaints.append(str(unexplained))
    pages = 0
    if seed % PAGE_EVERY == 0:
        paper_too = seed % PAPER_EVERY == 0
        unknown = reader.unknown_numbers(result, paper_too=paper_too)
        complaints += [f"on a page only: {number}" for number in unknown]
        pages = 3 if paper_too else 2
    return Examined(
        seed=seed,
        figures=len(seen),
        items=sum(one.figure.kind is FigureKind.ITEM for one in seen),
        complaint="; ".join(complaints),
        tried_all_sets=_is_tiny(oracle, seen),
        pages=pages,
        naive_leak=is_naive_leak(document, result) if seed % NAIVE_EVERY == 0 else None,
    )


def complaints_about(oracle: Oracle, seen: Sequence[Seen]) -> Iterator[str]:
    """Every reason why these figures must not stand together, the exact check first."""
    for one in seen:
        oracle.check(one)
    equations = [oracle.equation(one.figure) for one in seen]
    finding = find_exposed(equations, oracle.minimum)
    if finding is not None:
        yield f"{finding.raters} show, from {[str(figure) for figure in finding.figures]}"
    if _is_tiny(oracle, seen):
        if is_exposed_plainly(equations, oracle.minimum) != bool(finding):
            yield "the two checks disagree"
        for rater in oracle.minimum:
            if find_exposed(equations, seen_by_insider(oracle.minimum, rater)) and not finding:
                yield f"{rater} learns more than the check allows"
    yield from _beside_the_equations(oracle, seen)


def is_naive_leak(document: dict[str, Any], result: dict[str, Any]) -> bool:
    """Whether the same round leaks under the naive policy."""
    oracle = Oracle({**document, "aggregate": "mean"}, result)
    return find_exposed(naive_equations(oracle), oracle.minimum) is not None


def _beside_the_equations(oracle: Oracle, seen: Sequence[Seen]) -> Iterator[str]:
    """What tells more than sums can say: too few behind an item, an end, an order, a second sum."""
    for one in seen:
        figure = one.figure
        if not any(oracle.groups[member]["protected"] for member in figure.members):
            continue
        least = max(oracle.groups[member]["k_min"] for member in figure.members)
        cell = Figure(kind=FigureKind.CELL, of=figure.of, members=figure.members)
        n = len({unknown.rater for unknown in oracle.equation(cell).terms})
        is_small = n < 2 * least
        if oracle.is_bent and is_small:
            yield f"{figure} beside points that are no line"
        if figure.kind is not FigureKind.ITEM:
            continue
        if len(oracle.equation(figure).terms) < least:
            yield f"too few behind {figure}"
        if oracle.leaves_out(n) or oracle.is_overall(figure.of):
            yield f"{figure} beside an average of something else"
        if is_small and not LOWEST_SHOWN <= Decimal(one.text.strip("≤≥ ")) <= HIGHEST_SHOWN:
            yield f"{figure} at an end of the scale"


def _is_tiny(oracle: Oracle, seen: Sequence[Seen]) -> bool:
    few = len(oracle.minimum) <= MOST_FOR_ALL_SETS
    return few and bool(oracle.minimum) and 0 < len(seen) <= MOST_FIGURES_FOR_ALL_SETS
