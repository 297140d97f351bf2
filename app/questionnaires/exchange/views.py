"""HR takes a questionnaire out as a workbook and brings one in, having seen what it changes.

The rows that were read travel on the page that shows their changes, and are checked once more when
they are taken over: nothing is kept in between.
"""

import json
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.db import db
from app.questionnaires.editing.service import refuse_unless_draft
from app.questionnaires.exchange.reading import Checked, check_sheets
from app.questionnaires.exchange.rules import changes_between
from app.questionnaires.exchange.service import content_of, known_codes, take_over
from app.questionnaires.exchange.wording import (
    change_sentence,
    column_name,
    subject_name,
    value_name,
)
from app.questionnaires.exchange.writing import write_questionnaire
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import find_version
from app.web.policy import hr_only
from app.workbooks.messages import expected_text, file_sentence, fix_text, found_text
from app.workbooks.problems import WorkbookError
from app.workbooks.reading import Sheet, SheetRow, read_workbook

bp = Blueprint("exchange", __name__, url_prefix="/hr/q/<int:questionnaire_id>/workbook")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 50


@bp.get("/questionnaire.xlsx")
@hr_only
def download(questionnaire_id: int) -> Response:
    """Any version as a workbook."""
    version = _version_or_404(questionnaire_id)
    content = write_questionnaire(content_of(version))
    name = f"{version.code}-{version.version}.xlsx"
    return send_file(BytesIO(content), XLSX, as_attachment=True, download_name=name)


@bp.get("")
@hr_only
def choose(questionnaire_id: int) -> str:
    """Which file to bring in."""
    return _page(_draft_or_404(questionnaire_id))


@bp.post("")
@hr_only
def check(questionnaire_id: int) -> ResponseReturnValue:
    """What is wrong with a file, or what it would change. Nothing is stored."""
    draft = _draft_or_404(questionnaire_id)
    file = request.files.get("file")
    content = file.read() if file else b""
    if not content:
        return _page(draft, refusal=_("Please choose a file.")), 422
    db.session.rollback()  # reading the file takes a while: others may write meanwhile
    try:
        sheets = read_workbook(content)
        draft = _draft_or_404(questionnaire_id)
        return _show(draft, sheets)
    except WorkbookError as error:
        db.session.rollback()
        return _page(_draft_or_404(questionnaire_id), refusal=file_sentence(error)), 422


@bp.post("/apply")
@hr_only
def apply(questionnaire_id: int) -> ResponseReturnValue:
    """Take over what was shown, all of it; or show it anew where the draft has changed since."""
    draft = _draft_or_404(questionnaire_id)
    sheets = _unpacked(request.form.get("rows", ""))
    checked = check_sheets(sheets, known_codes(draft))
    revision = request.form.get("revision", 0, type=int)
    account_id = signed_in_account().id
    if checked.errors or not take_over(
        draft, checked.content, revision=revision, account_id=account_id
    ):
        db.session.rollback()
        return _show(_draft_or_404(questionnaire_id), sheets, is_stale=True)
    db.session.commit()
    flash(_("The workbook is taken over."))
    return redirect(url_for("questionnaires.show", questionnaire_id=questionnaire_id))


def _show(
    draft: Questionnaire, sheets: Sequence[Sheet], *, is_stale: bool = False
) -> ResponseReturnValue:
    checked = check_sheets(sheets, known_codes(draft))
    page = _page(draft, checked=checked, rows=_packed(sheets), is_stale=is_stale)
    return page, 409 if is_stale else 422 if checked.errors else 200


def _page(
    draft: Questionnaire,
    *,
    checked: Checked | None = None,
    rows: str = "",
    refusal: str = "",
    is_stale: bool = False,
) -> str:
    changes = None
    if checked is not None and not checked.errors:
        changes = changes_between(content_of(draft), checked.content)
    return render_template(
        "questionnaires/workbook.html",
        questionnaire=draft,
        errors=checked.errors if checked else (),
        shown=SHOWN,
        changes=changes,
        rows=rows,
        refusal=refusal,
        is_stale=is_stale,
        change_sentence=change_sentence,
        column_name=column_name,
        expected_text=expected_text,
        fix_text=fix_text,
        found_text=found_text,
        subject_name=subject_name,
        value_name=value_name,
    )


def _packed(sheets: Sequence[Sheet]) -> str:
    """The cells of the sheets as text for a hidden field."""
    return json.dumps(
        [
            [sheet.name, sheet.is_csv, [[row.number, *row.cells] for row in _rows(sheet)]]
            for sheet in sheets
        ],
        ensure_ascii=False,
    )


def _rows(sheet: Sheet) -> Sequence[SheetRow]:
    return (sheet.header, *sheet.rows)


def _unpacked(text: str) -> list[Sheet]:
    """The same sheets; a field that is not of our making is a bad request."""
    try:
        return [_sheet(*packed) for packed in json.loads(text)]
    except (ValueError, TypeError, IndexError):
        abort(400)


def _sheet(name: str, is_csv: bool, rows: list[list[Any]]) -> Sheet:
    header, *others = (
        SheetRow(number=int(number), cells=tuple(map(str, cells))) for number, *cells in rows
    )
    return Sheet(name=str(name), header=header, rows=tuple(others), is_csv=bool(is_csv))


def _version_or_404(questionnaire_id: int) -> Questionnaire:
    """Every questionnaire is open to everybody in HR; the policy has let nobody else in."""
    return find_version(questionnaire_id) or abort(404)


def _draft_or_404(questionnaire_id: int) -> Questionnaire:
    """A version that can be changed; another is refused with the reason."""
    version = _version_or_404(questionnaire_id)
    refuse_unless_draft(version)
    return version
