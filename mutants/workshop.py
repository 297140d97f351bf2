"""The copy in which bugs are planted: the scoring code, its tests, and a fast way to try them."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCORING = Path("app/scoring")
TESTS = Path("tests/unit/scoring")
COPIED = (SCORING, TESTS, Path("tests/data"), Path("faults"))
# These need the whole product, which is not copied.
LEFT_OUT = ("test_command.py",)
EXAMPLES = 8
PROFILE = f"""
from hypothesis import Phase, settings

settings.register_profile(
    "mutants", max_examples={EXAMPLES}, deadline=None, derandomize=True, database=None,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("mutants")
"""
SETTINGS = """
[tool.pytest.ini_options]
pythonpath = ["."]
addopts = "--import-mode=importlib -p no:cacheprovider"

[tool.mypy]
strict = true
explicit_package_bases = true

[tool.mutmut]
source_paths = ["app/scoring"]
only_mutate = {only}
also_copy = ["app", "tests", "faults", "pyproject.toml"]
pytest_add_cli_args = ["-x"]
pytest_add_cli_args_test_selection = ["tests/unit/scoring"]
# Every bug is tried in a process that has run no test before it, so that no cache hides it.
process_isolation = "forkserver"
type_check_command = [
  "mypy", "app/scoring", "--output", "json", "--disable-error-code", "unused-ignore"
]
"""


def open_workshop(folder: Path, modules: Sequence[str]) -> None:
    """A fresh copy, in which only those modules (names, or all of app.scoring) are to change."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in COPIED:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for package in (Path("app"), Path("tests"), Path("tests/unit")):
        if (ROOT / package / "__init__.py").exists():
            shutil.copy(ROOT / package / "__init__.py", folder / package)
    for name in LEFT_OUT:
        (folder / TESTS / name).unlink()
    for test in (folder / TESTS).rglob("*.py"):
        fewer = re.sub(r"max_examples=[\d_]+", f"max_examples={EXAMPLES}", test.read_text("utf-8"))
        test.write_text(fewer, "utf-8")
    (folder / TESTS / "conftest.py").write_text(PROFILE, "utf-8")
    only = [pattern for name in modules for pattern in _files_of(name)]
    (folder / "pyproject.toml").write_text(SETTINGS.format(only=only or ["app/*"]), "utf-8")


def is_module(name: str) -> bool:
    """Whether there is a file or a package of that dotted name."""
    path = ROOT / name.replace(".", "/")
    return path.is_dir() or path.with_name(f"{path.name}.py").is_file()


def _files_of(module: str) -> list[str]:
    """Patterns for the file of a module, or for all files of a package."""
    path = module.replace(".", "/")
    return [f"{path}.py", f"{path}/*"]
