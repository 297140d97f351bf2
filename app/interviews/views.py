"""The record for its three readers: the manager writes it, the employee answers, HR files it."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app.auth.guard import signed_in_account
from app.auth.models import Account
from app.charts.dots import dot_plot, dot_plot_table
from app.clock import now
from app.config import Settings
from app.cycles.models import Cycle
from app.db import db, writing
from app.interviews import queries, service, signing, wording
from app.interviews.archiving import archive_cycle
from app.interviews.models import Decision, Interview, RecordVersion
from app.interviews.pages import employee_page, manager_page, record_state
from app.interviews.service import Saved
from app.pdf import papers
from app.web.language import language
from app.web.policy import hr_only, signed_in

bp = Blueprint("interviews", __name__)


@bp.app_context_processor
def words() -> dict[str, object]:
    """What the templates of records say with words of their own."""
    return {
        "gap_sentence": wording.gap_sentence,
        "caution_sentence": wording.caution_sentence,
        "record_fault": wording.fault_sentence,
        "record_state_name": wording.state_name,
        "decision_name": wording.decision_name,
        "profile_chart": lambda profile: Markup(dot_plot(profile)),  # noqa: S704 - our own SVG
        "profile_table": dot_plot_table,
        "papers": papers,
    }


# The manager's pages


@bp.get("/m/p/<int:participant_id>/record")
@signed_in
def write(participant_id: int) -> ResponseReturnValue:
    account = signed_in_account()
    interview = queries.find_for_manager(participant_id, account.id)
    if interview is None:
        person = queries.find_team_member(participant_id, account.id) or abort(404)
        return render_template("interviews/not_open.html", person=person)
    return _with_reading_noted(interview, account, lambda: _manager_page(interview))


@bp.post("/m/p/<int:participant_id>/record")
@signed_in
def save(participant_id: int) -> ResponseReturnValue:
    """Save, or save and share; a refused save shows its own text again."""
    account, interview = _for_manager_or_404(participant_id)
    share = request.form.get("action") == "share"
    saved = service.save_manager_part(
        interview,
        request.form.to_dict(flat=False),
        revision=_revision(),
        account=account,
        share=share,
        public_url=_settings().public_url,
    )
    if not saved.is_stored:
        db.session.rollback()
        db.session.refresh(interview)
        return _manager_page(interview, saved), 409 if saved.stale else 422
    db.session.commit()
    if _in_background():
        return jsonify(revision=interview.manager_revision)
    flash(_("Saved and shared with the employee.") if share else _("Saved."))
    return redirect(url_for(".write", participant_id=participant_id))


@bp.get("/m/p/<int:participant_id>/record.pdf")
@signed_in
def print_for_manager(participant_id: int) -> ResponseReturnValue:
    account, interview = _for_manager_or_404(participant_id)
    back = url_for(".write", participant_id=participant_id)
    return _with_reading_noted(interview, account, lambda: _pdf(interview, back))


@bp.post("/m/p/<int:participant_id>/record/sign")
@signed_in
def sign(participant_id: int) -> ResponseReturnValue:
    account, interview = _for_manager_or_404(participant_id)
    signing.sign_as_manager(interview, version=_version_asked(), account=account)
    db.session.commit()
    flash(_("Signed."))
    return redirect(url_for(".write", participant_id=participant_id))


@bp.post("/m/p/<int:participant_id>/record/reopen")
@signed_in
def reopen(participant_id: int) -> ResponseReturnValue:
    """Begin the next version, with its reason."""
    account, interview = _for_manager_or_404(participant_id)
    service.reopen_record(interview, request.form.get("reason", ""), account=account)
    db.session.commit()
    flash(_("You are writing a new version. The earlier one stays as it is."))
    return redirect(url_for(".write", participant_id=participant_id))


# The employee's pages


@bp.get("/me/record")
@signed_in
def own_records() -> ResponseReturnValue:
    rows = queries.list_for_employee(signed_in_account().id, now())
    return render_template("interviews/own_list.html", rows=rows)


@bp.get("/me/record/<int:participant_id>")
@signed_in
def read(participant_id: int) -> ResponseReturnValue:
    account, interview = _for_employee_or_404(participant_id)
    return _with_reading_noted(interview, account, lambda: _employee_page(interview))


@bp.post("/me/record/<int:participant_id>")
@signed_in
def save_own(participant_id: int) -> ResponseReturnValue:
    """Save the employee's own part; fields of the manager's part are not even looked at."""
    account, interview = _for_employee_or_404(participant_id)
    saved = service.save_employee_part(
        interview, request.form.to_dict(flat=False), revision=_revision(), account=account
    )
    if not saved.is_stored:
        db.session.rollback()
        db.session.refresh(interview)
        return _employee_page(interview, saved), 409 if saved.stale else 422
    db.session.commit()
    if _in_background():
        return jsonify(revision=interview.employee_revision)
    flash(_("Saved."))
    return redirect(url_for(".read", participant_id=participant_id))


@bp.post("/me/record/<int:participant_id>/ack")
@signed_in
def answer(participant_id: int) -> ResponseReturnValue:
    """Agree, partly or disagree: one must be chosen, for silence is no agreement."""
    account, interview = _for_employee_or_404(participant_id)
    chosen = request.form.get("decision", "")
    if chosen not in set(Decision):
        db.session.rollback()
        note = request.form.get("note", "")
        return _employee_page(interview, answer_lacks=True, note=note), 422
    signing.answer_record(
        interview,
        version=_version_asked(),
        decision=Decision(chosen),
        words=request.form.get("note", ""),
        account=account,
        address=request.remote_addr or "",
    )
    db.session.commit()
    flash(_("Your answer is recorded."))
    return redirect(url_for(".read", participant_id=participant_id))


@bp.get("/me/record/<int:participant_id>/pdf")
@signed_in
def print_own(participant_id: int) -> ResponseReturnValue:
    account, interview = _for_employee_or_404(participant_id)
    back = url_for(".read", participant_id=participant_id)
    return _with_reading_noted(interview, account, lambda: _pdf(interview, back))


# HR's pages


@bp.get("/hr/interviews")
@hr_only
def overview() -> ResponseReturnValue:
    """Everybody's record; `?cycle=` shows one round."""
    cycle_id = request.args.get("cycle", type=int)
    return render_template(
        "interviews/overview.html",
        rows=queries.list_for_hr(now(), cycle_id),
        cycles=queries.list_released_cycles(),
        cycle_id=cycle_id,
    )


