"""HR sees who rates whom, changes single pairs, and launches the round."""

from collections import Counter

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth.guard import signed_in_account
from app.clock import now
from app.config import Settings
from app.cycles.models import Cycle, Participant
from app.cycles.queries import find_cycle
from app.cycles.service import refuse_unless_draft
from app.db import db
from app.feedback.assigning.queries import load_limits
from app.feedback.assigning.rules import LimitFault, faults_of_limits
from app.feedback.assigning.service import sentence_of_fault, set_limits
from app.feedback.cockpit.wording import trouble_in_words
from app.feedback.launching import service
from app.feedback.launching.checks import gather_facts, resting_customers
from app.feedback.launching.emails import RoundCard, invitation, tasks_by_reviewer
from app.feedback.launching.forms import LIMITED, AddReviewer, LimitsForm
from app.feedback.launching.pages import PeoplePage, person_page
from app.feedback.launching.queries import (
    DraftRound,
    find_participant,
    find_person,
    load_draft,
)
from app.feedback.launching.rules import check_launch
from app.feedback.launching.wording import limits_in_words, sentence_of
from app.feedback.leaving.queries import plan_departures
from app.feedback.leaving.rules import Leaving
from app.feedback.leaving.wording import choices_in_words, launched_in_words
from app.feedback.returned.queries import list_returned
from app.feedback.wording import names_in_row
from app.mail.service import RenderedLetter
from app.people.groups import RaterGroup
from app.people.models import Person
from app.people.wording import group_name
from app.web.health import is_mail_up
from app.web.policy import hr_only

bp = Blueprint("launching", __name__, url_prefix="/hr/c/<int:cycle_id>")


@bp.get("/people")
@hr_only
def people(cycle_id: int) -> ResponseReturnValue:
    """Every participant with the size of each group, and what would be too small."""
    cycle = _draft_or_404(cycle_id)
    draft = load_draft(cycle)
    return _people_page(cycle, draft, LimitsForm.showing(draft.limits, cycle.k_min))


@bp.post("/people")
@hr_only
def limit(cycle_id: int) -> ResponseReturnValue:
    """Decide how many of each group are asked, and how many forms a reviewer should have."""
    cycle = _draft_or_404(cycle_id)
    form = LimitsForm.showing(load_limits(cycle_id), cycle.k_min)
    if form.validate():
        decided = form.limits(cycle.k_min)
        if not faults_of_limits(decided):
            set_limits(cycle, decided, account_id=signed_in_account().id)
            db.session.commit()
            flash(_("Saved. The proposal follows these numbers."))
            return redirect(url_for(".people", cycle_id=cycle_id))
        _blame_fields(form)
    return _people_page(cycle, load_draft(cycle), form), 422


def _blame_fields(form: LimitsForm) -> None:
    """Say beside each field what is wrong between the two."""
    for group in LIMITED:
        least, most = form.fields_of(group)
        if most.data is not None and most.data < (least.data or 0):
            most.errors = [sentence_of_fault(LimitFault.MOST_BELOW_LEAST)]


def _people_page(cycle: Cycle, draft: DraftRound, form: LimitsForm) -> str:
    page = PeoplePage.of(
        draft,
        cycle.k_min,
        only_risky=request.args.get("risk") == "1",
        name=request.args.get("name", ""),
        number=request.args.get("page", 1, type=int),
    )
    limited = [group for group in LIMITED if group in page.groups]
    return render_template(
        "cycles/people.html",
        cycle=cycle,
        page=page,
        step="people",
        form=form,
        limited=limited,
        limits=limits_in_words(page.limits, limited, cycle.k_min),
        group_name=group_name,
    )


@bp.route("/people/<int:participant_id>", methods=["GET", "POST"])
@hr_only
def person(cycle_id: int, participant_id: int) -> ResponseReturnValue:
    """Who is asked about one participant; the form adds somebody."""
    cycle = _draft_or_404(cycle_id)
    participant = _participant_or_404(cycle_id, participant_id)
    form = AddReviewer()
    form.offer_groups(participant)
    found = find_person(form.number.data or "") if form.validate_on_submit() else None
    if form.is_submitted() and not form.errors and found is None:
        form.number.errors = [_("Nobody has this staff number or e-mail address.")]
    if found is not None:
        _assign(cycle, participant, found, RaterGroup(form.group.data))
        flash(_("%(name)s will be asked.", name=found.name))
        return redirect(url_for(".person", cycle_id=cycle_id, participant_id=participant_id))
    page = person_page(load_draft(cycle), participant, cycle.k_min)
    code = 422 if form.errors else 200
    return (
        render_template(
            "cycles/person.html",
            cycle=cycle,
            page=page,
            form=form,
            step="people",
            group_name=group_name,
            groups_named=lambda groups: names_in_row([group_name(group) for group in groups]),
        ),
        code,
    )


