"""What a rating consists of: figures that are exact, figures that are shown, and why."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from app.scoring.averages import Averaging
from app.scoring.calibration_replay import Replayed
from app.scoring.cells import Note
from app.scoring.kpi import Kpi
from app.scoring.workings import Working

PLAIN_MEAN = Averaging()


class Status(StrEnum):
    """Whether there is a grade. Incomplete: too few dimensions; insufficient: too few raters.

    Held: the scheme waits for raters, and there is no total before they have answered.
    """

    RATED = "rated"
    INCOMPLETE = "incomplete"
    INSUFFICIENT = "insufficient"
    HELD = "held"


class ElementStatus(StrEnum):
    SCORED = "scored"
    ZERO = "zero"
    NOT_APPLICABLE = "not_applicable"
    INSUFFICIENT = "insufficient"
    HELD = "held"
    GATE = "gate"


class TermKind(StrEnum):
    """The terms of a total besides its dimensions; the value is the term's name."""

    COEFFICIENT = "COEF"
    ADJUSTMENT = "ADJ"
    LIMIT = "CLAMP"
    GATE = "GATE"


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupResult:
    """A line of rater groups within a competency; ``weight`` is effective, in percent."""

    group: str
    members: tuple[str, ...]
    weight: Fraction
    n: int
    mean: Fraction
    score: Fraction
    contribution: Fraction
    shown: Fraction
    nominal_weight: Fraction = Fraction()
    averaging: Averaging = field(default=PLAIN_MEAN, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class GoalResult:
    """A goal's part in the total: ``contribution`` is exact, ``shown`` adds up to its element."""

    id: str
    name: str
    result: Kpi
    nominal_weight: Fraction
    effective_weight: Fraction
    contribution: Fraction
    shown: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class ElementResult:
    """An element's part in the total: ``contribution`` is exact, ``shown`` adds up.

    ``kpi`` tells how a KPI's score came about.
    """

    id: str
    name: str
    status: ElementStatus
    nominal_weight: Fraction
    effective_weight: Fraction
    score: Fraction | None
    contribution: Fraction
    shown: Fraction
    groups: tuple[GroupResult, ...]
    self_score: Fraction | None
    others_raw: Fraction | None
    kpi: Kpi | None = None
    goals: tuple[GoalResult, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DimensionResult:
    id: str
    name: str
    weight: Fraction
    effective_weight: Fraction
    score: Fraction | None
    contribution: Fraction
    shown: Fraction
    elements: tuple[ElementResult, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A signed part of the total: an element as ``D1/K1``, or one of ``TermKind``."""

    name: str
    exact: Fraction
    shown: Fraction
    working: Working | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """The whole result. Figures are None only where nothing at all could be scored.

    ``exact`` is the total before its one rounding, ``computed`` the published figure of the
    computer, ``final`` that figure after calibration. Without the status ``rated`` both grades
    are None. ``places`` are the decimals of shown figures. ``totals`` are the terms of the first
    level, dimensions first. ``steps`` are the rows of calibration, with what each of them did.
    """

    id: str
    title: str
    places: int
    status: Status
    exact: Fraction | None
    adjustment: Fraction
    computed: Fraction | None
    computed_grade: str | None
    calibration: Fraction
    final: Fraction | None
    grade: str | None
    surviving_weight: Fraction
    dimensions: tuple[DimensionResult, ...]
    terms: tuple[Term, ...]
    totals: tuple[Term, ...]
    notes: tuple[Note, ...]
    steps: tuple[Replayed, ...] = ()

    @property
    def audit(self) -> tuple[str, ...]:
        """The notes as lines of text, exact counts and all: for the owner of the answers only."""
        return tuple(note.text() for note in self.notes)

    @property
    def dimension_shown(self) -> tuple[Fraction, ...]:
        """The shown figures that sum to ``computed``: dimensions, then the further terms."""
        return tuple(term.shown for term in self.totals)
