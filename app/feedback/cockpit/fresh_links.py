"""A new link for a reviewer whose old one was stopped; the old one dies at once."""

from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from app.audit.service import record
from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.errors import DomainError
from app.feedback.cockpit.addresses import checked_address
from app.feedback.correcting.service import end_corrections
from app.feedback.launching.emails import RoundCard, fresh_link
from app.feedback.measuring.service import load_usual
from app.feedback.models import Invitation, Reviewer
from app.feedback.reissuing import address_of_link, locked_reviewer, raise_generation
from app.feedback.reminding.queries import card_of, count_submitted, open_tasks
from app.mail.models import Letter, LetterState
from app.mail.service import RenderedLetter, post_many

KIND = "fresh"


class FreshLinkError(DomainError):
    """A round whose links are of no use any more; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkOwner:
    """Whose link it is, as the page asks for it."""

    id: int
    name: str
    address: str
    mailed_to: str  # where the present link went, which may be another address by now
    is_cut_off: bool


def find_link_owner(cycle_id: int, reviewer_id: int) -> LinkOwner | None:
    """A reviewer of this round."""
    reviewer = db.session.scalar(
        select(Reviewer)
        .where(Reviewer.id == reviewer_id, Reviewer.cycle_id == cycle_id)
        .options(joinedload(Reviewer.person))
    )
    if reviewer is None:
        return None
    return LinkOwner(
        id=reviewer.id,
        name=reviewer.person.name,
        address=reviewer.person.email or "",
        mailed_to=address_of_link(reviewer) or "",
        is_cut_off=reviewer.cut_off,
    )


def replace_link(
    cycle: Cycle,
    reviewer_id: int,
    *,
    address: str,
    link_key: bytes,
    company: str,
    account_id: int | None = None,
) -> None:
    """Make a new link and post it to `address`, which the person keeps.

    Drafts move to the new link only when it goes where the old one went; otherwise they are
    deleted, because whoever reads that mailbox need not be who typed them.

    A second press while the letter still waits changes nothing. The close waits for this
    transaction and the other way round. Raises FreshLinkError unless the round is launched and
    not closed, AddressError for an address that no letter can go to.
    """
    db.session.refresh(cycle, with_for_update={"read": True})
    if cycle.launched_at is None or cycle.closed_at is not None:
        raise FreshLinkError(
            _("“%(cycle)s” takes no answers any more, so no link is sent.", cycle=cycle.name)
        )
    reviewer = locked_reviewer(reviewer_id)
    wanted = checked_address(address, reviewer.person)
    if reviewer.person.email == wanted and _is_on_its_way(reviewer, wanted):
        return
    reviewer.person.email = wanted
    end_corrections(reviewer)
    begins_anew = raise_generation(reviewer, link_key, address=wanted)
    letter = _letter(cycle, reviewer, company, begins_anew=begins_anew)
    [letter_id] = post_many([replace(letter, send_at=cycle.opens_at)])
    db.session.add(Invitation(letter_id=letter_id, reviewer_id=reviewer.id, kind=KIND))
    record("reviewer.fresh_link", f"reviewer:{reviewer.id}", account_id=account_id)
    db.session.flush()


def _is_on_its_way(reviewer: Reviewer, address: str) -> bool:
    """Whether the present link was made for this address and its letter has not left yet."""
    waiting = exists(
        select(1)
        .select_from(Invitation)
        .join(Letter, Letter.id == Invitation.letter_id)
        .where(
            Invitation.reviewer_id == reviewer.id,
            Invitation.kind == KIND,
            Letter.state == LetterState.QUEUED,
            Letter.to_address == address,
        )
    )
    return not reviewer.cut_off and bool(db.session.scalar(select(waiting)))


def _letter(cycle: Cycle, reviewer: Reviewer, company: str, *, begins_anew: bool) -> RenderedLetter:
    card, person = RoundCard.of(cycle, company).until(reviewer.closes_at), reviewer.person
    return fresh_link(
        card,
        card_of(person, person.department.name if person.department else None),
        open_tasks(cycle.id, [reviewer.id], card).get(reviewer.id, []),
        begins_anew=begins_anew,
        is_over=card.closes_at < now(),
        usual=load_usual(cycle.id),
        submitted=count_submitted(reviewer.id),
        reviewer_id=reviewer.id,
    )
