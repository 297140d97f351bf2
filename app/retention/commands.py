"""flask delete-due: what the worker deletes by itself, for whoever does not want to wait for it."""

import click

from app.clock import now
from app.db import db, writing
from app.feedback.entering.service import forget_codes
from app.jobs.models import JobKind
from app.retention.letters import forget_texts
from app.retention.queries import (
    rounds_with_answers_due,
    rounds_with_links_due,
    rounds_with_old_drafts,
)
from app.retention.service import delete_answers, delete_drafts, delete_links
from app.retention.traces import NO_ROUND, rewrite_at_once


@click.command("delete-due")
def delete_due() -> None:
    """Delete all whose time is over; a second time finds nothing."""
    with writing():
        drafts = [one for one in rounds_with_old_drafts(now()) if _committed(delete_drafts(one))]
        links = [one for one in rounds_with_links_due(now()) if _committed(delete_links(one))]
        answers = [one for one in rounds_with_answers_due(now()) if _committed(delete_answers(one))]
        for cycle_id in answers:
            rewrite_at_once(JobKind.REWRITE_ANSWERS, cycle_id)
            db.session.commit()
        forget_codes(now())
        db.session.commit()
        texts = 0
        while emptied := forget_texts(now()):
            db.session.commit()
            texts += emptied
        for cycle_id in [*links, NO_ROUND] if texts else links:
            rewrite_at_once(JobKind.REWRITE_LETTERS, cycle_id)
            db.session.commit()
    click.echo(f"Cycles of which drafts were deleted: {len(drafts)}.")
    click.echo(f"Cycles of which links were deleted: {len(links)}.")
    click.echo(f"Cycles of which answers were deleted: {len(answers)}.")
    click.echo(f"Letters of which the text was deleted: {texts}.")


def _committed(done: int) -> bool:
    db.session.commit()
    return bool(done)
