"""When a check-in counts as filled in, and what a goal's state is. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST_ANSWER = 2_000


class CheckInFault(StrEnum):
    """What a check-in still lacks; each belongs to one field of its form."""

    STATUS = "status"
    DONE = "done"
    TOO_LONG = "too_long"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """The form of a check-in: one status and three answers."""

    status: str
    done: str
    result: str
    next_step: str


def faults_of(answers: Answers, statuses: Iterable[str]) -> list[CheckInFault]:
    """What keeps the answers from being stored; result and next step may stay empty."""
    texts = (answers.done, answers.result, answers.next_step)
    checks = (
        (answers.status not in set(statuses), CheckInFault.STATUS),
        (not answers.done, CheckInFault.DONE),
        (any(len(text) > LONGEST_ANSWER for text in texts), CheckInFault.TOO_LONG),
    )
    return [fault for found, fault in checks if found]


def is_missed(due_on: date, *, is_filled: bool, today: date) -> bool:
    """Whether a check-in's day has passed without anybody filling it in."""
    return not is_filled and due_on < today
