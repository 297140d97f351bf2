"""flask cycle launch | remind | close | status NAME: what HR's pages do, for scripts."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app

from app.clock import now
from app.config import Settings
from app.cycles.models import Cycle
from app.cycles.queries import find_cycle_by_name
from app.db import db, forget_freed_pages, writing
from app.errors import DomainError
from app.feedback import closing
from app.feedback.cockpit.report import status_lines
from app.feedback.launching.service import launch_cycle
from app.feedback.reminding import service as reminding


@click.group("cycle")
def cycle_commands() -> None:
    """Launch, remind, close or look at the cycle with a NAME."""


@cycle_commands.command("launch")
@click.argument("name")
def launch(name: str) -> None:
    """Send a draft out; exit code 2 and a sentence when something stands in the way."""
    settings = _settings()
    cycle_id = _find(name).id
    with _refusals():
        launched = launch_cycle(cycle_id, link_key=settings.link_key, company=settings.company)
        db.session.commit()
    click.echo(f"Launched: {launched.letters} letters, {launched.requests} forms.")


@cycle_commands.command("remind")
@click.argument("name")
def remind(name: str) -> None:
    """Remind everybody who may be reminded now."""
    cycle_id = _find(name).id
    with _refusals():
        count = reminding.remind(cycle_id, company=_settings().company)
        db.session.commit()
    click.echo(f"Reminded: {count}.")


@cycle_commands.command("close")
@click.argument("name")
def close(name: str) -> None:
    """End the collection; a second time changes nothing."""
    with writing(), _refusals():
        closed = closing.close_cycle(_find(name), now())
        db.session.commit()
        forget_freed_pages()
    click.echo(f"Closed with {closed.forms} forms.")


@cycle_commands.command("status")
@click.argument("name")
def status(name: str) -> None:
    """Print how far a cycle is, one `name: value` a line."""
    cycle = _find(name)
    lines = ["stage: draft"] if cycle.launched_at is None else status_lines(cycle)
    click.echo("\n".join(lines))


@contextmanager
def _refusals() -> Iterator[None]:
    """A refusal becomes its sentence and exit code 2; nothing is changed."""
    try:
        yield
    except DomainError as refusal:
        db.session.rollback()
        click.echo(str(refusal), err=True)
        raise SystemExit(2) from refusal


def _find(name: str) -> Cycle:
    cycle = find_cycle_by_name(name)
    if cycle is None:
        click.echo(f"There is no cycle “{name}”.", err=True)
        raise SystemExit(2)
    return cycle


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
