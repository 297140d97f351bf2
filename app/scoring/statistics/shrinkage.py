"""Shrunken estimates: what a small group's mean is worth beside the others'. For reports only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.averages import mean
from app.scoring.statistics.reliability import FEWEST_TO_COMPARE, one_way, typical_size
from app.scoring.statistics.spread import root, sum_of_squares
from app.scoring.workings import Explanation

# What a report must call every such figure.
LABEL = Explanation(zh="收缩估计", en="shrunken estimate")

# Efron & Morris 1977: k − 3 groups' worth of freedom once the grand mean is estimated.
DEGREES_LOST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Components:
    """Variance between groups (τ², never below 0) and within (σ²), and the grand mean μ."""

    between: Fraction
    within: Fraction
    middle: Fraction

    def trust(self, size: int) -> Fraction:
        """λ: how much of a group's own mean counts, from 0 to 1, rising with its size."""
        if self.between == 0:
            return Fraction()
        return self.between / (self.between + self.within / size)

    def estimate(self, group: Sequence[Fraction]) -> Fraction:
        """The group's mean drawn towards the grand mean."""
        return self.middle + self.trust(len(group)) * (mean(group) - self.middle)

    def error(self, size: int) -> Fraction:
        """The standard error of an estimate."""
        return root(self.between * (1 - self.trust(size)))


def components(groups: Mapping[str, Sequence[Fraction]]) -> Components | None:
    """From a one-way analysis: σ² = MSW, τ² = max(0, (MSB − MSW)/n₀); None where it has none."""
    analysis = one_way(list(groups.values()))
    if analysis is None:
        return None
    present = [group for group in groups.values() if group]
    sizes = [len(group) for group in present]
    gap = (analysis.between - analysis.within) / typical_size(sizes)
    between = max(Fraction(), gap)
    # Where nobody differs from anybody, every mean is the same and any weights will do.
    alike = between + analysis.within == 0
    weights = [Fraction(n) if alike else 1 / (between + analysis.within / n) for n in sizes]
    means = [mean(group) for group in present]
    return Components(between=between, within=analysis.within, middle=_weighted(means, weights))


@dataclass(frozen=True, kw_only=True, slots=True)
class RandomEffects:
    """DerSimonian–Laird: heterogeneity Q, variance τ² between studies, their mean μ."""

    heterogeneity: Fraction
    between: Fraction
    middle: Fraction


def random_effects(effects: Sequence[Fraction], errors: Sequence[Fraction]) -> RandomEffects | None:
    """Of effects with known standard errors above 0 (DerSimonian & Laird 1986); None for one."""
    if len(effects) < FEWEST_TO_COMPARE:
        return None
    precisions = [1 / error**2 for error in errors]
    fixed = _weighted(effects, precisions)
    q = sum(
        (w * (one - fixed) ** 2 for one, w in zip(effects, precisions, strict=True)),
        start=Fraction(),
    )
    total = sum(precisions, start=Fraction())
    squares = sum((w * w for w in precisions), start=Fraction())
    between = max(Fraction(), (q - (len(effects) - 1)) / (total - squares / total))
    return RandomEffects(
        heterogeneity=q,
        between=between,
        middle=_weighted(effects, [1 / (error**2 + between) for error in errors]),
    )


def shrinkage_factor(shares: Sequence[Fraction], *, trials: int) -> Fraction | None:
    """Efron–Morris c (1977) for shares of the same number of trials; None where all are alike."""
    spread = sum_of_squares(shares) if shares else Fraction()
    if not spread:
        return None
    middle = mean(shares)
    chance = middle * (1 - middle) / trials
    return 1 - (len(shares) - DEGREES_LOST) * chance / spread


def _weighted(figures: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    parts = (one * weight for one, weight in zip(figures, weights, strict=True))
    return sum(parts, start=Fraction()) / sum(weights, start=Fraction())
