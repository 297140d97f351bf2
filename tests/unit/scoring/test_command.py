import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import app.scoring.__main__ as scoring_main
from app.cli import score
from app.scoring.errors import Code
from app.scoring.worked import score_bytes, score_text
from tests.unit.scoring.worked import CASES, INPUT_TEXT, KEY_ACCOUNT, worked_input

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


HOSTILE = {
    "empty": b"",
    "a mark and nothing more": b"\xef\xbb\xbf",
    "another encoding": '{"id": "É"}'.encode("latin-1"),
    "sixteen bits": '{"id": "x"}'.encode("utf-16"),
    "no characters at all": bytes(100),
    "not a number": b'{"id": NaN}',
    "a name given twice": b'{"id": "a", "id": "b"}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "a huge number": b'{"id": ' + b"9" * 5000 + b"}",
    "a huge exponent": b'{"id": 1e' + b"9" * 30 + b"}",
    "half a character": b'{"id": "\\ud800"}',
    "half a character in a name": b'{"\\udfff": 1}',
    "no object": b"7",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_ends_in_one_error_with_its_sentences(content: bytes) -> None:
    outcome = score_bytes(content)
    report = json.loads(outcome.output)

    assert outcome.exit_code == 2
    assert report["error"] in set(Code)
    assert report["message"].endswith(".")
    assert report["message_zh"].endswith("。")
    assert outcome.output.encode()


def test_halves_of_characters_are_refused_and_pairs_are_not() -> None:
    document = worked_input(KEY_ACCOUNT) | {"title": "\U0001f600"}

    assert json.loads(score_text('{"id": "\\ud83d"}').output)["error"] == "bad_json"
    assert score_text(json.dumps(document, default=str)).exit_code == 0


@pytest.mark.parametrize("depth", [200, 600, 900, 950, 980, 990, 2000])
def test_depth_is_read_or_refused_and_never_breaks_off(depth: int) -> None:
    """A calibration that names its inputs walks through them a second time."""
    document = worked_input(KEY_ACCOUNT)
    document["calibration"][0]["base_hash"] = "0" * 64
    text = json.dumps(document, default=str)[:-1]

    outcome = score_text(f'{text}, "note": {"[" * depth}{"]" * depth}}}')

    assert outcome.exit_code == 2
    assert json.loads(outcome.output)["error"] in {"stale_calibration", "bad_json"}


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_said_in_a_sentence(name: str, tmp_path: Path) -> None:
    outcome = scoring_main.main([str(tmp_path / name)])
    command = CliRunner().invoke(score, [str(tmp_path / name)])

    assert (outcome.exit_code, command.exit_code) == (2, 2)
    assert "directory" in json.loads(outcome.output)["message"]
    assert "directory" in command.output


def test_the_command_prints_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    file = tmp_path / "worked.json"
    file.write_text(INPUT_TEXT, encoding="utf-8")

    command = CliRunner(charset="ascii").invoke(score, [str(file)])

    assert command.exit_code == 0
    assert command.stdout_bytes.decode() == score_text(INPUT_TEXT).output + "\n"


@pytest.mark.parametrize("arguments", [[], ["one", "two"]])
def test_the_module_takes_exactly_one_file(arguments: list[str]) -> None:
    assert scoring_main.main(arguments).exit_code == 2
    assert scoring_main.main(arguments).output.startswith("Usage:")


def test_an_empty_file_of_examples_gives_an_empty_list() -> None:
    assert score_text('{"examples": []}').output == "[]"


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_output_has_the_same_bytes_whatever_the_locale_and_the_hash_seed(seed: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "app.scoring", str(CASES / "worked_input.json")],
        capture_output=True,
        check=True,
        env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
    )

    assert run.stdout.decode() == score_text(INPUT_TEXT).output + "\n"
