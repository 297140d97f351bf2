"""The wordings for cells of a questionnaire's workbook."""

from flask_babel import lazy_gettext

from app.workbooks.problems import RowProblem
from app.workbooks.wording import EMPTY_CELL, QUOTED, Wording

ITEM_WORDINGS: dict[RowProblem, Wording] = {
    RowProblem.BAD_AUDIENCE: Wording(
        found=QUOTED,
        expected=lazy_gettext("同事 (colleagues) or 客户 (customers)"),
        fix=lazy_gettext("Choose who is asked from the list"),
    ),
    RowProblem.BAD_GROUPS: Wording(
        found=QUOTED,
        expected=lazy_gettext(
            "同事 (all colleagues), 客户 (customers), or some of 本人 (self), 上级 (managers), "
            "同级 (peers), 下级 (direct reports) with 、 between them"
        ),
        fix=lazy_gettext("Write who is asked with these words"),
    ),
    RowProblem.BAD_YES_NO: Wording(
        found=QUOTED,
        expected=lazy_gettext("是 (yes) or 否 (no)"),
        fix=lazy_gettext("Choose 是 or 否 from the list"),
    ),
    RowProblem.BAD_ITEM_WEIGHT: Wording(
        found=QUOTED,
        expected=lazy_gettext("a whole number from 1 to %(maximum)s"),
        fix=lazy_gettext("Correct the weight; empty means 1"),
    ),
    RowProblem.UNKNOWN_CODE: Wording(
        found=lazy_gettext("this questionnaire has no code %(found)s"),
        expected=lazy_gettext("a code of this questionnaire, or an empty cell"),
        fix=lazy_gettext("Empty the cell of what is new: it is given a code"),
    ),
    RowProblem.DUPLICATE_CODE: Wording(
        found=lazy_gettext("the code %(found)s stands in row %(first)s already"),
        expected=lazy_gettext("each code once"),
        fix=lazy_gettext("Empty the cell of the copy: it is given a code of its own"),
    ),
    RowProblem.OTHER_NAME: Wording(
        found=lazy_gettext("“%(found)s”, while row %(first)s says “%(name)s”"),
        expected=lazy_gettext("one name for one competency"),
        fix=lazy_gettext("Write the same name in all rows of the competency"),
    ),
    RowProblem.ONE_LANGUAGE: Wording(
        found=EMPTY_CELL,
        expected=lazy_gettext("a text, because there is one in the other language"),
        fix=lazy_gettext("Write the text in both languages, or in neither"),
    ),
    RowProblem.UNKNOWN_ENTRY: Wording(
        found=QUOTED,
        expected=lazy_gettext("one of: %(known)s"),
        fix=lazy_gettext("Leave the first column as it was exported"),
    ),
    RowProblem.DUPLICATE_ENTRY: Wording(
        found=lazy_gettext("“%(found)s” stands in row %(first)s already"),
        expected=lazy_gettext("each entry once"),
        fix=lazy_gettext("Delete one of the two rows"),
    ),
    RowProblem.SAME_LABEL: Wording(
        found=lazy_gettext("level %(first)s is called “%(found)s” too"),
        expected=lazy_gettext("a different name for each level"),
        fix=lazy_gettext("Give each level its own name"),
    ),
}
