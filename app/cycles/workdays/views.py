"""HR's calendar: the days on which nobody works, and the weekends on which people do."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError

from app.auth.guard import signed_in_account
from app.clock import now
from app.cycles.forms import zone_name
from app.cycles.holidays import holidays_between
from app.cycles.workdays.forms import DaysForm
from app.cycles.workdays.queries import list_special_days
from app.cycles.workdays.service import CalendarError, enter_days, remove_day
from app.db import db
from app.web.language import in_zone
from app.web.policy import hr_only

bp = Blueprint("workdays", __name__, url_prefix="/hr/calendar")


@bp.route("", methods=["GET", "POST"])
@hr_only
def calendar() -> ResponseReturnValue:
    """What is entered and what is known by itself; the form adds days."""
    form = DaysForm()
    form.offer_zones()
    if form.validate_on_submit() and form.last_day() < form.first.data:
        form.last.errors = [_("The last day must not be before the first.")]
    if form.is_submitted() and not form.errors:
        count = _enter(form)
        flash(ngettext("%(num)d day entered.", "%(num)d days entered.", count))
        return redirect(url_for(".calendar"))
    today = in_zone(now(), "Asia/Shanghai").date()
    page = render_template(
        "calendar/calendar.html",
        form=form,
        days=list_special_days(today.replace(month=1, day=1)),
        holidays=holidays_between(today, today.replace(year=today.year + 1, day=28)),
        zone_name=zone_name,
    )
    return page, 422 if form.errors else 200


@bp.post("/remove")
@hr_only
def remove() -> ResponseReturnValue:
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        abort(404)
    remove_day(zone=request.form.get("zone", ""), day=day, account_id=signed_in_account().id)
    db.session.commit()
    flash(_("The day was taken out."))
    return redirect(url_for(".calendar"))


def _enter(form: DaysForm) -> int:
    try:
        count = enter_days(
            zone=form.zone.data,
            first=form.first.data,
            last=form.last_day(),
            is_worked=form.kind.data == "worked",
            name=(form.name.data or "").strip(),
            account_id=signed_in_account().id,
        )
        db.session.commit()
    except IntegrityError as error:
        raise CalendarError(
            _("Somebody entered the same days at this moment. Look at the list, then try again.")
        ) from error
    return count
