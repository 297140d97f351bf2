"""Results for HR (totals), for managers and for the employee: released ones, shown alike."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app.auth.guard import signed_in_account
from app.charts.bars import bar_chart
from app.charts.dots import dot_plot
from app.clock import now
from app.config import Settings
from app.cycles.models import Cycle, Participant
from app.db import db, writing
from app.feedback.nominating.queries import count_waiting, lists_of_employee
from app.ratings import calibrating, queries, service
from app.ratings.charts import attainment_of, profile_of
from app.ratings.emails import count_letters
from app.ratings.hiding.looking import look_through
from app.ratings.hiding.queries import count_reasons
from app.ratings.hiding.wording import why_closed
from app.ratings.models import Rating
from app.ratings.phone_charts import phone_bars, phone_dots
from app.ratings.queries import Reader, ReleasedResult
from app.ratings.reading import shown_result
from app.ratings.wording import (
    answers_sentence,
    notes_of,
    status_name,
    status_sentence,
    step_change,
    step_sentence,
    step_state_name,
    step_words,
    withheld_sentence,
)
from app.web.language import language
from app.web.policy import hr_only, signed_in

bp = Blueprint("ratings", __name__)

DECISIONS = frozenset({"confirm", "lapse"})


@bp.app_context_processor
def words() -> dict[str, object]:
    """What templates of results say with words of their own."""
    return {
        "answers_sentence": answers_sentence,
        "withheld_sentence": withheld_sentence,
        "result_status_name": status_name,
        "result_status_sentence": status_sentence,
        "step_change": step_change,
        "step_words": step_words,
        "step_state_name": step_state_name,
    }


@bp.get("/hr/c/<int:cycle_id>/ratings")
@hr_only
def of_cycle(cycle_id: int) -> ResponseReturnValue:
    cycle = _cycle_or_404(cycle_id)
    rows, account_id = queries.list_ratings(cycle_id), signed_in_account().id
    is_open, link_key = not why_closed(cycle), _settings().link_key
    return render_template(
        "ratings/of_cycle.html",
        cycle=cycle,
        looking=look_through(cycle_id, account_id=account_id, link_key=link_key)
        if is_open
        else None,
        hidden=0 if is_open else sum(count_reasons(cycle_id, account_id).values()),
        rows=rows,
        grades=queries.count_grades(rows),
        stale=calibrating.stale_participants(cycle_id),
        letters=count_letters(cycle_id),
    )


@bp.post("/hr/c/<int:cycle_id>/ratings/compute")
@hr_only
def compute(cycle_id: int) -> ResponseReturnValue:
    _cycle_or_404(cycle_id)
    rated = service.rate_apart(
        cycle_id,
        link_key=_settings().link_key,
        account_id=signed_in_account().id,
    )
    db.session.commit()
    if rated.new:
        flash(ngettext("%(num)d result computed.", "%(num)d results computed.", rated.new))
    else:
        flash(_("Nothing has changed since the last computation."))
    return redirect(url_for("ratings.of_cycle", cycle_id=cycle_id))


@bp.post("/hr/c/<int:cycle_id>/ratings/release")
@hr_only
def release(cycle_id: int) -> ResponseReturnValue:
    account = signed_in_account()
    letters = service.release_cycle(
        _cycle_or_404(cycle_id),
        reviewed_by=account if request.form.get("reviewed") == "yes" else None,
        public_url=_settings().public_url,
        link_key=_settings().link_key,
    )
    db.session.commit()
    flash(ngettext("Released. %(num)d letter leaves.", "Released. %(num)d letters leave.", letters))
    return redirect(url_for("ratings.of_cycle", cycle_id=cycle_id))


@bp.get("/hr/c/<int:cycle_id>/ratings/<int:participant_id>/calibrate")
@hr_only
def calibration(cycle_id: int, participant_id: int) -> ResponseReturnValue:
    return _calibration_page(_rated_or_404(cycle_id, participant_id))


@bp.post("/hr/c/<int:cycle_id>/ratings/<int:participant_id>/calibrate")
@hr_only
def calibrate(cycle_id: int, participant_id: int) -> ResponseReturnValue:
    participant = _rated_or_404(cycle_id, participant_id)
    form = request.form
    kind, reason = form.get("kind", "delta"), form.get("reason", "")
    by, link_key = signed_in_account(), _settings().link_key
    delta, grade = form.get("delta", ""), form.get("grade", "")
    if kind == "grade":
        fault = calibrating.find_grade_fault(participant, grade=grade, reason=reason)
    else:
        fault = calibrating.find_step_fault(participant, delta=delta, reason=reason)
    if fault is not None:
        return _calibration_page(participant, error=step_sentence(fault, found=delta)), 422
    version = (
        calibrating.set_grade(participant, grade=grade, reason=reason, by=by, link_key=link_key)
        if kind == "grade"
        else calibrating.add_calibration(
            participant, delta=delta, reason=reason, by=by, link_key=link_key
        )
    )
    return _calibrated(version, cycle_id)


@bp.post("/hr/c/<int:cycle_id>/ratings/<int:participant_id>/calibrate/stale")
@hr_only
def settle(cycle_id: int, participant_id: int) -> ResponseReturnValue:
    """Every step that is stale is confirmed or lapses, all at once."""
    participant = _rated_or_404(cycle_id, participant_id)
    link_key, reason = _settings().link_key, request.form.get("reason", "")
    stale = calibrating.situation_of(participant, link_key=link_key).stale
    chosen = {step.number: request.form.get(f"step-{step.number}") for step in stale}
    decisions = {number: text == "confirm" for number, text in chosen.items() if text in DECISIONS}
    fault = calibrating.find_settling_fault(stale, decisions=decisions, reason=reason)
    if fault is not None:
        return _calibration_page(participant, error=step_sentence(fault, found="")), 422
    version = calibrating.settle_stale(
        participant,
        decisions=decisions,
        reason=reason,
        by=signed_in_account(),
        link_key=link_key,
    )
    return _calibrated(version, cycle_id)


def _calibrated(version: Rating, cycle_id: int) -> ResponseReturnValue:
    final, grade = version.final, version.grade
    db.session.commit()
    flash(_("Calibrated: the result is now %(final)s, grade %(grade)s.", final=final, grade=grade))
    return redirect(url_for("ratings.of_cycle", cycle_id=cycle_id))


def _calibration_page(participant: Participant, *, error: str = "") -> str:
    rating = queries.find_newest(participant.id) or abort(404)
    return render_template(
        "ratings/calibrate.html",
        participant=participant,
        shown=shown_result(rating.result, language()),
        situation=calibrating.situation_of(participant, link_key=_settings().link_key),
        form=request.form,
        error=error,
    )


@bp.get("/m")
@signed_in
def team() -> ResponseReturnValue:
    reader = _reader()
    people = queries.list_team(reader.person_id) if reader else []
    lists = count_waiting(reader.person_id) if reader else 0
    return render_template("ratings/team.html", people=people, lists=lists, now=now())


@bp.get("/m/p/<int:participant_id>")
@signed_in
def of_team(participant_id: int) -> ResponseReturnValue:
    reader = _reader() or abort(404)
    whose = Participant.manager_id == reader.person_id
    found = queries.find_released(participant_id, whose) or abort(404)
    return _result_page(found, is_own=False)


@bp.get("/me")
@signed_in
def home() -> ResponseReturnValue:
    reader = _reader()
    results = queries.list_own(reader.person_id) if reader else []
    lists = lists_of_employee(reader.person_id) if reader else []
    return render_template("ratings/home.html", results=results, lists=lists, now=now())


@bp.get("/me/result/<int:participant_id>")
@signed_in
def own(participant_id: int) -> ResponseReturnValue:
    reader = _reader() or abort(404)
    whose = Participant.person_id == reader.person_id
    found = queries.find_released(participant_id, whose) or abort(404)
    return _result_page(found, is_own=True)


def _result_page(found: ReleasedResult, *, is_own: bool) -> ResponseReturnValue:
    account_id = signed_in_account().id
    shown = shown_result(found.result, language())
    profile, attainment = profile_of(shown), attainment_of(shown)
    page = render_template(
        "ratings/result.html",
        found=found,
        shown=shown,
        is_own=is_own,
        notes=notes_of(shown),
        profile=profile,
        # Our own SVG, which escapes what it is given.
        bars=Markup(bar_chart(attainment)),  # noqa: S704
        dots=Markup(dot_plot(profile)),  # noqa: S704
        phone_bars=Markup(phone_bars(attainment)),  # noqa: S704
        phone_dots=Markup(phone_dots(profile)),  # noqa: S704
    )
    db.session.rollback()
    with writing():
        service.note_reading(found.participant_id, account_id)
        db.session.commit()
    return page


def _reader() -> Reader | None:
    """The person behind the account; None for an account that nobody reviewed stands behind."""
    return queries.find_reader(signed_in_account().id)


def _cycle_or_404(cycle_id: int) -> Cycle:
    return db.session.get(Cycle, cycle_id) or abort(404)


def _rated_or_404(cycle_id: int, participant_id: int) -> Participant:
    """A participant of this round with a finished rating that nobody has seen yet."""
    return queries.find_calibratable(cycle_id, participant_id) or abort(404)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
