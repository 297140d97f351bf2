"""Commands for operators: flask score | worker | import | sample-workbook | create-admin …"""

from typing import BinaryIO

import click
from flask import Flask, current_app
from flask_migrate import upgrade

from app.audit.service import record
from app.auth.models import Role
from app.auth.service import disable_account, ensure_account
from app.db import db, writing
from app.feedback.cockpit.commands import cycle_commands
from app.kpi.imports.commands import import_file, sample_workbook
from app.logs import set_up_logging
from app.ratings.commands import rate
from app.retention.commands import delete_due
from app.schemes.service import install_packs
from app.scoring.worked import score_bytes
from app.second_step.service import reset_by_operator
from app.web.commands import refusals_as_sentences, speaking


def register_commands(app: Flask) -> None:
    """Add every command to `flask`."""
    cycle_commands.add_command(rate)
    for command in (
        prepare,
        create_admin,
        disable,
        reset_second_step,
        work,
        score,
        import_file,
        sample_workbook,
        cycle_commands,
        delete_due,
    ):
        app.cli.add_command(command)


@click.command("prepare")
def prepare() -> None:
    """Bring the database up to date and put the ready schemes into it."""
    with writing():
        upgrade()
        install_packs()
        db.session.commit()
    click.echo("The database is ready.")


@click.command("create-admin")
@click.argument("email")
@click.option("--name", default="", help="The name that pages show.")
@click.password_option(help="At least 12 characters; asked for when not given.")
@speaking
def create_admin(email: str, name: str, password: str, lang: str) -> None:
    """Make an account for somebody in HR; a second time, with the same values, changes nothing."""
    memory = current_app.extensions["settings"].argon2_memory_kib
    with writing(), refusals_as_sentences(lang):
        is_new = ensure_account(
            email=email, name=name, role=Role.HR, password=password, memory_kib=memory
        )
        db.session.commit()
    named = email.strip()
    click.echo(f"{named} may sign in." if is_new else f"{named} may sign in already.")


@click.command("disable-account")
@click.argument("email")
@speaking
def disable(email: str, lang: str) -> None:
    """End the sessions of EMAIL and let nobody sign in with it again."""
    with writing(), refusals_as_sentences(lang):
        account = disable_account(email)
        if account is not None:
            record("account.disabled", f"account:{account.id}", account_id=None)
        db.session.commit()
    click.echo(f"{email} may not sign in any more.")


@click.command("reset-second-step")
@click.argument("email")
@speaking
def reset_second_step(email: str, lang: str) -> None:
    """Let EMAIL sign in with the password alone: phone and recovery codes are lost."""
    with writing(), refusals_as_sentences(lang):
        reset_by_operator(email)
        db.session.commit()
    click.echo(f"{email} signs in with the password alone, until a second step is set up again.")


@click.command("score")
@click.argument("file", type=click.File("rb"))
def score(file: BinaryIO) -> None:
    """Recompute the ratings in a JSON FILE; needs no database. Exit code 2 for bad input."""
    outcome = score_bytes(file.read())
    click.echo(outcome.output.encode())  # the same bytes in every locale
    raise SystemExit(outcome.exit_code)


@click.command("worker")
@click.option("--threads", default=2, show_default=True, help="How many jobs at a time.")
def work(threads: int) -> None:
    """Send letters and make PDFs until stopped."""
    set_up_logging()
    wake_up = current_app.extensions["wake_up"]
    consumer = wake_up.huey.create_consumer(
        workers=threads, periodic=True, initial_delay=0.1, max_delay=1.0, graceful_signal="TERM"
    )
    wake_up.send()  # what was queued while nobody worked
    consumer.run()
