"""HR's way in for people, relations and KPIs: upload, look at the check, confirm."""

from io import BytesIO

from flask import Blueprint, Response, abort, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.db import db
from app.kpi.imports.forms import Upload
from app.kpi.imports.models import StagedWorkbook
from app.kpi.imports.report import shown_by_fix
from app.kpi.imports.service import apply_apart, check_apart, check_workbook, ensure_readable
from app.kpi.imports.staging import discard, find_staged, stage
from app.kpi.imports.texts import change_text, column_text, sheet_text, value_text
from app.web.policy import hr_only
from app.workbooks.annotated import write_annotated
from app.workbooks.messages import (
    adjustment_text,
    expected_text,
    file_sentence,
    fix_text,
    found_text,
    group_text,
)
from app.workbooks.problems import WorkbookError
from app.workbooks.sample import write_sample
from app.workbooks.template import write_template

bp = Blueprint("imports", __name__, url_prefix="/hr/import")

SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXTS = {
    "adjustment_text": adjustment_text,
    "change_text": change_text,
    "column_text": column_text,
    "expected_text": expected_text,
    "fix_text": fix_text,
    "found_text": found_text,
    "group_text": group_text,
    "sheet_text": sheet_text,
    "value_text": value_text,
}


@bp.route("", methods=["GET", "POST"])
@hr_only
def upload() -> ResponseReturnValue:
    """Take a file and keep it for its check; nothing of it is written before it is confirmed."""
    form = Upload()
    if form.validate_on_submit():
        content = form.file.data.read()
        account_id = signed_in_account().id
        db.session.rollback()  # reading the file takes seconds: others may write meanwhile
        try:
            ensure_readable(content)
        except WorkbookError as error:
            form.file.errors = [file_sentence(error)]
            return render_template("people/import.html", form=form), 422
        staged = stage(content, file_name=form.file.data.filename or "", account_id=account_id)
        db.session.commit()
        return redirect(url_for(".preview", staged_id=staged.id))
    return render_template("people/import.html", form=form), 422 if form.errors else 200


@bp.get("/<staged_id>")
@hr_only
def preview(staged_id: str) -> str:
    """What is wrong with the file, or what it would change."""
    staged = _staged_or_404(staged_id)
    report = check_workbook(staged.content).report
    return render_template(
        "people/import_preview.html",
        staged=staged,
        report=report,
        errors=shown_by_fix(report.errors, SHOWN),
        warnings=shown_by_fix(report.warnings, SHOWN),
        shown=SHOWN,
        **TEXTS,
    )


@bp.post("/<staged_id>/confirm")
@hr_only
def confirm(staged_id: str) -> ResponseReturnValue:
    """Check once more, as others may have changed something since, and write all of it."""
    account_id = signed_in_account().id
    checked = check_apart(_staged_or_404(staged_id).content)
    report = checked.workbook.report
    if report.errors:
        return redirect(url_for(".preview", staged_id=staged_id))
    apply_apart(checked, account_id=account_id)
    discard(_staged_or_404(staged_id))
    db.session.commit()
    total = report.total
    flash(
        _(
            "Imported: %(a)s new, %(b)s changed, %(d)s removed, %(c)s unchanged.",
            a=total.added,
            b=total.changed,
            d=total.removed,
            c=total.unchanged,
        )
    )
    return redirect(url_for("people.browse"))


@bp.get("/<staged_id>/annotated.xlsx")
@hr_only
def annotated(staged_id: str) -> Response:
    """The same workbook, with its bad cells marked."""
    staged = _staged_or_404(staged_id)
    checked = check_workbook(staged.content)
    return _xlsx(write_annotated(checked.sheets, checked.report.findings), "roundview-checked.xlsx")


@bp.get("/template.xlsx")
@hr_only
def template() -> Response:
    """The empty workbook."""
    return _xlsx(write_template(), "roundview-template.xlsx")


@bp.get("/sample.xlsx")
@hr_only
def sample() -> Response:
    """A filled workbook of a made-up company, to try things out."""
    return _xlsx(write_sample(), "roundview-sample.xlsx")


def _staged_or_404(staged_id: str) -> StagedWorkbook:
    return find_staged(staged_id, account_id=signed_in_account().id) or abort(404)


def _xlsx(content: bytes, name: str) -> Response:
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
