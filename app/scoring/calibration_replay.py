"""From a computed figure and a chain of decisions to the final figure and grade, and back.

Final = the computed figure plus all points that stand, within the ends of the scale and under any
veto; the order of points therefore never matters. A grade that people set keeps the figure; the
last one set stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.scoring.calibration import (
    Calibration,
    StepKind,
    find_break,
    find_named,
    link_after,
    open_places,
    same_decision,
)
from app.scoring.errors import Complaint, ScoringError
from app.scoring.grades import Grade, at_most, grade_of
from app.scoring.numbers import clamped, decimal_text, exact_sum, is_on_grid

SHORTEST_REASON = 10
LIMIT = Fraction(5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Within what people may move a result: the ladder, the scale, vetoes and the limit.

    ``limit`` is how far all points together may go on either side; ``places`` are the decimals of
    a published figure.
    """

    grades: tuple[Grade, ...]
    lowest: Fraction
    highest: Fraction
    places: int = 2
    limit: Fraction = LIMIT
    max_score: Fraction | None = None
    max_grade: str | None = None

    def limited(self, score: Fraction) -> Fraction:
        """The score within the scale and under a veto, which outlasts calibration."""
        within = clamped(score, self.lowest, self.highest)
        return within if self.max_score is None else min(within, self.max_score)

    def allowed(self, grade: str) -> str:
        """The grade, or the best one that a veto allows."""
        return at_most(grade, self.max_grade, self.grades)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Where a chain leads: all points that stand, the final figure, and its grade."""

    points: Fraction
    final: Fraction
    grade: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    """A row with what stood before and after it; ``stands`` unless a later row took its place."""

    row: Calibration
    stands: bool
    before: str
    after: str


def points_of(chain: Sequence[Calibration]) -> Fraction:
    """The sum of all points that stand."""
    return exact_sum(chain[place].delta for place in open_places(chain))


def replay(chain: Sequence[Calibration], computed: Fraction, bounds: Bounds) -> Outcome:
    """The final figure and grade; ``computed`` is the published figure before calibration."""
    return _outcome([chain[place] for place in open_places(chain)], computed, bounds)


def replay_steps(
    chain: Sequence[Calibration], computed: Fraction, bounds: Bounds
) -> tuple[Replayed, ...]:
    """Every row with what stood before and after it, counting the rows that stand in the end.

    A row whose place a later one took shows what was written when it was decided, if anything.
    """
    places = open_places(chain)
    standing = [chain[place] for place in places]
    outcomes = [_outcome(standing[:count], computed, bounds) for count in range(len(places) + 1)]
    steps, count = [], 0
    for place, row in enumerate(chain):
        stands = place in places
        before, after = _told(row, outcomes[count]), _told(row, outcomes[count + stands])
        if not stands and row.kind is not StepKind.LAPSE:
            before, after = row.before or "", row.after or ""
        steps.append(Replayed(row=row, stands=stands, before=before, after=after))
        count += stands
    return tuple(steps)


def require_replayed(steps: Sequence[Replayed], *, where: str = "/calibration") -> None:
    """Refuse a row whose own ``before`` or ``after`` differs from what the replay gives."""
    for place, step in enumerate(steps):
        claims = (
            ("before", step.row.before, step.before, Complaint.CALIBRATED_FROM),
            ("after", step.row.after, step.after, Complaint.CALIBRATED_TO),
        )
        for name, found, expected, complaint in claims:
            if found is not None and found != expected:
                at = f"{where}/{place}/{name}"
                raise ScoringError(complaint, at, found=found, expected=expected)


def extend(
    chain: Sequence[Calibration],
    decisions: Sequence[Calibration],
    *,
    computed: Fraction,
    base_hash: str,
    bounds: Bounds,
) -> tuple[Calibration, ...]:
    """The chain with these decisions appended at once, each with its figures and its link.

    Raises ScoringError for a chain that is broken and for decisions that break a rule; among them
    is that no row may stay stale: whoever appends decides about those too.
    """
    on_these = [replace(one, base_hash=base_hash) for one in decisions]
    told = replay_steps([*chain, *on_these], computed, bounds)[len(chain) :]
    rows = list(chain)
    for decision, step in zip(on_these, told, strict=True):
        linked = replace(decision, before=step.before, after=step.after, prev_hash=link_after(rows))
        rows.append(linked)
    require_sound(rows, bounds=bounds, base_hash=base_hash)
    return tuple(rows)


def append(
    chain: Sequence[Calibration],
    decision: Calibration,
    *,
    computed: Fraction,
    base_hash: str,
    bounds: Bounds,
) -> Calibration:
    """The next row of the chain; raises ScoringError as `extend` does."""
    return extend(chain, [decision], computed=computed, base_hash=base_hash, bounds=bounds)[-1]


def require_sound(
    chain: Sequence[Calibration],
    *,
    bounds: Bounds,
    base_hash: str,
    where: str = "/calibration",
) -> None:
    """Refuse the first row that breaks a rule or the chain, and points beyond the limit.

    ``base_hash`` is the fingerprint of the inputs that the chain is to hold on.
    """
    places = open_places(chain)
    for place, row in enumerate(chain):
        try:
            _require_decision(row, bounds)
            _require_known_step(chain, place)
            if place in places:
                _require_standing(row, bounds, base_hash)
        except ScoringError as refusal:
            raise refusal.under(f"{where}/{place}") from None
    broken = find_break(chain)
    if broken is not None:
        raise ScoringError(Complaint.CHAIN_BROKEN, f"{where}/{broken}/prev_hash")
    points = points_of(chain)
    if abs(points) > bounds.limit:
        found, expected = decimal_text(points), decimal_text(bounds.limit)
        raise ScoringError(Complaint.ADJUSTED_TOO_FAR, where, found=found, expected=expected)


def _require_decision(row: Calibration, bounds: Bounds) -> None:
    if not is_on_grid(row.delta, bounds.places):
        found = decimal_text(row.delta)
        raise ScoringError(Complaint.OFF_THE_GRID, "/delta", found=found, places=bounds.places)
    if len(row.reason.strip()) < SHORTEST_REASON:
        raise ScoringError(Complaint.TEXT_TOO_SHORT, "/reason", expected=SHORTEST_REASON)
    names = [grade.name for grade in bounds.grades]
    if row.grade is not None and row.grade not in names:
        expected = ", ".join(names)
        raise ScoringError(Complaint.NOT_A_CHOICE, "/grade", found=row.grade, expected=expected)


def _require_known_step(chain: Sequence[Calibration], place: int) -> None:
    """A row that refers to another repeats it or ends it, and that one was open until then."""
    row = chain[place]
    if row.refers_to is None:
        return
    named = find_named(chain, row, among=open_places(chain[:place]))
    repeats = named is not None and same_decision(chain[named], row)
    if named is None or not (repeats or row.kind is StepKind.LAPSE):
        raise ScoringError(Complaint.UNKNOWN_STEP, "/refers_to")


def _require_standing(row: Calibration, bounds: Bounds, base_hash: str) -> None:
    if row.base_hash is not None and row.base_hash != base_hash:
        raise ScoringError(Complaint.STALE_CALIBRATION, "/base_hash")
    if row.grade is not None and bounds.allowed(row.grade) != row.grade:
        best = bounds.max_grade
        raise ScoringError(Complaint.GRADE_ABOVE_VETO, "/grade", found=row.grade, expected=best)


def _outcome(rows: Sequence[Calibration], computed: Fraction, bounds: Bounds) -> Outcome:
    points = exact_sum(row.delta for row in rows)
    final = bounds.limited(computed + points)
    named = [row.grade for row in rows if row.grade is not None]
    grade = named[-1] if named else grade_of(final, bounds.grades)
    return Outcome(points=points, final=final, grade=bounds.allowed(grade))


def _told(row: Calibration, outcome: Outcome) -> str:
    return outcome.grade if row.kind is StepKind.GRADE else decimal_text(outcome.final)
