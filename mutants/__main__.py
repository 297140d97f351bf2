"""`python -m mutants [module...]`: plant bugs, run the fast tests, print what was found."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from mutants.report import MISSED, keep, read_bugs, table
from mutants.workshop import ROOT, is_module, open_workshop

KEPT = ROOT / "instance" / "mutants"


def main(arguments: list[str]) -> int:
    """0 when the tool could do its work, whatever it found; else its own exit code."""
    parser = argparse.ArgumentParser(prog="script/mutants")
    parser.add_argument("modules", nargs="*", help="such as app.scoring.kpi; all without")
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--at-once", default="2")
    options = parser.parse_args(arguments)
    for name in options.modules:
        if not is_module(name):
            parser.error(f"there is no module “{name}”; write it like app.scoring.kpi")
    workshop = KEPT / "workshop"
    open_workshop(workshop, options.modules)
    bin_folder = (ROOT / options.tools / "bin").absolute()
    run = _run(["run", "--max-children", options.at_once], workshop, bin_folder)
    if run:
        return run
    bugs = read_bugs(_said(["results", "--all", "true"], workshop, bin_folder))
    missed = [bug.name for bug in bugs if bug.outcome in MISSED]
    changes = {name: _said(["show", name], workshop, bin_folder) for name in missed}
    keep(bugs, changes, KEPT / "result.json")
    print(table(bugs))  # noqa: T201
    print(f"the missed ones line by line: {KEPT / 'result.json'}")  # noqa: T201
    return 0


def _run(arguments: list[str], workshop: Path, bin_folder: Path) -> int:
    return subprocess.run(  # noqa: S603
        [str(bin_folder / "mutmut"), *arguments],
        cwd=workshop,
        env=_surroundings(bin_folder),
        check=False,
    ).returncode


def _said(arguments: list[str], workshop: Path, bin_folder: Path) -> str:
    return subprocess.run(  # noqa: S603
        [str(bin_folder / "mutmut"), *arguments],
        cwd=workshop,
        env=_surroundings(bin_folder),
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout


def _surroundings(bin_folder: Path) -> dict[str, str]:
    """The tool looks for the type checker on the path."""
    inherited = dict(os.environ)  # noqa: TID251
    return inherited | {"PATH": f"{bin_folder}:{inherited.get('PATH', '')}"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
