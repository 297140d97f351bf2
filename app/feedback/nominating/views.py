"""Lists of reviewers: the employee proposes, the manager decides, HR sees how far all are."""

from collections import Counter
from dataclasses import replace

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
from app.feedback.assigning.rules import NOMINATED
from app.feedback.launching.queries import find_person
from app.feedback.nominating import queries, service
from app.feedback.nominating.forms import SwitchOn
from app.feedback.nominating.rules import LONGEST_REASON, Act, ListState, Refusal, Side, Ticks
from app.feedback.nominating.service import Desk
from app.feedback.nominating.sheets import Sheet, load_sheet
from app.feedback.nominating.wording import (
    asked_in_words,
    reminded_in_words,
    sentence_of,
    sentence_of_fault,
    state_names,
)
from app.feedback.wording import deadline_in_words
from app.people.models import Person
from app.people.wording import group_name
from app.web.policy import hr_only, signed_in

bp = Blueprint("nominating", __name__)

# What is not for the reader's eyes: a list that is not sent yet, or who was asked in the end.
HIDDEN = frozenset({Refusal.LAUNCHED, Refusal.SWITCHED_OFF, Refusal.NOT_PROPOSED})


@bp.app_context_processor
def words() -> dict[str, object]:
    """What pages that point to lists say about them."""
    return {"list_state_names": state_names, "deadline_in_words": deadline_in_words}


# --- The employee ---------------------------------------------------------------------------------


@bp.get("/me/reviewers")
@signed_in
def own_lists() -> ResponseReturnValue:
    """The lists that somebody is asked to propose."""
    person = _person()
    lines = queries.lists_of_employee(person.id) if person else []
    return render_template("nominating/own_lists.html", lines=lines, now=now())


@bp.route("/me/reviewers/<int:participant_id>", methods=["GET", "POST"])
@signed_in
def own_list(participant_id: int) -> ResponseReturnValue:
    person = _person() or abort(404)
    participant = queries.find_own(participant_id, person.id) or abort(404)
    return _answer(participant, Side.EMPLOYEE, back=url_for(".own_lists"))


# --- The manager ----------------------------------------------------------------------------------


@bp.get("/m/reviewers")
@signed_in
def team_lists() -> ResponseReturnValue:
    """The lists of a manager's people; those that wait come first."""
    person = _person()
    lines = queries.lists_of_manager(person.id) if person else []
    lines.sort(key=lambda line: line.state is not ListState.PROPOSED)
    return render_template("nominating/team_lists.html", lines=lines)


@bp.route("/m/reviewers/<int:participant_id>", methods=["GET", "POST"])
@signed_in
def team_list(participant_id: int) -> ResponseReturnValue:
    person = _person() or abort(404)
    participant = queries.find_of_team(participant_id, person.id) or abort(404)
    return _answer(participant, Side.MANAGER, back=url_for(".team_lists"))


# --- HR -------------------------------------------------------------------------------------------


@bp.route("/hr/c/<int:cycle_id>/nomination", methods=["GET", "POST"])
@hr_only
def of_cycle(cycle_id: int) -> ResponseReturnValue:
    """Whether employees propose, until when, and how far each list is."""
    cycle = _draft_or_404(cycle_id)
    nomination = queries.find_round(cycle_id)
    form = SwitchOn.showing(cycle, nomination)
    if form.validate_on_submit():
        departures = service.switch_on(
            cycle,
            form.last_on.data,
            public_url=_settings().public_url,
            account_id=signed_in_account().id,
        )
        db.session.commit()
        for sentence in asked_in_words(departures, cycle):
            flash(sentence)
        return redirect(url_for(".of_cycle", cycle_id=cycle_id))
    lines = queries.lists_of_round(cycle_id)
    page = render_template(
        "nominating/of_cycle.html",
        cycle=cycle,
        step="people",
        nomination=nomination,
        form=form,
        lines=lines,
        counts=Counter(line.state for line in lines),
        waiting=any(line.state not in (None, ListState.APPROVED) for line in lines),
        states=[None, *ListState],
    )
    return page, 422 if form.errors else 200


@bp.post("/hr/c/<int:cycle_id>/nomination/off")
@hr_only
def switch_off(cycle_id: int) -> ResponseReturnValue:
    service.switch_off(_draft_or_404(cycle_id), account_id=signed_in_account().id)
    db.session.commit()
    flash(_("Nobody proposes any more; the launch takes the proposal. Lists are kept."))
    return redirect(url_for(".of_cycle", cycle_id=cycle_id))


@bp.post("/hr/c/<int:cycle_id>/nomination/remind")
@hr_only
def remind(cycle_id: int) -> ResponseReturnValue:
    """Write to whoever keeps a list waiting."""
    reminded = service.remind(
        _draft_or_404(cycle_id),
        public_url=_settings().public_url,
        account_id=signed_in_account().id,
    )
    db.session.commit()
    flash(reminded_in_words(reminded))
    return redirect(url_for(".of_cycle", cycle_id=cycle_id))