@bp.post("/people/<int:participant_id>/leave-out/<int:person_id>")
@hr_only
def leave_out(cycle_id: int, participant_id: int, person_id: int) -> ResponseReturnValue:
    cycle = _draft_or_404(cycle_id)
    participant = _participant_or_404(cycle_id, participant_id)
    found = db.session.get(Person, person_id) or abort(404)
    _assign(cycle, participant, found, None)
    flash(_("%(name)s will not be asked.", name=found.name))
    return redirect(url_for(".person", cycle_id=cycle_id, participant_id=participant_id))


@bp.post("/people/<int:participant_id>/ask-as/<int:person_id>")
@hr_only
def ask_as(cycle_id: int, participant_id: int, person_id: int) -> ResponseReturnValue:
    """Choose between the groups in which somebody was found."""
    cycle = _draft_or_404(cycle_id)
    participant = _participant_or_404(cycle_id, participant_id)
    found = db.session.get(Person, person_id) or abort(404)
    group = request.form.get("group", "")
    if group not in set(RaterGroup):
        abort(404)
    _assign(cycle, participant, found, RaterGroup(group))
    flash(
        _("%(name)s is asked as: %(group)s.", name=found.name, group=group_name(RaterGroup(group)))
    )
    return redirect(url_for(".person", cycle_id=cycle_id, participant_id=participant_id))


@bp.get("/launch")
@hr_only
def launch(cycle_id: int) -> ResponseReturnValue:
    """What stands in the way, what to know, and the letters as they will go out."""
    cycle = _draft_or_404(cycle_id)
    draft = load_draft(cycle)
    departures = plan_departures(cycle, draft)
    working_days = departures[Leaving.IN_THE_MORNING].working_days
    findings = check_launch(
        gather_facts(cycle, draft, working_days=working_days, mail_is_up=is_mail_up())
    )
    blockers = [sentence_of(finding) for finding in findings if finding.blocks]
    return render_template(
        "cycles/launch.html",
        cycle=cycle,
        step="launch",
        blockers=blockers,
        to_confirm=[sentence_of(finding) for finding in findings if finding.asks],
        warnings=[
            sentence_of(finding) for finding in findings if not (finding.blocks or finding.asks)
        ],
        participants=len(draft.subjects),
        requests=len(draft.assignments),
        resting=resting_customers(draft),
        returned=list_returned(draft),
        trouble_in_words=trouble_in_words,
        letters=departures[Leaving.AT_ONCE].letters,
        choices=choices_in_words(
            cycle, departures, {row.id: row.name for row in draft.people.values()}, now()
        ),
        samples=_sample_letters(cycle, draft) if not blockers else [],
    )


@bp.post("/launch")
@hr_only
def send_out(cycle_id: int) -> ResponseReturnValue:
    cycle = _draft_or_404(cycle_id)
    settings = _settings()
    launched = service.launch_cycle(
        cycle_id,
        link_key=settings.link_key,
        company=settings.company,
        confirms_load=request.form.get("confirms_load") == "1",
        leaving=_chosen_leaving(),
        account_id=signed_in_account().id,
    )
    db.session.commit()
    for sentence in launched_in_words(launched.departures, cycle):
        flash(sentence)
    return redirect(url_for("cockpit.show", cycle_id=cycle_id))


def _chosen_leaving() -> Leaving:
    """A page that asks nothing was loaded before there was a choice, and said: at once."""
    chosen = request.form.get("leaving", Leaving.AT_ONCE)
    return Leaving(chosen) if chosen in set(Leaving) else abort(404)


def _draft_or_404(cycle_id: int) -> Cycle:
    """Every cycle is open to everybody in HR; a launched one is refused with a sentence."""
    cycle = find_cycle(cycle_id) or abort(404)
    refuse_unless_draft(cycle)
    return cycle


def _participant_or_404(cycle_id: int, participant_id: int) -> Participant:
    return find_participant(cycle_id, participant_id) or abort(404)


def _assign(
    cycle: Cycle, participant: Participant, found: Person, group: RaterGroup | None
) -> None:
    service.assign(cycle, participant, found, group, account_id=signed_in_account().id)
    db.session.commit()


def _sample_letters(cycle: Cycle, draft: DraftRound) -> list[RenderedLetter]:
    """One letter of each kind and language: that of the reviewer with the most forms."""
    card = RoundCard.of(cycle, _settings().company)
    tasks = tasks_by_reviewer(draft, card)
    busiest: Counter[int] = Counter({person_id: len(asked) for person_id, asked in tasks.items()})
    samples: dict[tuple[str, str], RenderedLetter] = {}
    for person_id, _count in busiest.most_common():
        reviewer = draft.people[person_id]
        if (reviewer.kind, reviewer.locale) not in samples:
            letter = invitation(card, reviewer, tasks[person_id])
            samples[reviewer.kind, reviewer.locale] = letter
    return [samples[key] for key in sorted(samples)]


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