@bp.post("/hr/c/<int:cycle_id>/interviews")
@hr_only
def open_all(cycle_id: int) -> ResponseReturnValue:
    cycle = db.session.get(Cycle, cycle_id) or abort(404)
    opened = service.open_interviews(cycle, signed_in_account())
    db.session.commit()
    flash(ngettext("%(num)d record prepared.", "%(num)d records prepared.", opened))
    return redirect(url_for(".overview", cycle=cycle_id))


@bp.post("/hr/c/<int:cycle_id>/archive")
@hr_only
def archive(cycle_id: int) -> ResponseReturnValue:
    cycle = db.session.get(Cycle, cycle_id) or abort(404)
    archive_cycle(cycle, signed_in_account())
    db.session.commit()
    flash(
        _(
            "“%(cycle)s” is archived. Results, records and plans can still be read.",
            cycle=cycle.name,
        )
    )
    return redirect(url_for(".overview", cycle=cycle_id))


@bp.get("/hr/interviews/<int:participant_id>")
@hr_only
def inspect(participant_id: int) -> ResponseReturnValue:
    interview = _for_hr_or_404(participant_id)
    versions = queries.list_versions(interview.id)
    return _with_reading_noted(
        interview,
        signed_in_account(),
        lambda: render_template(
            "interviews/inspect.html",
            interview=interview,
            versions=versions,
            state=record_state(interview, versions),
            paper=signing.signed_paper(versions[0]) if versions else None,
        ),
    )


@bp.get("/hr/interviews/<int:participant_id>/pdf")
@hr_only
def print_for_hr(participant_id: int) -> ResponseReturnValue:
    interview = _for_hr_or_404(participant_id)
    back = url_for(".inspect", participant_id=participant_id)
    return _with_reading_noted(interview, signed_in_account(), lambda: _pdf(interview, back))


@bp.post("/hr/interviews/<int:participant_id>/countersign")
@hr_only
def countersign(participant_id: int) -> ResponseReturnValue:
    interview = _for_hr_or_404(participant_id)
    signing.countersign(interview, version=_version_asked(), account=signed_in_account())
    db.session.commit()
    flash(_("Countersigned and filed."))
    return redirect(url_for(".inspect", participant_id=participant_id))


# What the pages share


def _for_manager_or_404(participant_id: int) -> tuple[Account, Interview]:
    account = signed_in_account()
    return account, queries.find_for_manager(participant_id, account.id) or abort(404)


def _for_employee_or_404(participant_id: int) -> tuple[Account, Interview]:
    account = signed_in_account()
    return account, queries.find_for_employee(participant_id, account.id) or abort(404)


def _for_hr_or_404(participant_id: int) -> Interview:
    return queries.find_for_hr(participant_id) or abort(404)


def _manager_page(interview: Interview, saved: Saved | None = None) -> str:
    page = manager_page(interview, language=language(), company=_settings().company)
    return render_template("interviews/write.html", page=page, **_form_state(page.fields, saved))


def _employee_page(
    interview: Interview, saved: Saved | None = None, *, answer_lacks: bool = False, note: str = ""
) -> str:
    page = employee_page(interview, language=language(), company=_settings().company)
    return render_template(
        "interviews/read.html",
        page=page,
        answer_lacks=answer_lacks,
        note=note,
        **_form_state(page.fields, saved),
    )


def _form_state(stored: Mapping[str, Any], saved: Saved | None) -> dict[str, Any]:
    """What stands in the form: what is stored, or the text of a save that was refused."""
    if saved is None:
        return {"fields": stored, "faults": {}, "stale": False}
    return {"fields": saved.written, "faults": saved.faults, "stale": saved.stale}


def _pdf(interview: Interview, back: str) -> ResponseReturnValue:
    """The PDF as stored; else a page that says it is being made, or why it cannot be."""
    version = queries.find_version(interview.id, request.args.get("v", type=int)) or abort(404)
    if version.pdf is None:
        status = 409 if version.pdf_error else 202
        return render_template("interviews/no_pdf.html", version=version, back=back), status
    return send_file(
        BytesIO(version.pdf), mimetype="application/pdf", download_name=_file_name(version)
    )


def _file_name(version: RecordVersion) -> str:
    head = version.content["head"]
    parts = (_("Interview record"), head["employee"], head["period"][:4], f"v{version.version}")
    return "_".join(str(part).replace("/", "-") for part in parts) + ".pdf"


def _with_reading_noted(
    interview: Interview, account: Account, show: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    """Show the page once the reading stands in the audit log."""
    number, account_id = interview.number, account.id
    page = show()
    db.session.rollback()
    with writing():
        service.note_reading(number, account_id)
        db.session.commit()
    return page


def _revision() -> int:
    """The save on which the page was based; 0 never fits."""
    return request.form.get("revision", 0, type=int)


def _in_background() -> bool:
    """Whether the page saves by itself while somebody writes, and wants no page back."""
    return request.accept_mimetypes.best == "application/json"


def _version_asked() -> int:
    return request.form.get("version", 0, type=int)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
