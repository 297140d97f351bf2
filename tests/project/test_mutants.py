"""What script/mutants makes of its tool's list: counted by module, and nothing missed is hidden."""

import json
from pathlib import Path

import pytest

from mutants.__main__ import main
from mutants.report import keep, read_bugs, table
from mutants.workshop import open_workshop

LIST = """
    app.scoring.kpi.x_ratio__mutmut_1: killed
    app.scoring.kpi.x_ratio__mutmut_2: survived
    app.scoring.kpi.xǁLimitsǁnarrowed__mutmut_1: caught by type check
    app.scoring.disclosure.audit.x__row__mutmut_7: timeout
    app.scoring.disclosure.audit.x__row__mutmut_8: no tests
    app.scoring.disclosure.audit.x__row__mutmut_9: not checked
"""


def test_every_bug_that_was_tried_is_counted_in_its_module() -> None:
    bugs = read_bugs(LIST)
    rows = [line.split() for line in table(bugs).splitlines()[1:]]

    assert [bug.outcome for bug in bugs].count("not checked") == 0
    assert rows == [
        ["app.scoring.disclosure.audit", "2", "0", "0", "1", "1", "50.0%"],
        ["app.scoring.kpi", "3", "1", "1", "0", "1", "66.7%"],
        ["all", "5", "1", "1", "1", "2", "60.0%"],
    ]


def test_a_missed_bug_is_kept_with_what_it_changed(tmp_path: Path) -> None:
    keep(read_bugs(LIST), {"app.scoring.kpi.x_ratio__mutmut_2": "- 100\n+ 101"}, tmp_path / "kept")
    rows = json.loads((tmp_path / "kept").read_text("utf-8"))

    assert [row["change"] for row in rows if "change" in row] == ["- 100\n+ 101"]
    assert len(rows) == 5


def test_bugs_are_planted_in_a_copy_whose_properties_try_few_examples(tmp_path: Path) -> None:
    open_workshop(tmp_path / "copy", ["app.scoring.kpi"])
    settings = (tmp_path / "copy" / "pyproject.toml").read_text("utf-8")
    properties = (tmp_path / "copy/tests/unit/scoring/properties.py").read_text("utf-8")

    assert "app/scoring/kpi.py" in settings
    assert "max_examples=300" not in properties
    assert (tmp_path / "copy/app/scoring/kpi.py").exists()


def test_a_module_that_does_not_exist_is_refused_before_anything_is_planted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("kpi", "app.scoring.kpis"):
        with pytest.raises(SystemExit) as stop:
            main(["--tools", "none", "app.scoring.kpi", "app.scoring.disclosure", name])

        assert stop.value.code == 2
        said = f"there is no module “{name}”; write it like app.scoring.kpi"
        assert said in capsys.readouterr().err
