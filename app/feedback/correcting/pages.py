"""The page that answers a reviewer who asks for a fresh link."""

from flask import Response

from app.clock import now
from app.db import db
from app.feedback.correcting.rules import Outcome, masked
from app.feedback.correcting.service import ask_for_link
from app.feedback.pages import Visit
from app.feedback.visits import page, settings

STATUS = {Outcome.TOO_MANY: 429, Outcome.NO_ADDRESS: 409}


def mail_link(visit: Visit) -> Response:
    """Post the letter and say to which mailbox it goes, without telling a stranger the address."""
    outcome, address = ask_for_link(
        visit, link_key=settings().link_key, company=settings().company, now=now()
    )
    db.session.commit()
    return page(
        "fresh.html",
        STATUS.get(outcome, 200),
        visit=visit,
        outcome=outcome,
        address=masked(address or ""),
    )
