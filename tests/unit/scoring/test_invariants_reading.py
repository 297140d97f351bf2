"""What must hold of reading: forms of a number, orders of keys, and the fingerprint of the inputs.

The number before each test is the invariant of section 5 of the description that it shows.
"""

import copy
import json
import random
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.errors import Complaint, ScoringError
from app.scoring.numbers import decimal_text, exact, exact_sum, fixed_text, sum_of_ratios
from app.scoring.output import as_json
from app.scoring.snapshot import base_hash
from app.scoring.worked import score_text
from tests.unit.scoring.generated import Document, rich_example, rich_examples
from tests.unit.scoring.properties import many
from tests.unit.scoring.worked import rating_of

SEEDS = st.integers(0, 2**32)
SMALL = st.integers(-(10**9), 10**9)
PLACES = st.integers(0, 9)


def _turned(value: Any, chance: random.Random) -> Any:
    """The same value with the keys of every object in another order."""
    if isinstance(value, dict):
        members = [(name, _turned(member, chance)) for name, member in value.items()]
        chance.shuffle(members)
        return dict(members)
    return [_turned(one, chance) for one in value] if isinstance(value, list) else value


def _rewritten(value: Any, chance: random.Random) -> Any:
    """The same value with every number in another form; a truth value is no number."""
    if isinstance(value, dict):
        return {name: _rewritten(member, chance) for name, member in value.items()}
    if isinstance(value, list):
        return [_rewritten(one, chance) for one in value]
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    return chance.choice([value, str(value), Decimal(value), f"{value}.00", f"{value * 10}e-1"])


def _leaves(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to everything in a document that is neither an object nor a list."""
    if isinstance(value, dict):
        return [leaf for name in value for leaf in _leaves(value[name], (*way, name))]
    if isinstance(value, list):
        return [leaf for place, one in enumerate(value) for leaf in _leaves(one, (*way, place))]
    return [way]


# 10
@many
@given(rich_examples(), SEEDS)
def test_no_order_of_keys_changes_a_byte(document: Document, seed: int) -> None:
    turned = _turned(document, random.Random(seed))  # noqa: S311
    before = json.dumps(as_json(rating_of(document)), ensure_ascii=False)

    assert json.dumps(as_json(rating_of(turned)), ensure_ascii=False) == before


# 10
@many
@given(rich_examples(), SEEDS)
def test_every_form_of_a_number_gives_the_same_rating(document: Document, seed: int) -> None:
    rewritten = _rewritten(document, random.Random(seed))  # noqa: S311

    assert rating_of(rewritten) == rating_of(document)


# 10
@many
@given(SMALL, PLACES)
def test_numbers_are_read_alike_from_text_decimals_fractions_and_whole_numbers(
    units: int, places: int
) -> None:
    value = Fraction(units, 10**places)
    text = fixed_text(value, places)

    assert exact(text) == exact(Decimal(text)) == exact(value) == value
    assert exact(f"{units}e-{places}") == value
    assert exact(units) == units


# 10
@many
@given(SMALL, st.integers(0, 3))
def test_decimals_that_were_written_read_back_as_the_same_figure(units: int, places: int) -> None:
    value = Fraction(units, 10**places)

    assert exact(decimal_text(value)) == value
    assert exact(fixed_text(value, places)) == value


@many
@given(st.floats())
def test_no_binary_float_is_ever_read(value: float) -> None:
    with pytest.raises(ScoringError) as refusal:
        exact(value, "/there")

    assert refusal.value.complaint is Complaint.FLOAT_INPUT
    assert refusal.value.where == "/there"


# 4
@many
@given(st.binary(max_size=12))
def test_sums_that_are_reduced_once_are_the_plain_sums(row: bytes) -> None:
    ratios = [((one - 90) * 3, 1 + one % 14) for one in row]
    plain = sum((Fraction(*ratio) for ratio in ratios), start=Fraction())

    assert sum_of_ratios(ratios) == plain
    assert exact_sum(Fraction(*ratio) for ratio in ratios) == plain


# 19
@many
@given(rich_examples(), SEEDS)
def test_the_fingerprint_knows_no_order_of_keys_and_no_calibration(
    document: Document, seed: int
) -> None:
    before = base_hash(document)
    turned = _turned(document, random.Random(seed))  # noqa: S311

    assert base_hash(turned) == before
    assert base_hash(document | {"calibration": [{"delta": seed}]}) == before


# 19
@many
@given(rich_examples(), SEEDS)
def test_the_fingerprint_knows_every_input(document: Document, seed: int) -> None:
    before, ways = base_hash(document), _leaves(document)
    *path, last = ways[seed % len(ways)]
    changed = copy.deepcopy(document)
    holder: Any = changed
    for step in path:
        holder = holder[step]
    holder[last] = "another" if holder[last] is None else None

    assert base_hash(changed) != before
    holder[last] = f"{holder[last]}!"
    assert base_hash(changed) != before


@pytest.fixture(scope="module")
def file_and_result() -> tuple[bytes, str]:
    """A file of examples under every rule, the same in every run, and what it comes to here."""
    chance = random.Random(360)  # noqa: S311
    rows = [(chance.randbytes(96), chance.randbytes(160)) for _ in range(60)]
    made = [rich_example(row) | {"id": f"X{place}"} for place, row in enumerate(rows)]
    text = json.dumps({"examples": made}, ensure_ascii=False)
    return text.encode(), score_text(text).output


# 10
@pytest.mark.parametrize(
    ("seed", "locale"), [("0", "C"), ("1", "C.UTF-8"), ("2", "zh_CN.UTF-8"), ("3", "de_DE.UTF-8")]
)
def test_any_hash_seed_and_any_locale_give_the_same_bytes(
    file_and_result: tuple[bytes, str], seed: str, locale: str
) -> None:
    content, expected = file_and_result
    run = subprocess.run(
        [sys.executable, "-m", "app.scoring", "/dev/stdin"],
        input=content,
        capture_output=True,
        check=True,
        env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8", "LC_ALL": locale},
    )

    assert run.stdout.decode() == expected + "\n"
