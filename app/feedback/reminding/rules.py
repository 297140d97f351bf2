"""Whom a reminder may reach, and why somebody is left out. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Between any two invitations or reminders to one person, over all rounds (settled.md 15).
LEAST_GAP = timedelta(hours=24)
MOST_REMINDERS = 3
MOST_LETTERS = 5


class Skip(StrEnum):
    """Why a reviewer gets no reminder; in the order in which it is looked for."""

    DONE = "done"
    DECLINED = "declined"
    OPTED_OUT = "opted_out"
    CUT_OFF = "cut_off"
    BAD_ADDRESS = "bad_address"
    NOT_SENT_YET = "not_sent_yet"
    RECENT = "recent"
    ENOUGH = "enough"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is known of one reviewer: their forms and the letters they have had."""

    open_forms: int
    submitted_forms: int
    has_declined: bool
    has_opted_out: bool
    is_cut_off: bool
    last_letter_failed: bool
    last_letter_waits: bool
    last_mailed_at: datetime | None  # over all rounds
    reminders: int  # in this round
    letters: int  # in this round


def reason_to_skip(standing: Standing, *, now: datetime) -> Skip | None:
    """Why this reviewer is not to be reminded now; None when a reminder may go."""
    recent = standing.last_mailed_at is not None and now - standing.last_mailed_at < LEAST_GAP
    nothing_open = standing.open_forms == 0
    checks = (
        (nothing_open and standing.submitted_forms > 0, Skip.DONE),
        (nothing_open or standing.has_declined, Skip.DECLINED),
        (standing.has_opted_out, Skip.OPTED_OUT),
        (standing.is_cut_off, Skip.CUT_OFF),
        (standing.last_letter_failed, Skip.BAD_ADDRESS),
        (standing.last_letter_waits, Skip.NOT_SENT_YET),
        (recent, Skip.RECENT),
        (
            standing.reminders >= MOST_REMINDERS or standing.letters >= MOST_LETTERS,
            Skip.ENOUGH,
        ),
    )
    return next((skip for met, skip in checks if met), None)
