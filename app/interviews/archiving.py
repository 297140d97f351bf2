"""The end of a round: when every record is filed, HR archives it, and nothing in it changes."""

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import update

from app.audit.service import record
from app.auth.models import Account
from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.interviews import queries
from app.interviews.rules import RecordState
from app.interviews.service import RecordError

NAMED = 5


def archive_cycle(cycle: Cycle, account: Account) -> None:
    """Archive a round; a second call changes nothing.

    Raises RecordError while interviews are not open or a record is not filed, naming the people.
    """
    if cycle.interviews_at is None:
        raise RecordError(_("Interviews have not been opened in this cycle."))
    unfinished = list_unfinished(cycle.id)
    if unfinished:
        raise RecordError(
            ngettext(
                "%(num)d record is not filed yet: %(names)s.",
                "%(num)d records are not filed yet: %(names)s.",
                len(unfinished),
                names=_named(unfinished),
            )
        )
    archived = db.session.execute(
        update(Cycle)
        .where(Cycle.id == cycle.id, Cycle.archived_at.is_(None))
        .values(archived_at=now())
        .returning(Cycle.id)
    )
    if archived.scalar() is not None:
        record("cycle.archived", f"cycle:{cycle.id}", account_id=account.id)
    db.session.refresh(cycle)


def list_unfinished(cycle_id: int) -> list[str]:
    """The people of a round whose record is not filed."""
    rows = queries.list_for_hr(now(), cycle_id)
    return [row.name for row in rows if row.state is not RecordState.FILED]


def _named(names: list[str]) -> str:
    shown = str(_(", ")).join(names[:NAMED])
    return shown if len(names) <= NAMED else _("%(names)s and others", names=shown)
