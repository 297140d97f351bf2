"""HR's page of a round: how far it is, whom to chase, and the next step."""

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.auth.guard import signed_in_account
from app.clock import now
from app.config import Settings
from app.cycles.models import Cycle
from app.cycles.queries import find_cycle
from app.cycles.rules import Stage
from app.cycles.service import count_participants
from app.db import db
from app.feedback import closing
from app.feedback.cockpit import queries
from app.feedback.cockpit.before_close import claims_in_words, reasons_to_wait
from app.feedback.cockpit.fresh_links import LinkOwner, find_link_owner, replace_link
from app.feedback.cockpit.letters import list_undelivered, send_again
from app.feedback.cockpit.reviewers import Search, list_reviewers
from app.feedback.cockpit.rules import Filter, time_left
from app.feedback.cockpit.wording import (
    filter_names,
    progress_names,
    risk_in_words,
    skip_names,
    time_left_in_words,
    trouble_in_words,
)
from app.feedback.extending.queries import list_asking
from app.feedback.leaving.wording import span_in_words
from app.feedback.measuring.rules import AIM_MEDIAN, AIM_MOST, counts_are_gone
from app.feedback.measuring.service import load_figures
from app.feedback.measuring.wording import clock, haste_in_words, kind_names, measure_names
from app.feedback.mixing import forget_after_close
from app.feedback.quality.service import list_counts
from app.feedback.quality.wording import count_in_words, sign_names
from app.feedback.relations.queries import count_claimed, list_claimed
from app.feedback.reminding.service import plan_reminding, remind, write_letters
from app.feedback.wording import deadline_in_words
from app.people.groups import RaterGroup
from app.people.wording import group_name
from app.web.policy import hr_only

bp = Blueprint("cockpit", __name__, url_prefix="/hr")
MOST_RISKS = 10


@bp.get("")
@hr_only
def cycles() -> ResponseReturnValue:
    lines = queries.list_cycles()
    moment = now()
    stages = {line.cycle.id: line.cycle.stage(moment) for line in lines}
    return render_template(
        "cockpit/cycles.html", lines=lines, stages=stages, deadline_in_words=deadline_in_words
    )


@bp.get("/c/<int:cycle_id>")
@hr_only
def show(cycle_id: int) -> ResponseReturnValue:
    """Everything about one round on one screen."""
    cycle = _cycle_or_404(cycle_id)
    stage = cycle.stage(now())
    if stage is Stage.DRAFT:
        people = count_participants(cycle_id)
        return render_template("cockpit/draft.html", cycle=cycle, participants=people)
    reportable = queries.load_reportable(cycle)
    heat = queries.load_heat(cycle_id)
    return render_template(
        "cockpit/show.html",
        cycle=cycle,
        stage=stage,
        is_open=stage in {Stage.LAUNCHED, Stage.COLLECTING},
        is_over=now() >= cycle.closes_at,
        post=queries.load_post(cycle_id, now=now()),
        paused_links=queries.count_paused_links(cycle_id),
        asking=list_asking(cycle_id),
        claimed=list_claimed(cycle),
        funnel=queries.load_funnel(cycle_id),
        heat=heat,
        heat_groups=[group for group in RaterGroup if any(group in row.cells for row in heat)],
        reportable=reportable,
        risks=[
            risk_in_words(risk, is_closed=cycle.closed_at is not None)
            for risk in reportable.risks[:MOST_RISKS]
        ],
        deadline=deadline_in_words(cycle.closes_local, cycle.time_zone),
        left=time_left_in_words(time_left(cycle.closes_at, now())),
        in_words=partial(span_in_words, cycle=cycle),
        group_name=group_name,
        **_after_close(cycle),
    )


def _after_close(cycle: Cycle) -> Mapping[str, object]:
    """Counts that may be read only when no answer can come any more, with their words."""
    if cycle.closed_at is None:
        return {}
    return {
        "quality": list_counts(cycle.id),
        "sign_names": sign_names(),
        "count_in_words": count_in_words,
        "effort": load_figures(cycle.id, k=cycle.k_min),
        "effort_is_gone": counts_are_gone(closed_at=cycle.closed_at, now=now()),
        "measure_names": measure_names(),
        "kind_names": kind_names(),
        "clock": clock,
        "haste_in_words": haste_in_words,
        "AIM_MEDIAN": AIM_MEDIAN,
        "AIM_MOST": AIM_MOST,
    }


@bp.get("/c/<int:cycle_id>/sending")
@hr_only
def sending(cycle_id: int) -> ResponseReturnValue:
    """How many letters have gone, for the page that watches them go."""
    cycle = _cycle_or_404(cycle_id)
    post = queries.load_post(cycle_id, now=now())
    in_words = partial(span_in_words, cycle=cycle)
    page = render_template("cockpit/sending.html", cycle=cycle, post=post, in_words=in_words)
    return page, 200, {} if post.leaving else {"HX-Refresh": "true"}


@bp.get("/c/<int:cycle_id>/reviewers")
@hr_only
def reviewers(cycle_id: int) -> ResponseReturnValue:
    cycle = _launched_or_404(cycle_id)
    search = _search()
    return render_template(
        "cockpit/reviewers.html",
        cycle=cycle,
        search=search,
        page=list_reviewers(cycle, search, now=now()),
        filters=filter_names(),
        progress_names=progress_names(),
        group_name=group_name,
        is_open=cycle.stage(now()) is Stage.COLLECTING,
    )


