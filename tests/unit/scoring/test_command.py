import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import app.scoring.__main__ as scoring_main
from app.scoring.worked import score_text
from tests.unit.scoring.worked import CASES, INPUT_TEXT

PROBE = (
    "import sys, app.scoring.worked, app.scoring.disclosure;"
    "print({'flask', 'sqlalchemy', 'app.db', 'app.config'} & set(sys.modules))"
)


def test_scoring_loads_neither_flask_nor_sqlalchemy() -> None:
    probe = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True
    )

    assert probe.stdout.strip() == "set()"


def test_a_file_is_scored_without_the_rest_of_the_product() -> None:
    assert scoring_main.main([str(CASES / "worked_input.json")]) == score_text(INPUT_TEXT)


def test_the_module_prints_the_result_and_ends_with_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["score", str(tmp_path / "empty.json")])

    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(Path(scoring_main.__file__)), run_name="__main__")

    assert end.value.code == 2
    assert json.loads(capsys.readouterr().out)["error"] == "missing_field"


def test_an_empty_file_of_examples_gives_an_empty_list() -> None:
    assert score_text('{"examples": []}').output == "[]"


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_output_has_the_same_bytes_whatever_the_hash_seed(seed: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "app.scoring", str(CASES / "worked_input.json")],
        capture_output=True,
        check=True,
        env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8", "LC_ALL": "C"},
    )

    assert run.stdout.decode() == score_text(INPUT_TEXT).output + "\n"
