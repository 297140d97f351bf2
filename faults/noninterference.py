"""The suite ``noninterference``: who is left out of a figure changes not one byte of anything.

In a random round the answers of every group that is in no line of a competency, and in no KPI made
of it, are replaced at random, with the same ones left blank. The exact result, the published view
and the rendered pages must stay the same, to the byte.
"""

import json
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import count as counting
from random import Random

from app.ratings.computing import compute
from faults.cycles import Document, random_cycle
from faults.oracle import Oracle
from faults.pages import LANGUAGES, Reader, reading_room
from faults.running import closing_line, say, spread

USUAL_COUNT = 1_000
PAGE_EVERY = 10
ROUNDS_PER_PAIR = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A round and the same with other answers of those left out. ``differs`` names the place."""

    seed: int
    replaced: int
    differs: str


def run(*, count: int = USUAL_COUNT, seed: int = 1) -> bool:
    """Compare so many pairs and print what came out; whether no byte differed."""
    say(f"noninterference: {count} pairs from seed {seed} on")
    seeds = range(seed, seed + count * ROUNDS_PER_PAIR)
    found = list(spread(compare_portion, seeds, title="noninterference"))[:count]
    wrong = [pair for pair in found if pair.differs]
    for pair in wrong[:10]:
        say(f"seed {pair.seed}: {pair.differs}")
    say(f"answers replaced {sum(pair.replaced for pair in found)}; pairs that differ {len(wrong)}")
    is_well = not wrong and len(found) == count
    say(closing_line(faults=len(found), lost=len(wrong), is_whole=is_well))
    return is_well


def compare_portion(seeds: Sequence[int]) -> list[Pair]:
    with reading_room() as reader:
        pairs = [compare(seed, reader) for seed in seeds]
    return [pair for pair in pairs if pair is not None]


def compare(seed: int, reader: Reader) -> Pair | None:
    """The pair of this seed, or None where nobody who answered was left out of anything."""
    document = random_cycle(seed)
    result = json.loads(json.dumps(compute(document).result))
    other, replaced = answered_otherwise(document, Oracle(document, result), seed)
    if not replaced:
        return None
    again = json.loads(json.dumps(compute(other).result))
    differs = "" if json.dumps(again) == json.dumps(result) else "result"
    if seed % PAGE_EVERY == 0:
        for language in LANGUAGES:
            if reader.page(again, language) != reader.page(result, language):
                differs = f"page in {language}"
    return Pair(seed=seed, replaced=replaced, differs=differs)


def answered_otherwise(document: Document, oracle: Oracle, seed: int) -> tuple[Document, int]:
    """The round with other answers wherever a group is in no line, and how many were replaced."""
    random, other, numbers = Random(seed), deepcopy(document), counting()  # noqa: S311
    for competency, lines in oracle.lines.items():
        asked = oracle.surveys.values() if "items" in oracle.elements[competency] else ()
        surveyed = (oracle.line_with(oracle.groups[one], competency) for one in asked)
        alive = {member for line in lines for member in line.members}.union(*surveyed)
        items = [one["id"] for one in oracle.elements[competency].get("items", [])]
        for rater in other["raters"]:
            if oracle.groups[rater["group"]]["protected"] and rater["group"] not in alive:
                for item in items:
                    if rater["a"].get(item) is not None:
                        rater["a"][item] = 1 + (rater["a"][item] + random.randint(0, 3)) % 5
                        next(numbers)
    return other, next(numbers)
