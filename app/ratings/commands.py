"""flask cycle rate NAME: compute the ratings of a closed round, or see first what would change."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from app.db import db, writing
from app.feedback.cockpit.commands import get_cycle, settings_in_use
from app.ratings.previewing import Preview, preview_ratings
from app.ratings.service import rate_apart
from app.web.commands import refusals_as_sentences, speaking


@click.command("rate")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Only say what would change; store nothing.")
@speaking
def rate(name: str, dry_run: bool, lang: str) -> None:
    """Compute the results of everybody whose inputs changed."""
    cycle_id, link_key = get_cycle(name, lang).id, settings_in_use().link_key
    with refusals_as_sentences(lang), _bar() as on_progress:
        if dry_run:
            preview = preview_ratings(cycle_id, link_key=link_key, on_progress=on_progress)
        else:
            with writing():
                rated = rate_apart(cycle_id, link_key=link_key, on_progress=on_progress)
                db.session.commit()
    lines = _lines(preview) if dry_run else [f"Rated: {rated.new}, unchanged: {rated.unchanged}."]
    click.echo("\n".join(lines))


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """A bar for people at a terminal."""
    with click.progressbar(length=0, label="rating", file=sys.stderr) as bar:

        def show(done: int, everybody: int) -> None:
            bar.length = everybody
            bar.update(done - bar.pos)

        yield show


def _lines(preview: Preview) -> list[str]:
    return [
        f"new: {preview.new}",
        f"changed: {preview.changed}",
        f"unchanged: {preview.unchanged}",
        *(f"{status}: {count}" for status, count in sorted(preview.statuses.items())),
        *(f"grade {grade}: {count}" for grade, count in sorted(preview.grades.items())),
    ]
