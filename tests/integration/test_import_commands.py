"""`flask import` and `flask sample-workbook`, as an operator meets them."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.db import db
from app.kpi.imports.service import apply_checked, check_workbook
from app.people.models import Person, Relation
from app.workbooks.sample import write_sample
from tests.moments import may_others_write, when_entered
from tests.workbook_files import PEOPLE, make_workbook, person


def count(model: type[Person] | type[Relation]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "人员.xlsx"


def test_a_workbook_comes_in_whole(app: Flask, file: Path) -> None:
    file.write_bytes(make_workbook())

    outcome = app.test_cli_runner().invoke(args=["import", "all", str(file)])

    assert outcome.exit_code == 0, outcome.output
    assert "people: 4 new, 0 changed, 0 removed, 0 unchanged" in outcome.output
    assert count(Person) == 4
    assert count(Relation) == 4


def test_one_part_comes_in_alone(app: Flask, file: Path) -> None:
    file.write_bytes(make_workbook())

    outcome = app.test_cli_runner().invoke(args=["import", "people", str(file)])

    assert outcome.exit_code == 0, outcome.output
    assert "relations" not in outcome.output
    assert count(Person) == 4
    assert count(Relation) == 0


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "人员 row 6, column B: the cell is empty. Expected an entry. Fill in the empty"),
        ("zh", "人员 第 6 行 B 列：单元格为空。应为 有内容。补填空白单元格。"),
    ],
)
def test_bad_rows_are_sentences_and_nothing_is_written(
    app: Flask, file: Path, lang: str, sentence: str
) -> None:
    file.write_bytes(make_workbook(people=[*PEOPLE, person("5", "")]))

    outcome = app.test_cli_runner().invoke(args=["import", "all", str(file), "--lang", lang])

    assert outcome.exit_code == 2
    assert sentence in outcome.output
    assert "nothing imported" in outcome.output
    assert count(Person) == 0


def test_warnings_are_told_and_do_not_stop_the_import(app: Flask, file: Path) -> None:
    file.write_bytes(make_workbook())

    outcome = app.test_cli_runner().invoke(args=["import", "all", str(file)])

    assert "warning: 评价关系 row 4" in outcome.output
    assert outcome.exit_code == 0


def test_a_file_that_cannot_be_read_is_one_sentence(app: Flask, file: Path) -> None:
    file.write_bytes(b"<html>")

    outcome = app.test_cli_runner().invoke(args=["import", "all", str(file)])

    assert outcome.exit_code == 2
    assert "This is neither an XLSX workbook nor a CSV file." in outcome.output


def test_the_sample_is_written_and_can_be_imported(app: Flask, file: Path) -> None:
    runner = app.test_cli_runner()
    written = runner.invoke(args=["sample-workbook", str(file), "--people", "25", "--seed", "7"])

    assert written.exit_code == 0, written.output
    assert file.read_bytes() == write_sample(people=25, seed=7)
    assert runner.invoke(args=["import", "all", str(file)]).exit_code == 0
    assert count(Person) > 25


def write_from_elsewhere() -> None:
    """Another connection changes somebody and is done at once."""
    with db.engine.connect() as connection:
        connection.execute(update(Person).values(job_level="M9"))
        connection.commit()


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("en", "import it again."), ("zh", "未导入任何内容，请重新")],
)
def test_what_others_change_during_the_check_refuses_the_import(
    app: Flask, file: Path, lang: str, sentence: str
) -> None:
    file.write_bytes(make_workbook())
    assert app.test_cli_runner().invoke(args=["import", "all", str(file)]).exit_code == 0
    file.write_bytes(make_workbook(people=[*PEOPLE, person("5", "新人")]))

    with when_entered(check_workbook, write_from_elsewhere):
        outcome = app.test_cli_runner().invoke(args=["import", "all", str(file), "--lang", lang])

    assert outcome.exit_code == 2
    assert sentence in outcome.output
    assert count(Person) == 4
    assert set(db.session.scalars(select(Person.job_level))) == {"M9"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_others_may_write_until_the_import_is_checked(app: Flask, file: Path) -> None:
    file.write_bytes(make_workbook())
    room: list[bool] = []

    def look() -> None:
        room.append(may_others_write(app))

    with when_entered(check_workbook, look):
        app.test_cli_runner().invoke(args=["import", "all", str(file)])
    file.write_bytes(make_workbook(people=[*PEOPLE, person("5", "新人")]))
    with when_entered(apply_checked, look):
        app.test_cli_runner().invoke(args=["import", "all", str(file)])

    assert room == [True, False]
