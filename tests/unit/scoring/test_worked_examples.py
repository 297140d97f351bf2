import json
import random

import pytest

from app.scoring.worked import score_text
from tests.unit.scoring.worked import (
    INPUT_TEXT,
    KEY_ACCOUNT,
    OUTPUT_TEXT,
    SALES_REP,
    rating_of,
    worked_input,
)


def _without_extras(given: object, expected: object) -> object:
    """What is left of a result when only the expected keys are kept."""
    if isinstance(given, dict) and isinstance(expected, dict):
        return {k: _without_extras(given[k], expected[k]) for k in given if k in expected}
    if isinstance(given, list) and isinstance(expected, list):
        return [_without_extras(*pair) for pair in zip(given, expected, strict=True)]
    return given


def test_both_worked_examples_come_out_exactly() -> None:
    outcome = score_text(INPUT_TEXT)
    expected = json.loads(OUTPUT_TEXT)

    assert outcome.exit_code == 0
    assert _without_extras(json.loads(outcome.output), expected) == expected


def test_the_keys_of_the_expected_output_stand_in_the_same_order() -> None:
    given = [list(one) for one in json.loads(score_text(INPUT_TEXT).output)]
    expected = [list(one) for one in json.loads(OUTPUT_TEXT)]

    assert [[key for key in keys if key in expected[0]] for keys in given] == expected


@pytest.mark.parametrize("which", [KEY_ACCOUNT, SALES_REP])
def test_one_object_gives_one_object(which: int) -> None:
    alone = json.loads(score_text(json.dumps(worked_input(which), default=str)).output)

    assert alone == json.loads(score_text(INPUT_TEXT).output)[which]


def test_the_same_file_gives_the_same_bytes() -> None:
    assert score_text(INPUT_TEXT) == score_text(INPUT_TEXT)


def test_the_order_of_raters_does_not_matter() -> None:
    shuffled = json.loads(INPUT_TEXT)
    for example in shuffled["examples"]:
        random.Random(7).shuffle(example["raters"])  # noqa: S311

    assert score_text(json.dumps(shuffled)) == score_text(INPUT_TEXT)


def test_the_groups_of_a_competency_carry_its_whole_contribution() -> None:
    for which in (KEY_ACCOUNT, SALES_REP):
        dimensions = rating_of(worked_input(which)).dimensions
        for element in (one for dimension in dimensions for one in dimension.elements):
            if element.groups:
                assert sum(one.contribution for one in element.groups) == element.contribution
                assert sum(one.shown for one in element.groups) == element.shown
