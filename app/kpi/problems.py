"""Why a row's scoring rule is refused: codes with parameters, no wording."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.scoring.errors import Complaint, ScoringError


class ParameterProblem(StrEnum):
    """Why a row's scoring rule is refused; the comment names the parameters of its sentence."""

    UNKNOWN_METHOD = "unknown_method"  # found
    COMPETENCY = "competency"  # found: a 360 row has no KPI parameters
    BAD_NUMBER = "bad_number"  # found
    NOT_A_PAIR = "not_a_pair"  # found: an entry without = or :
    UNKNOWN_KEY = "unknown_key"  # found
    TWICE = "twice"  # found
    MISSING_KEY = "missing_key"  # key
    NOT_POSITIVE = "not_positive"  # found, key
    UNEXPECTED = "unexpected"  # found: the method takes no parameters
    TARGET_MISSING = "target_missing"
    TARGET_ZERO = "target_zero"
    TARGET_NEGATIVE = "target_negative"  # found
    ACTUAL_NEGATIVE = "actual_negative"  # found
    ACTUAL_NOT_POSITIVE = "actual_not_positive"  # found
    STATUS_CONFLICT = "status_conflict"  # found
    KNOTS_TOO_FEW = "knots_too_few"
    KNOTS_NOT_MONOTONE = "knots_not_monotone"
    BAD_RANGE = "bad_range"  # found
    BAND_GAP = "band_gap"  # found
    BAND_OVERLAP = "band_overlap"  # found
    BAND_EMPTY = "band_empty"  # lo, hi
    STEPS_UNSTATED = "steps_unstated"
    NO_EVENTS = "no_events"
    BAD_EVENT = "bad_event"  # found: an entry that is not event:points or event:pointsxcount
    BAD_COUNT = "bad_count"  # found: not a whole number from 0 up
    COUNT_MISSING = "count_missing"  # found: the event
    COUNT_CONFLICT = "count_conflict"  # found, actual
    REASON_MISSING = "reason_missing"
    UNWRITABLE = "unwritable"  # found: a name that would be read as something else


PROBLEM_OF = {
    Complaint.TARGET_ZERO: ParameterProblem.TARGET_ZERO,
    Complaint.TARGET_NEGATIVE: ParameterProblem.TARGET_NEGATIVE,
    Complaint.ACTUAL_NEGATIVE: ParameterProblem.ACTUAL_NEGATIVE,
    Complaint.ACTUAL_NOT_POSITIVE: ParameterProblem.ACTUAL_NOT_POSITIVE,
    Complaint.KNOTS_TOO_FEW: ParameterProblem.KNOTS_TOO_FEW,
    Complaint.KNOTS_NOT_MONOTONE: ParameterProblem.KNOTS_NOT_MONOTONE,
    Complaint.BAND_GAP: ParameterProblem.BAND_GAP,
    Complaint.BAND_OVERLAP: ParameterProblem.BAND_OVERLAP,
    Complaint.BAND_EMPTY: ParameterProblem.BAND_EMPTY,
}


class ParameterError(ValueError):
    """A row whose scoring rule cannot be read. ``params`` fill the sentence of ``problem``."""

    def __init__(self, problem: ParameterProblem, **params: object) -> None:
        self.problem = problem
        self.params: Mapping[str, str] = {name: str(value) for name, value in params.items()}
        super().__init__(f"{problem}: {dict(self.params)}")


def check(engine: Callable[[], object]) -> None:
    """Run a check of the engine and raise its refusal as one of this column."""
    try:
        engine()
    except ScoringError as error:
        raise ParameterError(PROBLEM_OF[error.complaint], **error.facts) from error
