"""What commands for operators have in common: their language, and how they refuse."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask_babel import force_locale

from app.db import db
from app.errors import DomainError
from app.web.language import LANGUAGES

BAD_INPUT = 2

speaking = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="The language of warnings and refusals.",
)


@contextmanager
def refusals_as_sentences(lang: str) -> Iterator[None]:
    """Speak a language. A refused command prints its sentence, changes nothing and exits with 2."""
    try:
        with force_locale(lang):
            yield
    except DomainError as refusal:
        db.session.rollback()
        click.echo(str(refusal), err=True)
        raise SystemExit(BAD_INPUT) from refusal
