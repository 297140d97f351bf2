"""`flask import` and `flask sample-workbook`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

import click
from flask_babel import force_locale

from app.db import db, writing
from app.errors import DomainError
from app.kpi.imports.report import ImportReport
from app.kpi.imports.service import apply_apart, check_apart
from app.web.commands import BAD_INPUT, speaking
from app.workbooks.layout import Part
from app.workbooks.messages import file_sentence, row_sentence
from app.workbooks.problems import WorkbookError
from app.workbooks.sample import FEWEST_PEOPLE, write_sample
from app.workbooks.sample_raters import DEFAULT_REQUESTS

WHOLE = "all"
STAGES = 3


@click.command("import")
@click.argument("part", type=click.Choice([*(part.value for part in Part), WHOLE]))
@click.argument("file", type=click.File("rb"))
@speaking
def import_file(part: str, file: BinaryIO, lang: str) -> None:
    """Bring people, relations or kpi (or all) from a workbook or CSV FILE into the database.

    All or nothing: with any bad row, every one is named, nothing is written and the exit code is 2.
    """
    only = tuple(Part) if part == WHOLE else (Part(part),)
    with force_locale(lang), _refusal_as_sentence():
        report = _import(file.read(), only)
        for finding in report.findings:
            prefix = "warning: " if finding.is_warning else ""
            click.echo(prefix + row_sentence(finding), err=True)
        if report.errors:
            click.echo(f"{len(report.errors)} errors, nothing imported", err=True)
            raise SystemExit(BAD_INPUT)
        for name, counts in report.counts.items():
            click.echo(
                f"{name}: {counts.added} new, {counts.changed} changed, "
                f"{counts.removed} removed, {counts.unchanged} unchanged"
            )


@click.command("sample-workbook")
@click.argument("file", type=click.File("wb"))
@click.option("--people", type=click.IntRange(min=FEWEST_PEOPLE), default=40, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--requests-per-person",
    type=click.FloatRange(min=4, max=16),
    default=DEFAULT_REQUESTS,
    show_default=True,
    help="About how many raters each reviewed person gets.",
)
def sample_workbook(file: BinaryIO, people: int, seed: int, requests_per_person: float) -> None:
    """Write a realistic workbook of a made-up sales company to FILE; needs no database."""
    file.write(write_sample(people=people, seed=seed, requests_per_person=requests_per_person))
    click.echo(f"{people} people")


def _import(content: bytes, only: Sequence[Part]) -> ImportReport:
    with click.progressbar(length=STAGES, label="import") as bar:
        checked = check_apart(content, only=only)
        bar.update(1)
        report = checked.workbook.report
        if not report.errors:
            with writing():
                apply_apart(checked, account_id=None)
                bar.update(1)
                db.session.commit()
            bar.update(1)
    return report


@contextmanager
def _refusal_as_sentence() -> Iterator[None]:
    try:
        yield
    except WorkbookError as error:
        click.echo(file_sentence(error), err=True)
        raise SystemExit(BAD_INPUT) from error
    except DomainError as error:
        db.session.rollback()
        click.echo(str(error), err=True)
        raise SystemExit(BAD_INPUT) from error
