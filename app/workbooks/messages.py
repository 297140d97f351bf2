"""The sentences for what is wrong with a file or a cell, in the reader's language."""

from flask_babel import gettext, lazy_gettext

from app.workbooks.item_messages import ITEM_WORDINGS
from app.workbooks.problems import Adjustment, FileProblem, RowError, RowProblem, WorkbookError
from app.workbooks.wording import EMPTY_CELL, QUOTED, Lazy, Wording

FULL_STOPS = ".。"
CHANGE_ONE = lazy_gettext("Change one of the two rows")

WORDINGS: dict[RowProblem, Wording] = {
    **ITEM_WORDINGS,
    RowProblem.HEADER_MISSING: Wording(
        found=lazy_gettext("the column is missing"),
        expected=lazy_gettext("a column with this header"),
        fix=lazy_gettext("Add the column as in the template"),
    ),
    RowProblem.HEADER_TWICE: Wording(
        found=lazy_gettext("the header “%(found)s” stands there twice"),
        expected=lazy_gettext("each header once"),
        fix=lazy_gettext("Delete or rename one of the two columns"),
    ),
    RowProblem.REQUIRED: Wording(
        found=EMPTY_CELL,
        expected=lazy_gettext("an entry"),
        fix=lazy_gettext("Fill in the empty cells"),
    ),
    RowProblem.FORMULA_ERROR: Wording(
        found=lazy_gettext("the formula gives an error"),
        expected=lazy_gettext("a value"),
        fix=lazy_gettext("Correct the formula or type the value"),
    ),
    RowProblem.TOO_LONG: Wording(
        found=lazy_gettext("the text is too long"),
        expected=lazy_gettext("a shorter text"),
        fix=lazy_gettext("Shorten the text"),
    ),
    RowProblem.BAD_EMAIL: Wording(
        found=QUOTED,
        expected=lazy_gettext("an address such as name@company.example"),
        fix=lazy_gettext("Correct the e-mail address"),
    ),
    RowProblem.EMAIL_TYPO: Wording(
        found=QUOTED,
        expected=lazy_gettext("a domain that exists"),
        fix=lazy_gettext("Check addresses whose domain may be mistyped"),
    ),
    RowProblem.EMAIL_MISSING: Wording(
        found=lazy_gettext("%(found)s has no e-mail address"),
        expected=lazy_gettext("an address, if this person is to sign in or give feedback"),
        fix=lazy_gettext("Add the address now or later"),
    ),
    RowProblem.EMAIL_MISSING_FOR_REVIEWER: Wording(
        found=lazy_gettext("%(found)s has no e-mail address"),
        expected=lazy_gettext("an address, because this person gives feedback"),
        fix=lazy_gettext("Add the reviewer's e-mail address"),
    ),
    RowProblem.BAD_LOCALE: Wording(
        found=QUOTED, expected=lazy_gettext("zh or en"), fix=lazy_gettext("Choose the language")
    ),
    RowProblem.BAD_TIME_ZONE: Wording(
        found=QUOTED,
        expected=lazy_gettext("a zone such as Asia/Shanghai or Europe/Berlin"),
        fix=lazy_gettext("Write the zone as region/city"),
    ),
    RowProblem.BAD_DATE: Wording(
        found=QUOTED,
        expected=lazy_gettext("a date such as 2024-03-01"),
        fix=lazy_gettext("Write the date as year-month-day"),
    ),
    RowProblem.BAD_KIND: Wording(
        found=QUOTED,
        expected=lazy_gettext("员工 (employee) or 客户 (customer)"),
        fix=lazy_gettext("Choose what kind of person this is"),
    ),
    RowProblem.BAD_STAFF_NO: Wording(
        found=QUOTED,
        expected=lazy_gettext("a staff number without spaces or @"),
        fix=lazy_gettext("Correct the staff number"),
    ),
    RowProblem.BAD_NUMBER: Wording(
        found=QUOTED,
        expected=lazy_gettext("a plain number such as 1200.5, without %% or separators"),
        fix=lazy_gettext("Write the number with digits and one decimal point"),
    ),
    RowProblem.DUPLICATE_STAFF_NO: Wording(
        found=lazy_gettext("staff number %(found)s stands in row %(first)s already"),
        expected=lazy_gettext("a different staff number for everybody"),
        fix=CHANGE_ONE,
    ),
    RowProblem.DUPLICATE_EMAIL: Wording(
        found=lazy_gettext("%(found)s stands in row %(first)s already"),
        expected=lazy_gettext("a different address for everybody"),
        fix=CHANGE_ONE,
    ),
    RowProblem.EMAIL_TAKEN: Wording(
        found=lazy_gettext("%(found)s already belongs to %(holder)s"),
        expected=lazy_gettext("a different address for everybody"),
        fix=lazy_gettext("Correct the address, or import the other person's new one as well"),
    ),
    RowProblem.EMAIL_OF_ACCOUNT: Wording(
        found=lazy_gettext("%(found)s signs in to an account that is not this person's"),
        expected=lazy_gettext("an address that no other account has"),
        fix=lazy_gettext("Use another address for this person"),
    ),
    RowProblem.UNKNOWN_STAFF_NO: Wording(
        found=lazy_gettext("staff number %(found)s does not exist"),
        expected=lazy_gettext("the staff number of an employee"),
        fix=lazy_gettext("Correct the staff number or add the person"),
    ),
    RowProblem.UNKNOWN_EMAIL: Wording(
        found=lazy_gettext("nobody has the address %(found)s"),
        expected=lazy_gettext("the address of a person in the people sheet"),
        fix=lazy_gettext("Correct the address or add the person"),
    ),
    RowProblem.CUSTOMER_WITH_NUMBER: Wording(
        found=lazy_gettext("a customer has the staff number %(found)s"),
        expected=lazy_gettext("an empty cell, because customers are known by their e-mail address"),
        fix=lazy_gettext("Empty the cell, or change the kind to 员工 (employee)"),
    ),
    RowProblem.NOT_AN_EMPLOYEE: Wording(
        found=lazy_gettext("%(found)s is not an employee"),
        expected=lazy_gettext("an employee"),
        fix=lazy_gettext("Give the staff number of an employee"),
    ),
    RowProblem.OWN_SUPERVISOR: Wording(
        found=lazy_gettext("%(found)s would be their own manager"),
        expected=lazy_gettext("another person, or an empty cell at the top"),
        fix=lazy_gettext("Correct the manager's staff number"),
    ),
    RowProblem.REPORTING_LOOP: Wording(
        found=lazy_gettext("the managers form a circle: %(loop)s"),
        expected=lazy_gettext("a line that ends at the top"),
        fix=lazy_gettext("Correct the manager of one person in the circle"),
    ),
    RowProblem.BAD_RELATION: Wording(
        found=QUOTED,
        expected=lazy_gettext("上级, 同级, 下级, 客户 or 本人"),
        fix=lazy_gettext("Choose the relation from the list"),
    ),
    RowProblem.SELF_BY_ANOTHER: Wording(
        found=lazy_gettext("a self-rating by %(name)s, who is another person"),
        expected=lazy_gettext("oneself as reviewer"),
        fix=lazy_gettext("Correct the reviewer or the relation"),
    ),
    RowProblem.REVIEWS_ONESELF: Wording(
        found=lazy_gettext("%(name)s would rate themself in this group"),
        expected=lazy_gettext("本人 (self), or another reviewer"),
        fix=lazy_gettext("Correct the reviewer or the relation"),
    ),
    RowProblem.CUSTOMER_RELATION: Wording(
        found=lazy_gettext("%(name)s is a customer"),
        expected=lazy_gettext("客户 (customer)"),
        fix=lazy_gettext("Correct the reviewer or the relation"),
    ),
    RowProblem.EMPLOYEE_AS_CUSTOMER: Wording(
        found=lazy_gettext("%(name)s is an employee"),
        expected=lazy_gettext("a customer as reviewer"),
        fix=lazy_gettext("Correct the reviewer or the relation"),
    ),
    RowProblem.MANAGER_NOT_SUPERVISOR: Wording(
        found=lazy_gettext("%(name)s is this person's manager and reads the result"),
        expected=lazy_gettext("上级 (supervisor)"),
        fix=lazy_gettext("Correct the reviewer or the relation"),
    ),
    RowProblem.DUPLICATE_RELATION: Wording(
        found=lazy_gettext(
            "%(found)s is named as reviewer of this person in row %(first)s already"
        ),
        expected=lazy_gettext("each reviewer once per person"),
        fix=lazy_gettext("Delete one of the two rows"),
    ),
    RowProblem.SMALL_GROUP: Wording(
        found=lazy_gettext("only %(count)s in the group “%(found)s” of %(subject)s"),
        expected=lazy_gettext("at least %(minimum)s"),
        fix=lazy_gettext("Add reviewers; otherwise the group is merged or left out"),
    ),
    RowProblem.BUSY_REVIEWER: Wording(
        found=lazy_gettext("%(found)s is asked about %(count)s people"),
        expected=lazy_gettext("at most %(maximum)s"),
        fix=lazy_gettext("Spread the work over more reviewers"),
    ),
    RowProblem.UNKNOWN_DIMENSION: Wording(
        found=lazy_gettext("the scheme for this job has no dimension “%(found)s”"),
        expected=lazy_gettext("one of: %(known)s"),
        fix=lazy_gettext("Correct the dimension"),
    ),
    RowProblem.UNKNOWN_COMPETENCY: Wording(
        found=lazy_gettext("this dimension has no competency “%(found)s”"),
        expected=lazy_gettext("one of: %(known)s"),
        fix=lazy_gettext("Correct the competency or the scoring method"),
    ),
    RowProblem.BAD_METHOD: Wording(
        found=QUOTED,
        expected=lazy_gettext("a scoring method from the list, such as 比率法 (ratio)"),
        fix=lazy_gettext("Choose the scoring method from the list"),
    ),
    RowProblem.BAD_PARAMETERS: Wording(
        found="%(reason)s",  # worded by the subject that reads the parameters
        expected=lazy_gettext("figures and parameters as the scoring method needs them"),
        fix=lazy_gettext("Correct the figures or the parameters"),
    ),
    RowProblem.BAD_WEIGHT: Wording(
        found=QUOTED,
        expected=lazy_gettext("a weight above 0 and up to 100"),
        fix=lazy_gettext("Correct the weight"),
    ),
    RowProblem.WEIGHTS_NOT_100: Wording(
        found=lazy_gettext("the weights of %(person)s in %(dimension)s make %(total)s"),
        expected=lazy_gettext("100, of which %(competencies)s for what is read from the feedback"),
        fix=lazy_gettext("Correct the weights so that they make 100"),
    ),
    RowProblem.DUPLICATE_KPI: Wording(
        found=lazy_gettext("“%(found)s” stands in row %(first)s already"),
        expected=lazy_gettext("each KPI once per person and dimension"),
        fix=lazy_gettext("Delete or rename one of the two rows"),
    ),
    RowProblem.FROM_FEEDBACK: Wording(
        found=lazy_gettext("the scheme reads “%(found)s” from the feedback of the cycle"),
        expected=lazy_gettext("no row for it: its weight is the scheme's"),
        fix=lazy_gettext("Delete the row"),
    ),
}

