"""The README names what there is."""

import re

from flask import Flask

from app.config import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    config = (ROOT / "app/config.py").read_text(encoding="utf-8")
    found = set(re.findall(r'"([A-Z][A-Z0-9_]+)"', config))
    read = {name for name in found if not name.startswith("BENCH_")}  # the benchmarks' own
    table = README.split("## Settings")[1].split("## ")[0]
    named = {
        name
        for row in table.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row.split("|")[1])
    }

    assert named == read


def test_every_command_is_in_the_readme(app: Flask) -> None:
    inherited = {"db", "routes", "run", "shell"}

    missing = [
        name for name in app.cli.commands if name not in inherited and f"`{name}" not in README
    ]

    assert missing == []


def test_the_readme_begins_with_the_two_commands() -> None:
    first_screen = README[:1600]

    assert "script/demo" in first_screen
    assert "script/test" in first_screen
    picture = re.search(r"!\[[^]]+\]\((\S+)\)", first_screen)
    assert picture is not None
    assert (ROOT / picture.group(1)).exists()
