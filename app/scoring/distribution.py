"""强制分布: which grade each person's place among the others suggests, under published quotas.

Advisory by default: the grades that people earned by their scores then stay as they are.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from app.scoring.errors import Complaint, ScoringError
from app.scoring.node import Node, require_distinct
from app.scoring.numbers import exact
from app.scoring.seating import Decision, Seating, Share, TiePolicy
from app.scoring.standings import Candidate, Outside, Standing, blocks, candidates, outside
from app.scoring.weights import require_not_negative

FEWEST_TO_ENFORCE = 25


class Mode(StrEnum):
    """Advisory leaves every grade as it is; enforced replaces it by the suggested one."""

    ADVISORY = "advisory"
    ENFORCED = "enforced"


@dataclass(frozen=True, kw_only=True, slots=True)
class Guideline:
    """The published quotas, best grade first, and how ties and the result are treated."""

    shares: tuple[Share, ...]
    ties: TiePolicy = TiePolicy.FAVOUR
    mode: Mode = Mode.ADVISORY


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """A person's rank from the best; the earned and the suggested grade, and which one counts."""

    id: str
    total: Fraction
    rank: int
    earned: str
    suggested: str
    grade: str

    @property
    def was_moved(self) -> bool:
        return self.suggested != self.earned


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A grade's quota beside what came of it and what the scores alone had earned, in people.

    Earned counts the people who are ranked, as the quota does.
    """

    share: Share
    quota: int
    actual: int
    earned: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Distribution:
    """The whole result. Placements stand from the best to the last, equals by id.

    ``decisions`` are the blocks whose grade followed from a rule, not from their seats alone;
    ``outside`` are those who are not ranked, by id.
    """

    guideline: Guideline
    lines: tuple[Line, ...]
    placements: tuple[Placement, ...]
    decisions: tuple[Decision, ...]
    outside: Mapping[str, Outside]

    @property
    def people(self) -> int:
        return len(self.placements)

    @property
    def is_small(self) -> bool:
        """Too few people for quotas to say much; they could not be enforced."""
        return self.people < FEWEST_TO_ENFORCE

    @property
    def moved(self) -> tuple[Placement, ...]:
        return tuple(one for one in self.placements if one.was_moved)


def distribute(people: Sequence[Standing], guideline: Guideline) -> Distribution:
    """Lay out the seats and give every block of equals one grade.

    Refuses percentages that do not sum to 100 (``quota_sum``), a hard ceiling on the lowest
    grade, ids used twice, grades that the guideline does not name, and to enforce quotas over
    fewer than 25 people.
    """
    shares = _read_shares(guideline.shares)
    ranked = candidates(people, grades=[one.grade for one in shares])
    if guideline.mode is Mode.ENFORCED and len(ranked) < FEWEST_TO_ENFORCE:
        raise ScoringError(
            Complaint.TOO_FEW_TO_ENFORCE, "/people", found=len(ranked), expected=FEWEST_TO_ENFORCE
        )
    seating = Seating(shares, people=len(ranked), ties=guideline.ties)
    decided = [(block, seating.place([one.id for one in block])) for block in blocks(ranked)]
    placements = tuple(
        _placement(one, decision, guideline.mode) for block, decision in decided for one in block
    )
    return Distribution(
        guideline=guideline,
        lines=_lines(shares, seating.quota, placements),
        placements=placements,
        decisions=tuple(decision for _, decision in decided if decision.was_open),
        outside=outside(people),
    )


def _read_shares(shares: Sequence[Share]) -> list[Share]:
    require_distinct(Node(one.grade, f"/shares/{place}/grade") for place, one in enumerate(shares))
    read = [_read_share(one, f"/shares/{place}/percent") for place, one in enumerate(shares)]
    if read and read[-1].hard:
        where = f"/shares/{len(read) - 1}/hard"
        raise ScoringError(Complaint.CEILING_ON_LOWEST, where, found=read[-1].grade)
    return read


def _read_share(share: Share, where: str) -> Share:
    percent = exact(share.percent, where)
    require_not_negative(percent, where)
    return replace(share, percent=percent)


def _placement(person: Candidate, decision: Decision, mode: Mode) -> Placement:
    return Placement(
        id=person.id,
        total=person.figures[0],
        rank=decision.first,
        earned=person.earned,
        suggested=decision.grade,
        grade=decision.grade if mode is Mode.ENFORCED else person.earned,
    )


def _lines(
    shares: Sequence[Share], quota: dict[str, int], placements: Sequence[Placement]
) -> tuple[Line, ...]:
    actual = Counter(one.suggested for one in placements)
    earned = Counter(one.earned for one in placements)
    return tuple(
        Line(share=one, quota=quota[one.grade], actual=actual[one.grade], earned=earned[one.grade])
        for one in shares
    )