FILE_SENTENCES: dict[FileProblem, Lazy] = {
    FileProblem.EMPTY: lazy_gettext("The file is empty. Please choose the filled workbook."),
    FileProblem.TOO_LARGE: lazy_gettext("The file is larger than %(limit)s MB. Please split it."),
    FileProblem.NOT_A_WORKBOOK: lazy_gettext(
        "This is neither an XLSX workbook nor a CSV file. Please save it as one of them."
    ),
    FileProblem.OLD_OR_PROTECTED: lazy_gettext(
        "The file is protected by a password or in the old XLS format. "
        "Please save it as XLSX without a password."
    ),
    FileProblem.DAMAGED: lazy_gettext("The file is damaged. Please save it once more and retry."),
    FileProblem.TOO_MANY_PARTS: lazy_gettext(
        "The workbook has more than %(limit)s inner parts. Please copy the three sheets "
        "into a new workbook."
    ),
    FileProblem.UNPACKS_TOO_LARGE: lazy_gettext(
        "The workbook unpacks to more than %(limit)s MB. Please split it."
    ),
    FileProblem.PACKED_TOO_TIGHTLY: lazy_gettext(
        "The workbook is packed more than %(limit)s to 1 and may do harm. Please copy the "
        "three sheets into a new workbook."
    ),
    FileProblem.HAS_MACROS: lazy_gettext(
        "The workbook has macros or embedded objects. Please save it as XLSX without them."
    ),
    FileProblem.HAS_EXTERNAL_LINKS: lazy_gettext(
        "The workbook has links to other workbooks. Please paste their values instead."
    ),
    FileProblem.HAS_DTD: lazy_gettext(
        "The workbook holds a document type declaration and may do harm. Please copy the "
        "three sheets into a new workbook."
    ),
    FileProblem.TOO_MANY_ROWS: lazy_gettext(
        "A sheet has more than %(limit)s rows. Please delete empty rows or split it."
    ),
    FileProblem.TOO_MANY_COLUMNS: lazy_gettext(
        "A sheet has more than %(limit)s columns. Please delete what is not needed."
    ),
    FileProblem.TOO_MANY_CELLS: lazy_gettext(
        "A sheet has more than %(limit)s cells. Please split the workbook."
    ),
    FileProblem.UNKNOWN_ENCODING: lazy_gettext(
        "The characters of the CSV file cannot be read. Please save it as CSV UTF-8 or XLSX."
    ),
    FileProblem.NO_KNOWN_SHEET: lazy_gettext(
        "No sheet to import was found. Please name it as in the template: %(sheets)s."
    ),
    FileProblem.NO_KNOWN_COLUMNS: lazy_gettext(
        "This is no XLSX workbook, and read as CSV it lacks column headings of the template. "
        "Please save the filled template as XLSX, or as CSV with its headings."
    ),
}

