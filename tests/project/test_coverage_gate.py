"""The gate of full test runs lets nothing through that it should stop."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.coverage_gate import CoverageGate, Reached, pytest_collection_modifyitems


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
    """A property and a plain test, which stand in the list of this very run."""

    @given(st.booleans())
    def test_a_property(self, value: bool) -> None:
        assert value in {True, False}

    def test_of_the_two_only_the_property_runs_unmeasured(
        self, request: pytest.FixtureRequest
    ) -> None:
        assert request.node.parent is not None
        items = [item for item in request.session.items if item.parent is request.node.parent]
        pytest_collection_modifyitems(items)

        unmeasured = {item.name for item in items if item.get_closest_marker("no_cover")}
        assert unmeasured == {"test_a_property"}
