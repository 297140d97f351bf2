"""How well an order that somebody found agrees with the true one. Pure: knows no database.

Answers are named by their true rank, the order in which they were submitted. A trail gives each
answer a place: a group (say, a page of a file) and a position in it. Positions of different groups
say nothing about each other; equal positions say nothing at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from math import exp, sqrt
from random import Random

Place = tuple[int, int]
Places = Mapping[int, Place]

SIGMAS = 4.5  # by chance about once in 150,000 trails
TAIL = 1e-5


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """Right guesses on one trail over many rounds, and how strongly the orders agree.

    `chance` is how many guesses would be right by luck; `sigmas` how many standard deviations of
    luck the agreement is away from none.
    """

    hits: int
    chance: float
    sigmas: float

    @property
    def ratio(self) -> float:
        return self.hits / self.chance

    @property
    def most(self) -> float:
        """The limit of `ratio`: luck alone exceeds it once in 100,000 trails."""
        return most_hits(self.chance) / self.chance

    @property
    def is_luck(self) -> bool:
        return self.ratio <= self.most and abs(self.sigmas) <= SIGMAS


def score(rounds: Sequence[Places], random: Random) -> Score:
    """Guess every answer of every round by its place on one trail."""
    agreements = [agreement(places) for places in rounds]
    spread = sqrt(sum(variance for _agreed, variance in agreements))
    agreed = sum(one for one, _variance in agreements)
    return Score(
        hits=max(
            sum(exact_hits(places, random, backwards=backwards) for places in rounds)
            for backwards in (False, True)
        ),
        chance=float(len(rounds)),
        sigmas=agreed / spread if spread else 0.0,
    )


def score_newest(moments: Iterable[Places], random: Random) -> Score:
    """Guess at many moments which answer came last; the newest has the highest rank."""
    first, last, chance = 0, 0, 0.0
    for places in moments:
        order = _in_order(places, random)
        newest = max(order)
        chance += 1 / len(order)
        first += order[0] == newest
        last += order[-1] == newest
    return Score(hits=max(first, last), chance=chance, sigmas=0.0)


def agreement(places: Places) -> tuple[int, float]:
    """Kendall's S within the groups, and its variance where the places are pure chance."""
    agreed, variance = 0, 0.0
    ordered = sorted(places.items(), key=lambda one: (one[1][0], one[0]))
    for _group, members in groupby(ordered, key=lambda one: one[1][0]):
        positions = [position for _rank, (_same, position) in members]
        count = len(positions)
        agreed += sum((late > early) - (late < early) for early, late in combinations(positions, 2))
        variance += count * (count - 1) * (2 * count + 5) / 18
    return agreed, variance


def exact_hits(places: Places, random: Random, *, backwards: bool) -> int:
    """How many answers lie exactly where their rank says, ties broken by lot."""
    order = _in_order(places, random)
    ranks = sorted(places, reverse=backwards)
    return sum(guess == truth for guess, truth in zip(order, ranks, strict=True))


def most_hits(chance: float) -> int:
    """The most right guesses that luck explains: more come once in 100,000 times (Poisson)."""
    term = total = exp(-chance)
    hits = 0
    while 1 - total > TAIL:
        hits += 1
        term *= chance / hits
        total += term
    return hits


def _in_order(places: Places, random: Random) -> list[int]:
    return sorted(places, key=lambda rank: (places[rank], random.random()))
