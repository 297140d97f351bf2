"""How the reader of a letter stands at the moment at which it would leave."""

from typing import Any

from sqlalchemy import Select, exists, select

from app.auth.rules import RESET_LIFE
from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.feedback.correcting.emails import CORRECT_LINK
from app.feedback.entering.emails import ENTRY_CODE
from app.feedback.entering.rules import LIFE
from app.feedback.lapsing.rules import Waiting, has_lapsed
from app.feedback.launching.emails import FRESH_LINK, INVITATIONS, MORE_TIME, REMIND
from app.feedback.models import FeedbackRequest, Invitation, Reviewer
from app.feedback.reminding.queries import STILL_OPEN
from app.feedback.replacing.emails import FORM_ADDED
from app.mail.models import Letter
from app.people.models import Person

ASK_FOR_FORMS = frozenset({*INVITATIONS, FORM_ADDED, REMIND, MORE_TIME})
# What these letters hold is of no use after so long.
LIFE_OF = {"set_password": RESET_LIFE, ENTRY_CODE: LIFE}
# These hand over a link that somebody asked for, who may have nothing open but what to correct, or
# no time any more and, by the link, a way to ask for it.
HAND_OVER_LINKS = frozenset({FRESH_LINK, CORRECT_LINK})


def is_lapsed(letter: Letter) -> bool:
    """Whether a letter is not to leave any more. One statement for those to reviewers."""
    if letter.kind in LIFE_OF:
        return now() > letter.posted_at + LIFE_OF[letter.kind]
    if letter.link_owner_id is None or letter.kind not in ASK_FOR_FORMS | HAND_OVER_LINKS:
        return False
    row = db.session.execute(_how_its_reader_stands(letter)).one_or_none()
    if row is None:  # taken out of the round
        return True
    waiting = Waiting(
        is_closed=row.closed_at is not None,
        closes_at=max(row.closes_at, row.own_closes_at or row.closes_at),
        is_cut_off=row.cut_off,
        has_open_forms=row.has_open_forms,
        posted_at=letter.posted_at,
        zone=row.time_zone,
        asks_for_forms=letter.kind in ASK_FOR_FORMS,
        needs_time=letter.kind != FRESH_LINK,
        counts_days=letter.kind == REMIND,
        is_overtaken=row.is_overtaken,
    )
    return has_lapsed(waiting, now=now())


def _how_its_reader_stands(letter: Letter) -> Select[*tuple[Any, ...]]:
    more_time = exists().where(
        Invitation.reviewer_id == Reviewer.id,
        Invitation.kind == MORE_TIME,
        Invitation.letter_id > letter.id,
    )
    is_open = exists().where(
        FeedbackRequest.reviewer_id == Reviewer.id, FeedbackRequest.state.in_(STILL_OPEN)
    )
    return (
        select(
            Cycle.closed_at,
            Cycle.closes_at,
            Reviewer.closes_at.label("own_closes_at"),
            Reviewer.cut_off,
            Person.time_zone,
            is_open.label("has_open_forms"),
            more_time.label("is_overtaken"),
        )
        .select_from(Reviewer)
        .join(Cycle, Cycle.id == Reviewer.cycle_id)
        .join(Person, Person.id == Reviewer.person_id)
        .where(Reviewer.id == letter.link_owner_id)
    )