@bp.get("/c/<int:cycle_id>/reviewers/<int:reviewer_id>/fresh")
@hr_only
def confirm_fresh_link(cycle_id: int, reviewer_id: int) -> ResponseReturnValue:
    """To whom the new link would go, and what happens to the old one."""
    cycle = _launched_or_404(cycle_id)
    owner = _link_owner_or_404(cycle_id, reviewer_id)
    return render_template("cockpit/fresh.html", cycle=cycle, owner=owner)


@bp.post("/c/<int:cycle_id>/reviewers/<int:reviewer_id>/fresh")
@hr_only
def send_fresh_link(cycle_id: int, reviewer_id: int) -> ResponseReturnValue:
    cycle = _launched_or_404(cycle_id)
    owner = _link_owner_or_404(cycle_id, reviewer_id)
    replace_link(
        cycle,
        reviewer_id,
        address=request.form.get("address", owner.address),
        link_key=_settings().link_key,
        company=_settings().company,
        account_id=signed_in_account().id,
    )
    db.session.commit()
    flash(_("A letter with the new link is on its way to %(name)s.", name=owner.name))
    return redirect(url_for(".reviewers", cycle_id=cycle_id, name=owner.name))


@bp.get("/c/<int:cycle_id>/remind")
@hr_only
def preview_reminder(cycle_id: int) -> ResponseReturnValue:
    """Who would get a mail, who would not and why, and one letter as it would go out."""
    cycle = _launched_or_404(cycle_id)
    only = _chosen_reviewers(request.args.getlist("reviewer", type=int))
    plan = plan_reminding(cycle, moment=now(), only=only)
    sample = write_letters(cycle, plan.chosen[:1], company=_settings().company, moment=now())
    return render_template(
        "cockpit/remind.html",
        cycle=cycle,
        plan=plan,
        only=sorted(only or ()),
        sample=sample[0] if sample else None,
        skip_names=skip_names(),
    )


@bp.post("/c/<int:cycle_id>/remind")
@hr_only
def send_reminders(cycle_id: int) -> ResponseReturnValue:
    _launched_or_404(cycle_id)
    count = remind(
        cycle_id,
        company=_settings().company,
        only=_chosen_reviewers(request.form.getlist("reviewer", type=int)),
        account_id=signed_in_account().id,
    )
    db.session.commit()
    if count:
        flash(
            ngettext(
                "%(num)d reminder is on its way.", "%(num)d reminders are on their way.", count
            )
        )
    else:
        flash(_("There is nobody to remind now."), "warning")
    return redirect(url_for(".show", cycle_id=cycle_id))


@bp.get("/c/<int:cycle_id>/bounces")
@hr_only
def bounces(cycle_id: int) -> ResponseReturnValue:
    """Letters that did not arrive, with the server's reason in plain words."""
    cycle = _launched_or_404(cycle_id)
    return render_template(
        "cockpit/bounces.html",
        cycle=cycle,
        letters=list_undelivered(cycle_id),
        trouble_in_words=trouble_in_words,
    )


@bp.post("/c/<int:cycle_id>/bounces/<int:letter_id>")
@hr_only
def resend(cycle_id: int, letter_id: int) -> ResponseReturnValue:
    cycle = _launched_or_404(cycle_id)
    sent = send_again(
        cycle,
        letter_id,
        address=request.form.get("address", ""),
        link_key=_settings().link_key,
        company=_settings().company,
        account_id=signed_in_account().id,
    )
    if not sent:
        abort(404)
    db.session.commit()
    flash(_("The letter is on its way again."))
    return redirect(url_for(".bounces", cycle_id=cycle_id))


@bp.get("/c/<int:cycle_id>/close")
@hr_only
def confirm_close(cycle_id: int) -> ResponseReturnValue:
    """What the close will do, before it is done."""
    cycle = _launched_or_404(cycle_id)
    return render_template(
        "cockpit/close.html",
        cycle=cycle,
        funnel=queries.load_funnel(cycle_id),
        reportable=queries.load_reportable(cycle).count,
        undecided=count_claimed(cycle_id),
        reasons=reasons_to_wait(cycle, now=now()),
        claims_in_words=claims_in_words,
    )


@bp.post("/c/<int:cycle_id>/close")
@hr_only
def close(cycle_id: int) -> ResponseReturnValue:
    cycle = _launched_or_404(cycle_id)
    closing.close_cycle(cycle, now(), account_id=signed_in_account().id)
    db.session.commit()
    forget_after_close(cycle_id)
    db.session.commit()
    flash(_("The collection is closed. The ratings can be computed now."))
    return redirect(url_for(".show", cycle_id=cycle_id))


def _cycle_or_404(cycle_id: int) -> Cycle:
    """Every cycle is open to everybody in HR; the policy has let nobody else in."""
    return find_cycle(cycle_id) or abort(404)


def _launched_or_404(cycle_id: int) -> Cycle:
    cycle = _cycle_or_404(cycle_id)
    return cycle if cycle.launched_at is not None else abort(404)


def _link_owner_or_404(cycle_id: int, reviewer_id: int) -> LinkOwner:
    return find_link_owner(cycle_id, reviewer_id) or abort(404)


def _search() -> Search:
    asked, group = request.args.get("filter", ""), request.args.get("group", "")
    return Search(
        filter=Filter(asked) if asked in set(Filter) else Filter.ALL,
        name=request.args.get("name", ""),
        department_id=request.args.get("department", type=int),
        group=RaterGroup(group) if group in set(RaterGroup) else None,
        after=request.args.get("after", type=int),
    )


def _chosen_reviewers(ids: list[int]) -> set[int] | None:
    """Whom the page names; None stands for everybody."""
    return set(ids) or None


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