GROUPS: dict[str, Lazy] = {
    "self": lazy_gettext("self"),
    "supervisor": lazy_gettext("supervisor"),
    "peer": lazy_gettext("peers"),
    "subordinate": lazy_gettext("direct reports"),
    "customer": lazy_gettext("customers"),
}
"""Cells of choice hold the value that their word stands for; a sentence needs the word."""

ADJUSTMENTS: dict[Adjustment, Lazy] = {
    Adjustment.TRIMMED: lazy_gettext("spaces or invisible characters removed"),
    Adjustment.HALF_WIDTH: lazy_gettext("full-width letters and digits made half-width"),
    Adjustment.LOWER_CASE_EMAIL: lazy_gettext("e-mail addresses put in lower case"),
    Adjustment.EXCEL_DATE: lazy_gettext("serial numbers read as dates"),
    Adjustment.RELATION_WORD: lazy_gettext("relations translated, such as 同事 to 同级 (peer)"),
    Adjustment.EXAMPLE_SKIPPED: lazy_gettext("example rows of the template left out"),
}


def file_sentence(error: WorkbookError) -> str:
    """Why the file as a whole was refused, and what to do."""
    return str(FILE_SENTENCES[error.problem]) % dict(error.params)


def found_text(error: RowError) -> str:
    """What stands in the cell, or what is wrong there."""
    wording = WORDINGS[error.problem]
    if wording.found is QUOTED and not error.found:
        return str(EMPTY_CELL)
    return _fill(wording.found, error).rstrip(FULL_STOPS)


