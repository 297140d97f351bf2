"""Which letters may go once more. Pure."""

from enum import StrEnum


class Shelf(StrEnum):
    """The parts of the outbox, in the order of the page. Values are those of a letter's state."""

    WAITING = "queued"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SENT = "sent"


class NotAgain(StrEnum):
    """Why a letter is not sent once more."""

    UNDER_WAY = "under_way"
    NOT_WANTED = "not_wanted"
    EXPIRED = "expired"
    CODE = "code"
    OVER = "over"
    REPLACED = "replaced"
    FORGOTTEN = "forgotten"


def why_not_again(
    *,
    is_stuck: bool,
    is_unwanted: bool,
    has_expired: bool,
    is_code: bool,
    is_over: bool,
    is_replaced: bool,
    is_forgotten: bool,
) -> NotAgain | None:
    """The first reason that holds; None when the letter may go.

    `is_unwanted`: the reader asked for no more. `has_expired`: its link has. `is_code`:
    it carries a code, which lives for minutes. `is_over`: what it
    asks for is not asked for any more. `is_replaced`: the reader has had a later letter.
    `is_forgotten`: its text was deleted.
    """
    checks = (
        (not is_stuck, NotAgain.UNDER_WAY),
        (is_unwanted, NotAgain.NOT_WANTED),
        (has_expired, NotAgain.EXPIRED),
        (is_code, NotAgain.CODE),
        (is_over, NotAgain.OVER),
        (is_replaced, NotAgain.REPLACED),
        (is_forgotten, NotAgain.FORGOTTEN),
    )
    return next((reason for met, reason in checks if met), None)
