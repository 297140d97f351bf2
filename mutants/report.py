"""What became of the planted bugs: a table for people, and the same as JSON."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# "caught by type check" counts as found: script/test checks the types as strictly.
FOUND = ("killed", "caught by type check", "timeout")
MISSED = ("survived", "no tests", "suspicious")
LINE = re.compile(r"^\s*(\S+): (.+?)\s*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bug:
    """One planted bug: its name, the module in which it was planted, and what became of it."""

    name: str
    module: str
    outcome: str


def read_bugs(text: str) -> list[Bug]:
    """From the tool's list of all results, one bug a line."""
    found = [match for line in text.splitlines() if (match := LINE.match(line))]
    return [
        Bug(name=name, module=_module_of(name), outcome=outcome)
        for name, outcome in (match.groups() for match in found)
        if outcome in (*FOUND, *MISSED)
    ]


def _module_of(name: str) -> str:
    """``app.scoring.kpi`` of ``app.scoring.kpi.x_ratio__mutmut_1`` and of methods alike."""
    return re.sub(r"\.x(_|ǁ).*", "", name)


def table(bugs: Iterable[Bug]) -> str:
    """A line for each module and one for the sum, in columns."""
    by_module: dict[str, Counter[str]] = defaultdict(Counter)
    for bug in bugs:
        for key in (bug.module, "all"):
            by_module[key][bug.outcome] += 1
    head = f"{'module':44}{'bugs':>7}{'found':>7}{'types':>7}{'time':>6}{'missed':>8}{'share':>8}"
    rest = sorted(by_module.items(), key=lambda row: (row[0] == "all", row[0]))
    return "\n".join([head, *(_row(name, counts) for name, counts in rest)])


def _row(name: str, counts: Counter[str]) -> str:
    found = sum(counts[outcome] for outcome in FOUND)
    missed = sum(counts[outcome] for outcome in MISSED)
    by_types, late = counts["caught by type check"], counts["timeout"]
    share = 100 * found / (found + missed)
    return (
        f"{name:44}{found + missed:>7}{counts['killed']:>7}{by_types:>7}{late:>6}"
        f"{missed:>8}{share:>7.1f}%"
    )


def keep(bugs: Iterable[Bug], differences: dict[str, str], path: Path) -> None:
    """Everything as JSON; a missed bug comes with the lines that it changed."""
    rows = [
        {"bug": bug.name, "module": bug.module, "outcome": bug.outcome}
        | ({"change": differences[bug.name]} if bug.name in differences else {})
        for bug in bugs
    ]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