def expected_text(error: RowError) -> str:
    """What should stand in the cell."""
    return _fill(WORDINGS[error.problem].expected, error)


def fix_text(error: RowError) -> str:
    """What to do; where a known value is close to the one found, that value as a question."""
    suggestion = error.params.get("suggestion")
    if suggestion:
        return str(gettext("Did you mean %(suggestion)s?", suggestion=suggestion))
    return str(gettext("%(fix)s.", fix=group_text(error.problem)))


def group_text(problem: RowProblem) -> str:
    """The fix that all findings of one problem share: the heading they are grouped under."""
    return str(WORDINGS[problem].fix)


def row_sentence(error: RowError) -> str:
    """The whole finding in one line: sheet, row, column, found, expected, fix."""
    return str(
        gettext(
            "%(sheet)s row %(row)s, column %(column)s: %(found)s. Expected %(expected)s. %(fix)s",
            sheet=error.sheet,
            row=error.row,
            column=error.column_letter,
            found=found_text(error),
            expected=expected_text(error),
            fix=fix_text(error),
        )
    )


def adjustment_text(adjustment: Adjustment) -> str:
    """What kind of tidying up was done."""
    return str(ADJUSTMENTS[adjustment])


def _fill(text: Lazy, error: RowError) -> str:
    found = GROUPS.get(error.found, error.found)
    return str(text) % {"found": found, **error.params}
