"""Whether a further release may follow earlier ones: who compares them must learn of nobody.

Nothing that was seen is ever unseen, so all numbers of all releases go into one check. Two
readings of it are both made: people answer the next time as they did before, so that releases can
be subtracted; and a form that was changed is a second set of unknowns of the same person.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.scoring.disclosure.audit import Finding, find_exposed
from app.scoring.disclosure.equations import Equation
from app.scoring.disclosure.terms import Terms
from app.scoring.example import Example, Rater


class RefusalKind(StrEnum):
    """Why a further release must not be."""

    TOO_FEW_CHANGED = "too_few_changed"  # forms of a group: more than none and fewer than k
    EXPOSED = "exposed"  # with the earlier releases single people could be solved for


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """``found`` people, fewer than ``least``; of one group, or those whom a finding names."""

    kind: RefusalKind
    found: int
    least: int
    group: str = ""
    finding: Finding | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """What one audience saw: the answers behind it, and an equation per figure shown.

    The same person has the same rater id in all releases.
    """

    example: Example
    equations: tuple[Equation, ...]


def refusal_of_release(
    earlier: Sequence[Release], further: Release, minimum: Mapping[str, int]
) -> Refusal | None:
    """Why the further release must not be, or None where it may.

    ``minimum`` names the protected groups with the least number of people to hide among. Forms
    that are new, changed, moved to another group or withdrawn count alike: all of them are what
    the difference of two releases tells about. A group has to change by nobody or by enough.
    """
    for release in earlier:
        for group in sorted(minimum):
            changed = len(_changed(release.example, further.example, group))
            if 0 < changed < minimum[group]:
                return Refusal(
                    kind=RefusalKind.TOO_FEW_CHANGED,
                    found=changed,
                    least=minimum[group],
                    group=group,
                )
    releases = [*earlier, further]
    finding = _exposed_by_stable_answers(releases, minimum) or _exposed_by_changed_answers(
        releases, minimum
    )
    if finding is None:
        return None
    return Refusal(
        kind=RefusalKind.EXPOSED,
        found=len(finding.raters),
        least=finding.least,
        finding=finding,
    )


def may_show_trend(before: Collection[str], after: Collection[str], least: int) -> bool:
    """Whether a group's figures of two periods may stand beside each other, given its raters.

    Both must be enough, and those who came or went nobody or enough.
    """
    moved = len(set(before) ^ set(after))
    return min(len(before), len(after)) >= least and (moved == 0 or moved >= least)


def _changed(one: Example, other: Example, group: str) -> set[str]:
    """Raters whose form in this group is not the same in both."""
    forms, others = _forms(one, group), _forms(other, group)
    return {rater for rater in forms | others if forms.get(rater) != others.get(rater)}


def _forms(example: Example, group: str) -> dict[str, Mapping[str, object]]:
    return {rater.id: rater.answers for rater in example.raters if rater.group == group}


def _exposed_by_stable_answers(
    releases: Iterable[Release], minimum: Mapping[str, int]
) -> Finding | None:
    equations = [
        _renamed(one, release=str(number), occasions={})
        for number, release in enumerate(releases)
        for one in release.equations
    ]
    return find_exposed(equations, _minimum_of_raters(releases, minimum))


def _exposed_by_changed_answers(
    releases: Iterable[Release], minimum: Mapping[str, int]
) -> Finding | None:
    """Each distinct form of a person is an occasion of its own."""
    known: dict[str, list[Mapping[str, object]]] = {}
    equations: list[Equation] = []
    for number, release in enumerate(releases):
        occasions = {one.id: _occasion(one, known) for one in release.example.raters}
        equations += [
            _renamed(one, release=str(number), occasions=occasions) for one in release.equations
        ]
    return find_exposed(equations, _minimum_of_raters(releases, minimum))


def _occasion(rater: Rater, known: dict[str, list[Mapping[str, object]]]) -> str:
    forms = known.setdefault(rater.id, [])
    if rater.answers not in forms:
        forms.append(rater.answers)
    return str(forms.index(rater.answers))


def _renamed(equation: Equation, *, release: str, occasions: Mapping[str, str]) -> Equation:
    terms: Terms = {
        replace(unknown, occasion=occasions.get(unknown.rater, "")): coefficient
        for unknown, coefficient in equation.terms.items()
    }
    return Equation(figure=replace(equation.figure, release=release), terms=terms)


def _minimum_of_raters(releases: Iterable[Release], minimum: Mapping[str, int]) -> dict[str, int]:
    """The highest threshold of all groups that a person was ever in."""
    found: dict[str, int] = {}
    for rater in (one for release in releases for one in release.example.raters):
        if rater.group in minimum:
            found[rater.id] = max(found.get(rater.id, 0), minimum[rater.group])
    return found