@bp.route("/hr/c/<int:cycle_id>/nomination/<int:participant_id>", methods=["GET", "POST"])
@hr_only
def list_of_cycle(cycle_id: int, participant_id: int) -> ResponseReturnValue:
    participant = queries.find_of_round(participant_id, cycle_id) or abort(404)
    return _answer(participant, Side.HR, back=url_for(".of_cycle", cycle_id=cycle_id))


# --- A list, whoever looks at it ------------------------------------------------------------------


def _answer(participant: Participant, side: Side, *, back: str) -> ResponseReturnValue:
    """Show a list, or do with it what the button says."""
    if request.method == "GET":
        return _page(participant, side, back)
    acts = {"add": _add, "return": _give_back, "keep": _send, "propose": _send, "approve": _send}
    act = acts.get(request.form.get("action", "")) or abort(404)
    return act(participant, side, back)


def _send(participant: Participant, side: Side, back: str) -> ResponseReturnValue:
    """Keep, propose or approve what is ticked."""
    action = Act(request.form["action"])
    if (side is Side.EMPLOYEE) is (action is Act.APPROVE):
        abort(404)
    do = {Act.KEEP: service.keep, Act.PROPOSE: service.propose}.get(action, service.approve)
    written = do(participant, _ticks(), revision=_revision(), desk=_desk(side))
    db.session.commit()
    if written.faults:
        sentences = [sentence_of_fault(fault) for fault in written.faults]
        return _page(participant, side, back, sheet=written.sheet, errors=sentences)
    said = {
        Act.KEEP: _("Saved. Send the list when it is complete."),
        Act.PROPOSE: _("Sent. You hear of it only if something is to be changed."),
        Act.APPROVE: _("Approved. The launch takes this list."),
    }
    flash(said[action])
    return redirect(request.path if action is Act.KEEP else back)


def _add(participant: Participant, side: Side, back: str) -> ResponseReturnValue:
    """Put somebody from elsewhere on the list that the page shows."""
    found = find_person(request.form.get("number", ""))
    if found is None:
        sentence = _("Nobody has this staff number or e-mail address.")
        return _page(participant, side, back, sheet=_as_ticked(participant), errors=[sentence])
    sheet = _as_ticked(participant, found.id)
    if found.id not in frozenset().union(*sheet.ticks.values()):
        sentence = _("%(name)s cannot be proposed here. Choose somebody else.", name=found.name)
        return _page(participant, side, back, sheet=sheet, errors=[sentence])
    if side is not Side.EMPLOYEE:  # stored when it is approved
        return _page(participant, side, back, sheet=sheet)
    service.keep(participant, sheet.ticks, revision=_revision(), desk=_desk(side))
    db.session.commit()
    flash(_("%(name)s is on the list.", name=found.name))
    return redirect(request.path)


def _give_back(participant: Participant, side: Side, back: str) -> ResponseReturnValue:
    if side is Side.EMPLOYEE:
        abort(404)
    reason = request.form.get("reason", "").strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        sentence = _(
            "Write what should be different, in up to %(most)s characters.", most=LONGEST_REASON
        )
        return _page(participant, side, back, sheet=_as_ticked(participant), errors=[sentence])
    service.give_back(participant, reason, revision=_revision(), desk=_desk(side))
    db.session.commit()
    flash(_("Returned. %(name)s gets a letter with your words.", name=participant.person.name))
    return redirect(back)


def _page(
    participant: Participant,
    side: Side,
    back: str,
    *,
    sheet: Sheet | None = None,
    errors: list[str] | None = None,
) -> ResponseReturnValue:
    refusal = service.find_obstacle(participant, side)
    is_hidden = refusal in HIDDEN
    if sheet is None and not is_hidden:
        sheet = load_sheet(participant.cycle, participant)
    page = render_template(
        "nominating/list.html",
        cycle=participant.cycle,
        name=participant.person.name,
        manager=participant.person.manager.name if participant.person.manager else None,
        side=side,
        back=back,
        sheet=None if is_hidden else sheet,
        obstacle=sentence_of(refusal) if refusal else None,
        nomination=queries.find_round(participant.cycle_id),
        errors=errors or [],
        reason=request.form.get("reason", ""),
        longest=LONGEST_REASON,
        group_name=group_name,
    )
    return page, 422 if errors else 200


def _as_ticked(participant: Participant, *more: int) -> Sheet:
    """The list as the page shows it; each person is a candidate of one group only."""
    ticks = {group: people.union(more) for group, people in _ticks().items()}
    extra = frozenset().union(*ticks.values())
    sheet = load_sheet(participant.cycle, participant, extra=extra).with_ticks(ticks)
    return replace(sheet, revision=_revision())


def _ticks() -> Ticks:
    return {group: frozenset(request.form.getlist(group, type=int)) for group in NOMINATED}


def _revision() -> int:
    return request.form.get("revision", -1, type=int)


def _person() -> Person | None:
    return queries.person_of(signed_in_account().id)


def _draft_or_404(cycle_id: int) -> Cycle:
    """Every cycle is open to everybody in HR; a launched one is refused with a sentence."""
    cycle = find_cycle(cycle_id) or abort(404)
    refuse_unless_draft(cycle)
    return cycle


def _desk(side: Side) -> Desk:
    return Desk(side=side, public_url=_settings().public_url, account_id=signed_in_account().id)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
