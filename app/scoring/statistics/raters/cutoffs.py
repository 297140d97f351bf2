"""From where on an answering pattern is flagged: conventions, so a caller may set others."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class Cutoffs:
    """The defaults are the specification's; scores and spreads are in points of the scale."""

    severity_targets: int = 3
    severity_z: Fraction = Fraction(2)
    severity_points: Fraction = Fraction(1, 2)
    halo_own_spread: Fraction = Fraction(1, 4)
    halo_group_spread: Fraction = Fraction(1, 2)
    central_share: Fraction = Fraction(4, 5)
    central_spread: Fraction = Fraction(2, 5)
    line_run: int = 10
    line_share: Fraction = Fraction(1, 2)
    outlier_raters: int = 5
    outlier_z: Fraction = Fraction(7, 2)
    duplicate_items: int = 10
    duplicate_seconds: int = 60
    seconds_per_item: int = 2


USUAL = Cutoffs()
