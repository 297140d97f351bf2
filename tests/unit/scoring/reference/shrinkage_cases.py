"""Published shrunken estimates, put to the engine."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from app.scoring.averages import mean
from app.scoring.numbers import exact
from app.scoring.statistics.reliability import one_way
from app.scoring.statistics.shrinkage import (
    Components,
    components,
    random_effects,
    shrinkage_factor,
)
from tests.unit.scoring.reference.cases import Case
from tests.unit.scoring.reference.tables import asked, full, groups_of

EFFECTS = r"blup|shrunk|estimates?\b"


def solve_empirical_bayes(case: Case) -> Any:
    if case.has("y"):
        return _random_effects(case)
    if case.has("avg45"):
        return _efron_morris(case)
    groups = {name: full(group) for name, group in groups_of(case).items()}
    if case.has("tau2"):
        given = Components(
            between=case.number("tau2"), within=case.number("sigma2"), middle=case.number("mu")
        )
        return _of_groups(case, given, groups)
    found = components(groups)
    assert found is not None
    if isinstance(case.expected, dict):
        return _of_groups(case, found, groups)
    return _of_components(case, found, groups)


def _of_components(case: Case, found: Components, groups: dict[str, list[Fraction]]) -> Any:
    analysis, first = one_way(list(groups.values())), next(iter(groups.values()))
    assert analysis is not None
    return asked(
        case,
        {
            "tau2": lambda: found.between,
            "sigma2": lambda: found.within,
            r"\bmu\b": lambda: found.middle,
            "common estimate": lambda: found.estimate(first),
            "lambda": lambda: found.trust(len(first)),
            r"ICC\(1\)": lambda: analysis.icc1,
            r"\b(?:SE|standard error)": lambda: found.error(len(first)),
        },
    )


def _of_groups(case: Case, found: Components, groups: dict[str, list[Fraction]]) -> Any:
    """By name of group: λ, the standard error, the estimate, or what that is beyond the mean."""
    figure: Callable[[list[Fraction]], Fraction] = found.estimate
    if re.search("deviation|effect", case.quantity):
        figure = lambda group: found.estimate(group) - found.middle  # noqa: E731
    elif "lambda" in case.quantity:
        figure = lambda group: found.trust(len(group))  # noqa: E731
    elif re.search(r"\bSE\b|standard error", case.quantity):
        figure = lambda group: found.error(len(group))  # noqa: E731
    by_name = {name: figure(group) for name, group in groups.items()}
    return list(by_name.values()) if isinstance(case.expected, list) else by_name


def _random_effects(case: Case) -> Any:
    effects, errors = case.numbers("y"), case.numbers("se")
    found = random_effects(effects, errors)
    assert found is not None
    if re.search("blup|shrunk|per ", case.quantity.lower()):
        trust = [found.between / (found.between + error**2) for error in errors]
        pairs = zip(effects, trust, strict=True)
        return [found.middle + share * (one - found.middle) for one, share in pairs]
    return asked(
        case,
        {
            r"\bQ\b": lambda: found.heterogeneity,
            "tau2": lambda: found.between,
            r"\bmu\b": lambda: found.middle,
        },
    )


def _efron_morris(case: Case) -> Any:
    shares = case.numbers("avg45")
    factor = shrinkage_factor(shares, trials=int(case.number("n")))
    assert factor is not None
    middle = mean(shares)
    named = [exact(f"0{one}") for one in re.findall(r"(?<!\d)\.\d+", case.quantity)]
    estimates = [middle + factor * (one - middle) for one in named or shares]
    parts = [
        *([middle] if "mean" in case.quantity else []),
        *([factor] if re.search(r"\bc\b|factor", case.quantity) else []),
        *(estimates if "estimate" in case.quantity else []),
    ]
    return parts if isinstance(case.expected, list) else parts[0]
