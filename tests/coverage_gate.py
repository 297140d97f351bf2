"""Plugin for full runs: fails the run where too little of app/ was executed.

Every line and branch of app/scoring and of each rules.py must be reached, and 95 % of all the rest
together. The plugin speaks before pytest's closing line, so that this line stays the last one.

Measuring makes everything nearly twice as slow, so what would show nothing new runs unmeasured:

- Properties: each calls the same lines some hundred times, and what only a generated example
  reaches is tested by chance.
- Outside tests/unit, all variants of a test but its first: the second database, the second
  language, the next page. That what they reach does not count makes the demand harder, not easier.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TypedDict

import pytest
from coverage import Coverage
from hypothesis import is_hypothesis_test

DECISIONS = "app/scoring and rules.py"
REST = "the rest of app"
WANTED_PERCENT = {DECISIONS: 100.0, REST: 95.0}
UNITS = Path(__file__).parent / "unit"
LATER_VARIANT = "later_variant"
WORST_FILES = 10
SHOWN_GAPS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """What the tests executed of one file: lines and branches, counted alike."""

    path: str
    reached: int
    possible: int
    missing: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        """Which of the two demands applies to the file."""
        path = PurePath(self.path)
        return DECISIONS if path.name == "rules.py" or "scoring" in path.parts[1:-1] else REST


@dataclass(kw_only=True, slots=True)
class CoverageGate:
    """Measures after the tests and before the summary; a gap fails the session."""

    lines: list[str] = field(default_factory=list)
    failed: bool = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[None]:
        """Judge when pytest-cov, wrapped inside, has written what it measured."""
        result = yield
        self.judge(read_coverage())
        if self.failed:
            session.testsfailed += 1
        return result

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the two figures and, where one is too low, the gaps."""
        terminalreporter.section("coverage gate")
        for line in self.lines:
            terminalreporter.write_line(line, red=self.failed)

    def judge(self, files: Iterable[Reached]) -> None:
        """Compare both parts with what is wanted of them."""
        everything = list(files)
        for part, wanted in WANTED_PERCENT.items():
            own = [file for file in everything if file.part == part]
            reached, possible = (
                sum(file.reached for file in own),
                sum(file.possible for file in own),
            )
            percent = 100 * reached / possible if possible else 0.0
            self.lines.append(f"{part}: {percent:.2f} % reached, {wanted:.0f} % wanted")
            if percent < wanted:
                self.failed = True
                self.lines.extend(_gaps(own))


class _Summary(TypedDict):
    covered_lines: int
    covered_branches: int
    num_statements: int
    num_branches: int


class _File(TypedDict):
    """What coverage's JSON report says of one file, as far as we read it."""

    summary: _Summary
    missing_lines: list[int]
    missing_branches: list[tuple[int, int]]


def read_coverage() -> list[Reached]:
    """Read what pytest-cov has left in the data file; nothing where no branch was measured."""
    measured = Coverage()
    measured.load()
    if not measured.get_data().has_arcs():
        return []
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        measured.json_report(outfile=str(report))
        files: dict[str, _File] = json.loads(report.read_text(encoding="utf-8"))["files"]
    return [_reached(path, file) for path, file in files.items()]


def _reached(path: str, file: _File) -> Reached:
    summary = file["summary"]
    branches = [f"{start}->{end}" for start, end in file["missing_branches"]]
    return Reached(
        path=PurePath(path).as_posix(),
        reached=summary["covered_lines"] + summary["covered_branches"],
        possible=summary["num_statements"] + summary["num_branches"],
        missing=(*map(str, file["missing_lines"]), *branches),
    )


def _gaps(files: Iterable[Reached]) -> Iterator[str]:
    """The files with the most left out, and where."""
    with_gaps = [file for file in files if file.reached < file.possible]
    with_gaps.sort(key=lambda file: (file.reached - file.possible, file.path))
    for file in with_gaps[:WORST_FILES]:
        shown = ", ".join(file.missing[:SHOWN_GAPS])
        more = len(file.missing) - SHOWN_GAPS
        yield f"  {file.path}: never reached {shown}{f' and {more} more' if more > 0 else ''}"


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Let pytest-cov pause during every property, and mark the later variants of other tests."""
    met: set[tuple[Path, str]] = set()
    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker(pytest.mark.no_cover)
        if item.get_closest_marker("no_cover") or item.path.is_relative_to(UNITS):
            continue
        test = item.path, item.nodeid.partition("[")[0]
        if test in met:
            item.add_marker(LATER_VARIANT)
        met.add(test)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Pause during the later variants of a test and all that they set up."""
    measuring = item.config.pluginmanager.getplugin("_cov")
    if not (measuring and measuring.cov_controller and item.get_closest_marker(LATER_VARIANT)):
        return (yield)
    measuring.cov_controller.pause()
    try:
        return (yield)
    finally:
        measuring.cov_controller.resume()


def pytest_configure(config: pytest.Config) -> None:
    """Judge in the one process that has the figures of all."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(CoverageGate(), "coverage-gate-of-this-run")
