"""What can be wrong with an uploaded file: as a whole, or in one of its cells. Codes, no wording.

The wording, in Chinese and English, is in `app.workbooks.messages`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.errors import DomainError


class FileProblem(StrEnum):
    """Why a file is refused before any row of it is looked at."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_WORKBOOK = "not_a_workbook"
    OLD_OR_PROTECTED = "old_or_protected"
    DAMAGED = "damaged"
    TOO_MANY_PARTS = "too_many_parts"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    PACKED_TOO_TIGHTLY = "packed_too_tightly"
    HAS_MACROS = "has_macros"
    HAS_EXTERNAL_LINKS = "has_external_links"
    HAS_DTD = "has_dtd"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MANY_CELLS = "too_many_cells"
    UNKNOWN_ENCODING = "unknown_encoding"
    NO_KNOWN_SHEET = "no_known_sheet"
    NO_KNOWN_COLUMNS = "no_known_columns"


class WorkbookError(DomainError):
    """A file that cannot be read at all. `problem` says why, `params` fill its sentence."""

    def __init__(self, problem: FileProblem, **params: str | int) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.params: Mapping[str, str | int] = params


class RowProblem(StrEnum):
    """What is wrong with one cell. Each has one fix, so a report can be grouped by it."""

    HEADER_MISSING = "header_missing"
    HEADER_TWICE = "header_twice"
    REQUIRED = "required"
    FORMULA_ERROR = "formula_error"
    TOO_LONG = "too_long"
    BAD_EMAIL = "bad_email"
    EMAIL_TYPO = "email_typo"
    EMAIL_MISSING = "email_missing"
    EMAIL_MISSING_FOR_REVIEWER = "email_missing_for_reviewer"
    BAD_LOCALE = "bad_locale"
    BAD_TIME_ZONE = "bad_time_zone"
    BAD_DATE = "bad_date"
    BAD_KIND = "bad_kind"
    BAD_STAFF_NO = "bad_staff_no"
    BAD_NUMBER = "bad_number"
    DUPLICATE_STAFF_NO = "duplicate_staff_no"
    DUPLICATE_EMAIL = "duplicate_email"
    EMAIL_TAKEN = "email_taken"
    EMAIL_OF_ACCOUNT = "email_of_account"
    UNKNOWN_STAFF_NO = "unknown_staff_no"
    UNKNOWN_EMAIL = "unknown_email"
    CUSTOMER_WITH_NUMBER = "customer_with_number"
    NOT_AN_EMPLOYEE = "not_an_employee"
    OWN_SUPERVISOR = "own_supervisor"
    REPORTING_LOOP = "reporting_loop"
    BAD_RELATION = "bad_relation"
    SELF_BY_ANOTHER = "self_by_another"
    REVIEWS_ONESELF = "reviews_oneself"
    CUSTOMER_RELATION = "customer_relation"
    EMPLOYEE_AS_CUSTOMER = "employee_as_customer"
    MANAGER_NOT_SUPERVISOR = "manager_not_supervisor"
    DUPLICATE_RELATION = "duplicate_relation"
    SMALL_GROUP = "small_group"
    BUSY_REVIEWER = "busy_reviewer"
    UNKNOWN_DIMENSION = "unknown_dimension"
    UNKNOWN_COMPETENCY = "unknown_competency"
    BAD_METHOD = "bad_method"
    BAD_PARAMETERS = "bad_parameters"
    BAD_WEIGHT = "bad_weight"
    WEIGHTS_NOT_100 = "weights_not_100"
    DUPLICATE_KPI = "duplicate_kpi"
    FROM_FEEDBACK = "from_feedback"
    BAD_AUDIENCE = "bad_audience"
    BAD_GROUPS = "bad_groups"
    BAD_YES_NO = "bad_yes_no"
    BAD_ITEM_WEIGHT = "bad_item_weight"
    UNKNOWN_CODE = "unknown_code"
    DUPLICATE_CODE = "duplicate_code"
    OTHER_NAME = "other_name"
    ONE_LANGUAGE = "one_language"
    UNKNOWN_ENTRY = "unknown_entry"
    DUPLICATE_ENTRY = "duplicate_entry"
    SAME_LABEL = "same_label"


WARNINGS = frozenset(
    {
        RowProblem.EMAIL_TYPO,
        RowProblem.EMAIL_MISSING,
        RowProblem.SMALL_GROUP,
        RowProblem.BUSY_REVIEWER,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RowError:
    """One finding in one cell: where it is, what was found there and which problem that is."""

    sheet: str
    """The sheet's name as it stands in the file."""
    row: int
    """Counted as the spreadsheet program counts, the header usually being row 1."""
    column_letter: str
    column_name: str
    """The header as it stands in the file."""
    problem: RowProblem
    found: str
    params: Mapping[str, object] = field(default_factory=dict)
    """What the problem's sentence needs beside `found`, such as the suggested staff number.

    A text that depends on the language is given lazily: it is chosen when the finding is shown.
    """

    @property
    def is_warning(self) -> bool:
        """Whether the file may be imported all the same."""
        return self.problem in WARNINGS


class Adjustment(StrEnum):
    """What was tidied up silently. The report names each kind and how often it happened."""

    TRIMMED = "trimmed"
    HALF_WIDTH = "half_width"
    LOWER_CASE_EMAIL = "lower_case_email"
    EXCEL_DATE = "excel_date"
    RELATION_WORD = "relation_word"
    EXAMPLE_SKIPPED = "example_skipped"
