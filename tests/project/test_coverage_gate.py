"""The gate of full test runs lets nothing through that it should stop."""

import subprocess
import sys
from pathlib import Path

import pytest
from coverage import CoverageData
from hypothesis import given
from hypothesis import strategies as st

from tests.coverage_gate import (
    LATER_VARIANT,
    UNITS,
    CoverageGate,
    Reached,
    pytest_collection_modifyitems,
)

ROOT = Path(__file__).parents[2]


def _file(path: str, reached: int, possible: int = 100) -> Reached:
    return Reached(path=path, reached=reached, possible=possible, missing=("7", "9->11"))


def _judged(*files: Reached) -> CoverageGate:
    gate = CoverageGate()
    gate.judge(files)
    return gate


def test_full_coverage_of_decisions_and_nearly_full_of_the_rest_passes() -> None:
    assert not _judged(_file("app/cycles/rules.py", 100), _file("app/cycles/views.py", 95)).failed


@pytest.mark.parametrize(
    "path", ["app/scoring/weights.py", "app/scoring/kpi/bands.py", "app/cycles/rules.py"]
)
def test_one_gap_in_a_decision_fails_the_run_and_is_named(path: str) -> None:
    gate = _judged(_file(path, 99), _file("app/factory.py", 100))
    assert gate.failed
    assert any(path in line and "9->11" in line for line in gate.lines)


def test_a_file_with_many_gaps_is_balanced_by_the_others() -> None:
    rules = _file("app/cycles/rules.py", 100)
    assert not _judged(rules, _file("app/cli.py", 50), _file("app/factory.py", 1000, 1000)).failed


def test_too_little_of_the_rest_fails_the_run() -> None:
    assert _judged(_file("app/cycles/rules.py", 100), _file("app/cli.py", 94)).failed


def test_a_subject_that_is_called_like_the_engine_is_not_the_engine() -> None:
    assert not _judged(_file("app/scoring/kpi.py", 100), _file("app/web/scoring.py", 96)).failed


def test_a_run_that_measured_nothing_fails() -> None:
    assert _judged().failed


class TestMarks:
    """A property and plain tests, which stand in the list of this very run."""

    @given(st.booleans())
    def test_a_property(self, value: bool) -> None:
        assert value in {True, False}

    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_a_variant(self, number: int) -> None:
        assert number

    def test_only_the_property_and_later_variants_run_unmeasured(
        self, request: pytest.FixtureRequest
    ) -> None:
        items = _siblings(request)
        pytest_collection_modifyitems(items)

        assert _marked(items, "no_cover") == {"test_a_property"}
        assert _marked(items, LATER_VARIANT) == {"test_a_variant[2]", "test_a_variant[3]"}

    def test_all_variants_of_a_unit_are_measured(
        self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        items = [item for item in _siblings(request) if item.name.startswith("test_a_variant")]
        for item in items:
            monkeypatch.setattr(item, "path", UNITS / "charts" / "test_bars.py")
            monkeypatch.setattr(item, "own_markers", [])
        pytest_collection_modifyitems(items)

        assert _marked(items, LATER_VARIANT) == set()


def _siblings(request: pytest.FixtureRequest) -> list[pytest.Item]:
    return [item for item in request.session.items if item.parent is request.node.parent]


def _marked(items: list[pytest.Item], mark: str) -> set[str]:
    return {item.name for item in items if item.get_closest_marker(mark)}


COUNTED = """
def which(number):
    if number == 1:
        return "first"
    return "later"
"""
COUNTING = """
import pytest
import counted

@pytest.fixture
def word(number):
    return counted.which(number)

@pytest.mark.parametrize("number", [1, 2])
def test_words(word, number):
    assert word == ("first" if number == 1 else counted.which(number))
"""


def test_what_a_later_variant_reaches_or_sets_up_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "counted.py").write_text(COUNTED, encoding="utf-8")
    (tmp_path / "test_counted.py").write_text(COUNTING, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .", encoding="utf-8")
    start = f"import sys, pytest; sys.path.append({str(ROOT)!r}); pytest.main()"
    told = ["-q", "--cov=counted", "--cov-report=", "-p", "tests.coverage_gate"]
    done = subprocess.run(
        [sys.executable, "-c", start, *told],
        cwd=tmp_path,
        env={"COVERAGE_FILE": str(tmp_path / "measured")},  # and nothing that this run was told
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr

    measured = CoverageData(str(tmp_path / "measured"))
    measured.read()
    assert measured.lines(str(tmp_path / "counted.py")) == [2, 3, 4]
