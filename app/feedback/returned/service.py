"""Correct an address before a round invites it again."""

from app.audit.service import record
from app.cycles.models import Cycle
from app.cycles.service import refuse_unless_draft
from app.db import db
from app.feedback.cockpit.addresses import checked_address
from app.people.models import Person


def correct_address(
    cycle: Cycle, person: Person, address: str, *, account_id: int | None = None
) -> None:
    """Keep this address for the person from now on, in every round.

    Raises AddressError when it is none, or somebody else's.
    """
    refuse_unless_draft(cycle)
    wanted = checked_address(address, person)
    if wanted == person.email:
        return
    person.email = wanted
    db.session.flush()
    record("person.address_corrected", f"person:{person.id}", account_id=account_id)
