"""The codes of refusals, for programs, and the shape of their sentences, for people."""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """The codes that programs may rely on; each refusal carries exactly one."""

    WEIGHTS_NOT_100 = "weights_not_100"
    TARGET_ZERO = "target_zero"
    BAND_GAP = "band_gap"
    BAND_OVERLAP = "band_overlap"
    KNOT_ORDER = "knot_order"
    ANSWER_OUT_OF_SCALE = "answer_out_of_scale"
    FLOAT_INPUT = "float_input"
    PENDING_KPI = "pending_kpi"
    INSUFFICIENT_RATERS = "insufficient_raters"
    INCOMPLETE_RESULT = "incomplete_result"
    STALE_CALIBRATION = "stale_calibration"
    QUOTA_SUM = "quota_sum"
    UNKNOWN_GROUP = "unknown_group"
    DUPLICATE_RATER = "duplicate_rater"
    BAD_JSON = "bad_json"
    MISSING_FIELD = "missing_field"
    BAD_VALUE = "bad_value"
    NEGATIVE_WEIGHT = "negative_weight"
    DUPLICATE_ID = "duplicate_id"
    UNKNOWN_METHOD = "unknown_method"
    CAP_FLOOR = "cap_floor"
    ANSWERS_DELETED = "answers_deleted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """One refusal in both languages; ``{names}`` in braces are filled in where it happens."""

    code: Code
    en: str
    zh: str
