"""What must hold of every chain of calibration, tried on panels that meet at random."""

import json
import random
from collections.abc import Sequence
from dataclasses import fields, replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.calibration import (
    Calibration,
    StepKind,
    find_break,
    link_after,
    members_of,
    open_rows,
    stale_rows,
)
from app.scoring.calibration_replay import LIMIT, points_of, replay, replay_steps, require_replayed
from app.scoring.document import read_example
from app.scoring.grades import grade_of
from app.scoring.snapshot import base_hash
from tests.unit.scoring.calibrated import BOUNDS, LADDER, Panel, panel_after, points
from tests.unit.scoring.test_rating import document

many = settings(max_examples=300, deadline=None)
PANELS = st.binary(max_size=7).map(panel_after)
BUSY_PANELS = st.binary(min_size=2, max_size=6).map(panel_after).filter(lambda one: one.chain)
SEEDS = st.integers(0, 2**32)


@many
@given(PANELS)
def test_replay_reproduces_the_final_figure_and_grade_within_the_limit(panel: Panel) -> None:
    outcome = replay(panel.chain, panel.computed, BOUNDS)

    moved = panel.computed + sum(row.delta for row in panel.standing)
    named = [row.grade for row in panel.standing if row.kind is StepKind.GRADE]
    final = max(Fraction(0), min(Fraction(120), moved))
    assert outcome.final == final
    assert outcome.points == points_of(panel.chain)
    assert abs(outcome.points) <= LIMIT
    assert outcome.grade == (named[-1] if named else grade_of(final, LADDER))


@many
@given(BUSY_PANELS, SEEDS)
def test_any_row_altered_removed_moved_or_slipped_in_is_found(panel: Panel, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    chain, head = list(panel.chain), link_after(panel.chain)
    place, other = chance.randrange(len(chain)), chance.randrange(len(chain))
    before, row, after = chain[:place], chain[place], chain[place + 1 :]
    swapped = list(chain)
    swapped[place], swapped[other] = swapped[other], swapped[place]

    assert find_break(chain, head=head) is None
    for forged in (
        [*before, _altered(row, chance), *after],
        [*before, *after],
        [*before, row, row, *after],
        [*before, row, points("0.50"), *after],
    ):
        assert find_break(forged, head=head) in {place, place + 1}
    assert find_break(swapped, head=head) == (None if place == other else min(place, other))


def _altered(row: Calibration, chance: random.Random) -> Calibration:
    """One character of one text more, or a hundredth of a point."""
    name = chance.choice([one.name for one in fields(Calibration)])
    if name == "kind":
        return replace(
            row, kind=StepKind.LAPSE if row.kind is not StepKind.LAPSE else StepKind.GRADE
        )
    if name == "delta" and row.kind is StepKind.DELTA:
        return replace(row, delta=row.delta + Fraction(1, 100))
    return replace(row, reason=row.reason + "。") if name == "delta" else _longer(row, name)


def _longer(row: Calibration, name: str) -> Calibration:
    changes: dict[str, str] = {name: f"{getattr(row, name) or ''}x"}
    return replace(row, **changes)  # type: ignore[arg-type]


@many
@given(st.lists(st.integers(-300, 300), max_size=6), SEEDS)
def test_the_order_of_points_does_not_matter(cents: list[int], seed: int) -> None:
    rows = [points(str(Fraction(one, 100))) for one in cents]
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - a reproducible choice, no secret

    one, other = (replay(chain, Fraction(118), BOUNDS) for chain in (rows, shuffled))
    assert one == other
    assert one.final == min(Fraction(120), 118 + sum((Fraction(c, 100) for c in cents), Fraction()))


@many
@given(PANELS)
def test_every_row_tells_what_stood_around_it_and_is_stale_on_other_inputs(panel: Panel) -> None:
    steps = replay_steps(panel.chain, panel.computed, BOUNDS)

    require_replayed([step for step in steps if step.stands])
    told = [step for step in steps if step.stands and step.row.kind is StepKind.DELTA]
    assert not told or Fraction(told[-1].after) == replay(panel.chain, panel.computed, BOUNDS).final
    assert stale_rows(panel.chain, f"inputs {panel.inputs}") == ()
    assert stale_rows(panel.chain, "others") == open_rows(panel.chain)
    assert len(open_rows(panel.chain)) == len(panel.standing)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=5).map(lambda raw: bytes(one | 2 for one in raw)).map(panel_after))
def test_a_chain_that_is_written_into_a_file_is_read_again(panel: Panel) -> None:
    plain = document(92)
    rows = _on(panel.chain, base_hash(plain))

    read = read_example(json.loads(json.dumps({**plain, "calibration": rows})))

    assert [members_of(row) for row in read.calibration] == rows


def _on(chain: Sequence[Calibration], base: str) -> list[dict[str, str]]:
    """The same decisions on the inputs of a file."""
    rows: list[Calibration] = []
    for row in chain:
        rows.append(replace(row, base_hash=base, prev_hash=link_after(rows)))
    return [members_of(row) for row in rows]
