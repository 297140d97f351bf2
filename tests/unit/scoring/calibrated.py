"""Chains of calibration for tests: grown at random through the very functions that a panel uses."""

from dataclasses import dataclass, field
from fractions import Fraction

from app.scoring.calibration import Calibration, StepKind, let_lapse, open_rows, reconfirm
from app.scoring.calibration_replay import LIMIT, Bounds, extend
from app.scoring.grades import Grade

REASON = "与同级大客户经理目标难度对齐"
LADDER = tuple(
    Grade(name=name, lower=Fraction(lower))
    for name, lower in (("S", 100), ("A", 90), ("B", 80), ("C", 60), ("D", 0))
)
BOUNDS = Bounds(grades=LADDER, lowest=Fraction(0), highest=Fraction(120))


def points(delta: str, *, by: str = "校准会", reason: str = REASON) -> Calibration:
    return Calibration(by=by, at="2026-01-05T09:00:00Z", delta=Fraction(delta), reason=reason)


def grade(name: str) -> Calibration:
    return Calibration(by="校准会", kind=StepKind.GRADE, grade=name, reason=REASON)


def grown(
    *decisions: Calibration, computed: str = "92.16", base: str = "inputs", bounds: Bounds = BOUNDS
) -> tuple[Calibration, ...]:
    """A chain of these decisions, each appended by itself."""
    chain: tuple[Calibration, ...] = ()
    for decision in decisions:
        chain = extend(
            chain, [decision], computed=Fraction(computed), base_hash=base, bounds=bounds
        )
    return chain


@dataclass(kw_only=True, slots=True)
class Panel:
    """A board at work over changing inputs; ``standing`` is its own plain account of what holds."""

    computed: Fraction = Fraction(92)
    inputs: int = 0
    chain: tuple[Calibration, ...] = ()
    standing: list[Calibration] = field(default_factory=list)

    def act(self, signal: int) -> None:
        """One thing after the other, as the numbers from 0 to 255 say."""
        decision = signal % 8
        if decision == 0:
            self._meet_new_inputs(signal)
        elif decision == 1:
            self._decide(grade(LADDER[signal % len(LADDER)].name))
        else:
            delta = Fraction(signal - 128, 50)
            if abs(delta + sum(row.delta for row in self.standing)) <= LIMIT:
                self._decide(points(str(delta), reason=f"{REASON} {signal}"))

    def _decide(self, decision: Calibration) -> None:
        self._append([decision])
        self.standing.append(decision)

    def _meet_new_inputs(self, signal: int) -> None:
        """Everything is stale then: each row is confirmed or lapses, unless too much remains."""
        self.inputs += 1
        self.computed = Fraction(signal * 60, 128)
        kept = [place % 3 < 2 for place in range(len(self.standing))]
        both = zip(self.standing, kept, strict=True)
        if abs(sum((row.delta for row, is_kept in both if is_kept), Fraction())) > LIMIT:
            kept = [False] * len(kept)
        settled = [
            reconfirm(row, by="另一人", at="")
            if is_kept
            else let_lapse(row, by="另一人", at="", reason=REASON)
            for row, is_kept in zip(open_rows(self.chain), kept, strict=True)
        ]
        self._append(settled)
        self.standing = [row for row, is_kept in zip(self.standing, kept, strict=True) if is_kept]

    def _append(self, decisions: list[Calibration]) -> None:
        self.chain = extend(
            self.chain,
            decisions,
            computed=self.computed,
            base_hash=f"inputs {self.inputs}",
            bounds=BOUNDS,
        )


def panel_after(signals: bytes) -> Panel:
    panel = Panel()
    for signal in signals:
        panel.act(signal)
    return panel
