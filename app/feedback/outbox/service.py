"""What HR does with the outbox: hold it, let it go on, send a letter once more."""

from sqlalchemy import select, update

from app.audit.service import record
from app.db import db
from app.errors import DomainError
from app.feedback.cockpit.letters import SENT_AGAIN
from app.feedback.outbox.queries import STUCK, Found
from app.feedback.outbox.wording import not_again_in_words
from app.jobs.models import JobKind
from app.jobs.service import enqueue
from app.mail import flow
from app.mail.models import Letter, LetterState


class NotAgainError(DomainError):
    """A letter that does not go once more; the text says why."""


def hold_letters(*, account_id: int) -> None:
    """No letter leaves from now on, but those that the server has in hand."""
    if flow.pause():
        record("mail.paused", "outbox", account_id=account_id)


def let_letters_go(*, account_id: int) -> None:
    """What was held back leaves."""
    if flow.go_on():
        record("mail.continued", "outbox", account_id=account_id)


def send_once_more(found: Found, *, account_id: int) -> None:
    """Queue the very same letter again; with its Message-ID, mail programs show a copy once.

    Raises NotAgainError when it may not go, or somebody else was faster.
    """
    letter_id = found.letter.id
    if found.not_again is None:
        stuck = select(Letter.id).where(
            Letter.id == letter_id, Letter.state.in_(STUCK), Letter.text != ""
        )
        if db.session.scalar(stuck.with_for_update()) is not None:
            db.session.execute(
                update(Letter)
                .where(Letter.id == letter_id)
                .values(state=LetterState.QUEUED, error=None, handed_over_at=None)
            )
            enqueue(JobKind.SEND_LETTER, letter_id)
            record(SENT_AGAIN, f"letter:{letter_id}", account_id=account_id)
            return
    raise NotAgainError(not_again_in_words(found.not_again))
