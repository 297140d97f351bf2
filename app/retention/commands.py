"""flask delete-due: what the worker deletes by itself, for whoever does not want to wait for it."""

import click

from app.clock import now
from app.db import db, writing
from app.retention.queries import rounds_with_answers_due
from app.retention.service import delete_answers
from app.retention.traces import rewrite_at_once


@click.command("delete-due")
def delete_due() -> None:
    """Delete all whose time is over; a second time finds nothing."""
    with writing():
        rounds = [cycle_id for cycle_id in rounds_with_answers_due(now()) if _delete(cycle_id)]
    click.echo(f"Cycles whose answers were deleted: {len(rounds)}.")


def _delete(cycle_id: int) -> bool:
    is_done = delete_answers(cycle_id)
    db.session.commit()
    if is_done:
        rewrite_at_once(cycle_id)
        db.session.commit()
    return is_done
