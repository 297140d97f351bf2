"""The repository itself: nothing from one machine, nothing too big, locks that fit."""

import ast
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_OURS = re.compile(r"(^|/)vendor/|^static/fonts/")
GENERATED = {".git", ".venv", "instance", "__pycache__", ".coverage", ".hypothesis"} | {
    f".{tool}_cache" for tool in ("mypy", "ruff", "pytest", "import_linter")
}

# Operators that browsers inside apps on old phones cannot read: one stops the whole script.
YOUNG_OPERATORS = re.compile(r"\|\|=|&&=|\?\?|\?\.(?!\d)")

MOST_BYTES = 2 * 1024 * 1024
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40

# In two halves, so that this file does not name what it forbids.
PACKAGE_HOSTS = [
    ".".join(halves)
    for halves in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb.debian", "org"),
        ("security.debian", "org"),
        ("snapshot.debian", "org"),
        ("archive.ubuntu", "com"),
        ("anaconda", "org"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
        ("cdnjs.cloudflare", "com"),
        ("googleapis", "com"),
        ("gstatic", "com"),
        ("docker", "io"),
        ("ghcr", "io"),
    ]
]
MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:work|root|home|Users|tmp/brief)/\w")
PAPERS_ELSEWHERE = re.compile(r"\b(?:settled|promises|experience|product)" + r"\.md\b")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")


@cache
def committed_files() -> tuple[str, ...]:
    """Paths from the root; where git cannot say, everything but what running leaves behind."""
    if shutil.which("git"):
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if listed.returncode == 0:
            paths = listed.stdout.split("\0")
            return tuple(path for path in paths if path and (ROOT / path).is_file())
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return tuple(path.as_posix() for path in found if not _is_generated(path))


def _is_generated(path: Path) -> bool:
    is_measured = path.name.startswith(".coverage.")  # one for each process while tests run
    return is_measured or bool(GENERATED & set(path.parts)) or path.suffix in {".mo", ".pyc"}


@cache
def _text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def _own_files_with(pattern: re.Pattern[str]) -> list[str]:
    """Every place where one of our own files says what it should not, as path:line: text."""
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in committed_files()
        if not NOT_OURS.search(path)
        for number, line in enumerate(_text_of(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def _app_files() -> list[str]:
    return [path for path in committed_files() if re.match(r"app/.*\.py$", path)]


def test_there_are_files_to_look_at() -> None:
    assert "script/setup" in committed_files()
    assert _app_files()


def test_no_file_says_where_packages_come_from() -> None:
    named = [
        f"{path}: {host}"
        for path in committed_files()
        if not path.endswith(".ttf")
        for host in PACKAGE_HOSTS
        if host in _text_of(path).lower()
    ]
    assert named == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert _own_files_with(MACHINE_PATH) == []


def test_no_file_refers_to_a_paper_that_is_not_here() -> None:
    assert _own_files_with(PAPERS_ELSEWHERE) == []


def test_nothing_is_left_for_later() -> None:
    assert _own_files_with(UNFINISHED) == []


def test_only_fonts_are_big() -> None:
    sizes = {path: (ROOT / path).stat().st_size for path in committed_files()}
    big = {path for path, size in sizes.items() if size > MOST_BYTES}
    assert {path for path in big if not re.match(r"static/fonts/.*\.ttf$", path)} == set()


@pytest.mark.parametrize("name", ["press.js", "form.js"])
def test_old_phones_read_the_scripts_of_reviewers_pages(name: str) -> None:
    script = (ROOT / "static/js" / name).read_text(encoding="utf-8")

    assert "addEventListener" in script
    assert YOUNG_OPERATORS.findall(script) == []


def test_no_file_of_the_app_is_too_long() -> None:
    lengths = {path: len(_text_of(path).splitlines()) for path in _app_files()}
    too_long = {path: length for path, length in lengths.items() if length > MOST_LINES_OF_A_FILE}
    assert too_long == {}


def test_no_function_of_the_app_is_too_long() -> None:
    too_long = [
        f"{path}:{node.lineno} {node.name}"
        for path in _app_files()
        for node in ast.walk(ast.parse(_text_of(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= MOST_LINES_OF_A_FUNCTION
    ]
    assert too_long == []


@pytest.mark.parametrize(
    "name", ["requirements", "requirements-test", "requirements-mutants", "requirements-uv"]
)
def test_a_lock_holds_everything_asked_for_with_hashes_and_no_address(name: str) -> None:
    """Fails after a change of a .in file until script/lock has run."""
    lock = _text_of(f"{name}.lock")
    assert "://" not in lock
    assert "--index" not in lock
    packages = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert [package for package in packages if "--hash=sha256:" not in package] == []
    locked = {package.split("==")[0].split("[")[0] for package in packages}
    asked_for = re.findall(r"^[a-z0-9][a-z0-9-]*", _text_of(f"{name}.in"), flags=re.MULTILINE)
    assert set(asked_for) - locked == set()
