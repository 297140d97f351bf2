"""flask cycle launch | remind | close | status NAME: what HR's pages do, for scripts.

What comes after the close is added by the packages that do it.
"""

import click
from flask import current_app
from flask_babel import gettext as _

from app.clock import now
from app.config import Settings
from app.cycles.models import Cycle
from app.cycles.queries import find_cycle_by_name
from app.db import db, writing
from app.errors import DomainError
from app.feedback import closing
from app.feedback.cockpit.before_close import claims_in_words, reasons_to_wait
from app.feedback.cockpit.report import status_lines
from app.feedback.launching.checks import gather_facts
from app.feedback.launching.queries import load_draft
from app.feedback.launching.rules import check_launch
from app.feedback.launching.service import LaunchedAlreadyError, launch_cycle
from app.feedback.launching.wording import sentence_of
from app.feedback.leaving.queries import plan_departures
from app.feedback.leaving.rules import Leaving
from app.feedback.leaving.wording import later_in_words, plainly
from app.feedback.mixing import forget_after_close
from app.feedback.relations.queries import count_claimed
from app.feedback.reminding import service as reminding
from app.feedback.returned.queries import list_returned
from app.feedback.returned.wording import returned_in_words
from app.web.commands import refusals_as_sentences, speaking


class NoCycleError(DomainError):
    """No cycle has this name."""


@click.group("cycle")
def cycle_commands() -> None:
    """Launch, remind, close or look at the cycle with a NAME."""


@cycle_commands.command("launch")
@click.argument("name")
@click.option("--confirm-load", is_flag=True, help="Ask some for more than 15 forms all the same.")
@click.option(
    "--in-the-morning",
    is_flag=True,
    help="Letters leave on the next good morning where each reader is, and not at once.",
)
@speaking
def launch(name: str, *, confirm_load: bool, in_the_morning: bool, lang: str) -> None:
    """Send a draft out; exit code 2 and a sentence when something stands in the way.

    A second time changes nothing.

    Letters leave at once, or on the first morning after a later opening, unless told otherwise.

    What the page would tell before the press is written to the standard error output.
    """
    settings = settings_in_use()
    cycle = get_cycle(name, lang)
    cycle_id, zone = cycle.id, cycle.time_zone
    leaving = Leaving.IN_THE_MORNING if in_the_morning else Leaving.AT_ONCE
    with refusals_as_sentences(lang):
        for warning in _warnings(cycle, leaving):
            click.echo(warning, err=True)
        try:
            launched = launch_cycle(
                cycle_id,
                link_key=settings.link_key,
                company=settings.company,
                confirms_load=confirm_load,
                leaving=leaving,
            )
        except LaunchedAlreadyError as already:
            db.session.rollback()
            click.echo(str(already))
            return
        db.session.commit()
    click.echo(f"Launched: {launched.letters} letters, {launched.requests} forms.")
    click.echo(f"Letters leave: {plainly(launched.departures, zone)}.")


@cycle_commands.command("remind")
@click.argument("name")
@speaking
def remind(name: str, lang: str) -> None:
    """Remind everybody who may be reminded now."""
    cycle_id = get_cycle(name, lang).id
    with refusals_as_sentences(lang):
        count = reminding.remind(cycle_id, company=settings_in_use().company)
        db.session.commit()
    click.echo(f"Reminded: {count}.")


@cycle_commands.command("close")
@click.argument("name")
@speaking
def close(name: str, lang: str) -> None:
    """End the collection; a second time changes nothing.

    What the page would tell before the press is written to the standard error output.
    """
    with writing(), refusals_as_sentences(lang):
        cycle = get_cycle(name, lang)
        for warning in _warnings_before_close(cycle):
            click.echo(warning, err=True)
        cycle_id, closed = cycle.id, closing.close_cycle(cycle, now())
        db.session.commit()
        forget_after_close(cycle_id)
        db.session.commit()
    click.echo(f"Closed with {closed.forms} forms.")


@cycle_commands.command("status")
@click.argument("name")
@speaking
def status(name: str, lang: str) -> None:
    """Print how far a cycle is, one `name: value` a line."""
    cycle = get_cycle(name, lang)
    lines = ["stage: draft"] if cycle.launched_at is None else status_lines(cycle)
    click.echo("\n".join(lines))


def _warnings(cycle: Cycle, leaving: Leaving) -> list[str]:
    """What is good to know before a launch; nothing for a round that is launched already."""
    if cycle.launched_at is not None:
        return []
    draft = load_draft(cycle)
    departures = plan_departures(cycle, draft)[leaving]
    findings = check_launch(
        gather_facts(cycle, draft, working_days=departures.working_days, mail_is_up=True)
    )
    known = [sentence_of(finding) for finding in findings if not (finding.blocks or finding.asks)]
    names = {person.id: person.name for person in draft.people.values()}
    later = [later_in_words(departures, cycle, names)] if departures.later else []
    return known + later + [returned_in_words(row) for row in list_returned(draft)]


def _warnings_before_close(cycle: Cycle) -> list[str]:
    """What the close would cut short; nothing for a round that is closed or was never launched."""
    if cycle.launched_at is None or cycle.closed_at is not None:
        return []
    claims = count_claimed(cycle.id).claims
    return reasons_to_wait(cycle, now=now()) + ([claims_in_words(claims)] if claims else [])


def get_cycle(name: str, lang: str) -> Cycle:
    """The cycle of that name, or a sentence in this language and exit code 2."""
    with refusals_as_sentences(lang):
        cycle = find_cycle_by_name(name)
        if cycle is None:
            raise NoCycleError(_("There is no cycle “%(name)s”.", name=name))
    return cycle


def settings_in_use() -> Settings:
    """The running application's settings."""
    settings: Settings = current_app.extensions["settings"]
    return settings
