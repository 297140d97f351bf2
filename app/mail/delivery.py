"""Taking a letter from the outbox to the mail server; run by the worker, safe to run twice."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from sqlalchemy import case, update

from app.clock import now
from app.db import db
from app.mail import smtp
from app.mail.models import OPT_OUT, Letter, LetterState
from app.mail.opting_out import is_stopped
from app.mail.service import drop

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Through which line letters go, and in whose name."""

    line: smtp.Line
    address: str
    name: str


# Gives what stands at a letter's placeholders; handed in by the worker, because mail knows neither
# reviewers nor accounts.
LinksOf = Callable[[Letter], Mapping[str, str]]
# Say whether a letter has come too late to be of use, or true, and whether its address returned
# the one before; handed in for the same reason.
Says = Callable[[Letter], bool]

# Letters that may go twice rather than not at all: the copy carries the same Message-ID and link.
# Everything else whose fate is unknown is parked for HR to decide.
SEND_AGAIN = frozenset(
    {
        *("invite_internal", "invite_customer", "form_added", "fresh_link", "correct_link"),
        *("more_time", "set_password", "answers_go", "entry_code"),
    }
)
STOPPED_HALF_WAY = "The worker was stopped while the server took the letter."
NOT_WANTED = "Not sent: whoever reads this address asked for no more letters."
CAME_BACK = "Not sent: mail to this address came back earlier."
NOT_NEEDED = "Not sent again: what it asks for is over."


def send_letter(
    letter_id: int,
    *,
    sender: Sender,
    links_of: LinksOf,
    is_lapsed: Says = lambda _letter: False,
    has_returned: Says = lambda _letter: False,
) -> None:
    """Send one queued letter and note its fate. What it raises is to be put off or given up.

    That is TryLaterError, or UnknownFateError for a kind that may go twice. A letter that has
    lapsed is taken out of the outbox; one to an address that returned mail is parked for HR.
    """
    letter = db.session.get(Letter, letter_id)
    if letter is None or letter.state is not LetterState.QUEUED:
        return
    if _is_held_back(letter, is_lapsed, has_returned):
        return
    message = _message(letter, sender=sender, links_of=links_of)
    db.session.rollback()  # no transaction stays open while the server takes its time
    try:
        _hand_over(letter, message, sender)
    except smtp.RefusedError as refused:
        _note(letter_id, LetterState.FAILED, error=str(refused))
    except smtp.UnknownFateError as unknown:
        if letter.kind in SEND_AGAIN:
            raise
        _note(letter_id, LetterState.UNCERTAIN, error=str(unknown))
    else:
        _note(letter_id, LetterState.SENT, error=None)


def put_off(letter_id: int, error: Exception) -> None:
    """Keep the reason visible while the letter waits for its next try.

    A try of which nobody knows whether it arrived is remembered until the letter's end.
    """
    values: dict[str, object] = {"error": str(error)}
    if isinstance(error, smtp.UnknownFateError):
        values["handed_over_at"] = now()
    db.session.execute(
        update(Letter)
        .where(Letter.id == letter_id, Letter.state == LetterState.QUEUED)
        .values(values)
    )


def give_up(letter_id: int, error: Exception) -> None:
    """Note that a letter could not be sent in all its tries."""
    put_off(letter_id, error)
    _note(letter_id, LetterState.FAILED, error=str(error))


def _is_held_back(letter: Letter, is_lapsed: Says, has_returned: Says) -> bool:
    """Whether a letter must not leave, or not again; what becomes of it is noted."""
    if letter.handed_over_at is not None and letter.kind not in SEND_AGAIN:
        _note(letter.id, LetterState.UNCERTAIN, error=STOPPED_HALF_WAY)
    elif OPT_OUT in letter.text and is_stopped(letter.to_address):
        _note(letter.id, LetterState.FAILED, error=NOT_WANTED)
    elif is_lapsed(letter):
        _take_out(letter)
    elif has_returned(letter):
        _note(letter.id, LetterState.FAILED, error=CAME_BACK)
    else:
        return False
    return True


def _take_out(letter: Letter) -> None:
    """It has never left, so nothing is kept of it, unless an earlier try may have arrived."""
    log.info("letter %s (%s) is not needed any more", letter.id, letter.kind)
    if letter.handed_over_at is None:
        drop([letter.id])
    else:
        _note(letter.id, LetterState.UNCERTAIN, error=NOT_NEEDED)


def _message(letter: Letter, *, sender: Sender, links_of: LinksOf) -> EmailMessage:
    links = links_of(letter)
    db.session.expunge(letter)
    return smtp.compose(
        message_id=letter.message_id,
        date=now(),
        sender_name=letter.from_name or sender.name,
        sender=sender.address,
        reply_to=letter.reply_to,
        to_name=letter.to_name,
        to_address=letter.to_address,
        locale=letter.locale,
        subject=letter.subject,
        text=_filled_in(letter.text, links),
        html=_filled_in(letter.html, links),
        opt_out=links[OPT_OUT] if OPT_OUT in letter.text else None,
    )


def _filled_in(body: str, links: Mapping[str, str]) -> str:
    for placeholder, link in links.items():
        body = body.replace(placeholder, link)
    return body


def _hand_over(letter: Letter, message: EmailMessage, sender: Sender) -> None:
    """Give the letter to the server; a kind that must not go twice is marked first.

    Only the server's word that it did not take the letter removes the mark. Whatever else happens
    in between, the next worker finds it and sends nothing.
    """
    is_single = letter.kind not in SEND_AGAIN
    with sender.line.letter_from(sender.address) as server:
        if is_single and not _mark_handed_over(letter.id):
            raise smtp.UnknownFateError(STOPPED_HALF_WAY)  # another worker has it
        try:
            smtp.send(server, message, to_address=letter.to_address)
        except (smtp.TryLaterError, smtp.RefusedError):
            if is_single:
                _remove_mark(letter.id)
            raise


def _mark_handed_over(letter_id: int) -> bool:
    """Commit that the server gets the letter now; False when another worker came first."""
    marked = db.session.execute(
        update(Letter)
        .where(
            Letter.id == letter_id,
            Letter.state == LetterState.QUEUED,
            Letter.handed_over_at.is_(None),
        )
        .values(handed_over_at=now())
    )
    db.session.commit()
    return bool(marked.rowcount)  # type: ignore[attr-defined]


def _remove_mark(letter_id: int) -> None:
    db.session.execute(update(Letter).where(Letter.id == letter_id).values(handed_over_at=None))
    db.session.commit()


def _note(letter_id: int, state: LetterState, *, error: str | None) -> None:
    """Write down how it ended. What failed, but may have arrived by an earlier try, is uncertain.

    "Failed" tells HR that nothing arrived, and that must be true.
    """
    fate: object = state
    if state is LetterState.FAILED:
        in_doubt = Letter.handed_over_at.is_not(None)
        fate = case((in_doubt, LetterState.UNCERTAIN.value), else_=LetterState.FAILED.value)
    sent_at = now() if state is LetterState.SENT else None
    db.session.execute(
        update(Letter)
        .where(Letter.id == letter_id, Letter.state == LetterState.QUEUED)
        .values(
            state=fate,
            error=error,
            sent_at=sent_at,
            handed_over_at=None,
        )
    )
