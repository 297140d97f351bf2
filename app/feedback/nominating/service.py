"""Employees propose who reviews them; managers approve, change or return; HR sees to the rest."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select

from app.audit.service import record
from app.clock import now
from app.cycles.models import Cycle, Participant
from app.cycles.rules import deadline
from app.cycles.service import refuse_unless_draft
from app.db import db
from app.errors import DomainError
from app.feedback.leaving.rules import Departures
from app.feedback.nominating.emails import (
    Reminded,
    ask_employees,
    remind_of_lists,
    tell_manager,
    tell_of_return,
)
from app.feedback.nominating.models import Nomination, NominationRound, Nominee
from app.feedback.nominating.queries import list_deciding, list_missing
from app.feedback.nominating.rules import (
    Act,
    Finding,
    ListState,
    Moment,
    Refusal,
    Side,
    Ticks,
    faults_of_list,
    refusal_of,
)
from app.feedback.nominating.sheets import Sheet, load_sheet
from app.feedback.nominating.wording import sentence_of, sentence_of_day


class NominationError(DomainError):
    """Something that cannot be done with a list now; the text says why and what helps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """Who acts, and where the letters' links lead."""

    side: Side
    public_url: str
    account_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A list after somebody acted on it, and what kept it from being sent."""

    sheet: Sheet
    faults: tuple[Finding, ...] = ()


def switch_on(
    cycle: Cycle, last_on: date, *, public_url: str, account_id: int | None = None
) -> Departures:
    """Let the participants propose until the end of a day; gives when the letters leave that ask
    them.

    Whoever was asked already is not asked again: a later day is on their page. Raises
    NominationError for a day that is over or comes after the round has closed, CycleError once it
    is launched.
    """
    _hold_draft(cycle)
    last_local, ends_at = deadline(last_on, cycle.time_zone)
    if not now() < ends_at <= cycle.closes_at:
        raise NominationError(sentence_of_day())
    nomination = db.session.get(NominationRound, cycle.id, populate_existing=True)
    if nomination is None:
        nomination = NominationRound(cycle_id=cycle.id)
        db.session.add(nomination)
    nomination.last_local, nomination.ends_at = last_local, ends_at
    db.session.flush()
    new = _participants_without_list(cycle.id)
    if new:
        rows: list[dict[str, Any]] = [
            {"participant_id": one, "state": ListState.ASKED, "reason": "", "revision": 0}
            for one in new
        ]
        db.session.execute(insert(Nomination), rows)
    departures = ask_employees(nomination, new, public_url=public_url)
    record(
        "nomination.switched_on",
        f"cycle:{cycle.id}",
        account_id=account_id,
        detail=f"until {last_local}, {departures.letters} letters",
    )
    return departures


def switch_off(cycle: Cycle, *, account_id: int | None = None) -> None:
    """Go back to the proposal. What was written is kept, and counts again once it is on again."""
    _hold_draft(cycle)
    db.session.execute(delete(NominationRound).where(NominationRound.cycle_id == cycle.id))
    record("nomination.switched_off", f"cycle:{cycle.id}", account_id=account_id)


def remind(cycle: Cycle, *, public_url: str, account_id: int | None = None) -> Reminded:
    """Write to those whose lists are missing, and to managers with lists to settle.

    Employees are written to until the last day only. Raises CycleError once the round is launched,
    NominationError where nobody proposes.
    """
    _hold_draft(cycle)
    nomination = db.session.get(NominationRound, cycle.id, populate_existing=True)
    if nomination is None:
        raise NominationError(sentence_of(Refusal.SWITCHED_OFF))
    is_over = now() >= nomination.ends_at
    reminded = remind_of_lists(
        nomination,
        missing=[] if is_over else list_missing(cycle.id),
        deciding=list_deciding(cycle.id, is_over=is_over),
        public_url=public_url,
    )
    record(
        "nomination.reminded",
        f"cycle:{cycle.id}",
        account_id=account_id,
        detail=f"{reminded.letters} letters",
    )
    return reminded


def keep(participant: Participant, ticks: Ticks, *, revision: int, desk: Desk) -> Written:
    """Store a choice, complete or not; the list stays where it is."""
    nomination = _hold(participant, Act.KEEP, desk, revision)
    return Written(sheet=_store(nomination, _ticked(participant, ticks)))


def propose(participant: Participant, ticks: Ticks, *, revision: int, desk: Desk) -> Written:
    """Send a list to the manager, who gets a letter. A list with faults is kept, not sent."""
    nomination = _hold(participant, Act.PROPOSE, desk, revision)
    return _complete(participant, nomination, ticks, ListState.PROPOSED, desk)


def approve(participant: Participant, ticks: Ticks, *, revision: int, desk: Desk) -> Written:
    """Settle a list as it is ticked. A list with faults is neither changed nor settled."""
    nomination = _hold(participant, Act.APPROVE, desk, revision)
    return _complete(participant, nomination, ticks, ListState.APPROVED, desk)


def give_back(participant: Participant, reason: str, *, revision: int, desk: Desk) -> None:
    """Return a list to the employee, who gets a letter with the reason."""
    nomination = _hold(participant, Act.RETURN, desk, revision)
    nomination.state, nomination.reason = ListState.RETURNED, reason.strip()
    nomination.revision += 1
    tell_of_return(_round_of(participant), participant, reason.strip(), public_url=desk.public_url)
    _record("nomination.returned", participant, desk)


def _complete(
    participant: Participant, nomination: Nomination, ticks: Ticks, state: ListState, desk: Desk
) -> Written:
    sheet = _ticked(participant, ticks)
    faults = tuple(faults_of_list(sheet.groups))
    if faults and state is ListState.APPROVED:
        return Written(sheet=sheet, faults=faults)
    before = nomination.state
    sheet = _store(nomination, sheet)
    if faults:
        return Written(sheet=sheet, faults=faults)
    nomination.state, nomination.reason = state, ""
    db.session.flush()
    if state is ListState.PROPOSED and before is not state:
        manager = participant.person.manager
        tell_manager(_round_of(participant), manager, public_url=desk.public_url)
    _record(f"nomination.{state}", participant, desk)
    return Written(sheet=sheet)


def find_obstacle(participant: Participant, side: Side) -> Refusal | None:
    """Why somebody can only read a list at the moment; None when they may act on it."""
    kept = db.session.get(Nomination, participant.id)
    act = Act.PROPOSE if side is Side.EMPLOYEE else Act.APPROVE
    return _refusal(participant.cycle, kept, act, side, is_current=True)


def _hold_draft(cycle: Cycle) -> None:
    """Keep others from launching it and from writing to its people: presses at once take turns."""
    db.session.refresh(cycle, with_for_update=True)
    refuse_unless_draft(cycle)


def _hold(participant: Participant, act: Act, desk: Desk, revision: int) -> Nomination:
    """The list, with nobody else writing one of its round or launching it. NominationError."""
    cycle = participant.cycle
    db.session.refresh(cycle, with_for_update=True)
    kept = db.session.get(Nomination, participant.id, populate_existing=True)
    is_current = (kept.revision if kept else 0) == revision
    refusal = _refusal(cycle, kept, act, desk.side, is_current=is_current)
    if refusal is not None:
        raise NominationError(sentence_of(refusal))
    if kept is not None:
        return kept
    nomination = Nomination(participant_id=participant.id, state=ListState.ASKED, revision=0)
    db.session.add(nomination)
    db.session.flush()
    return nomination


def _refusal(
    cycle: Cycle, kept: Nomination | None, act: Act, side: Side, *, is_current: bool
) -> Refusal | None:
    running = db.session.get(NominationRound, cycle.id, populate_existing=True)
    return refusal_of(
        Moment(
            side=side,
            act=act,
            state=ListState.ASKED if kept is None else kept.state,
            is_launched=cycle.launched_at is not None,
            is_on=running is not None,
            is_over=running is not None and now() >= running.ends_at,
            is_current=is_current,
        )
    )


def _ticked(participant: Participant, ticks: Ticks) -> Sheet:
    extra = frozenset().union(*ticks.values())
    return load_sheet(participant.cycle, participant, extra=extra).with_ticks(ticks)


def _store(nomination: Nomination, sheet: Sheet) -> Sheet:
    """Write the list down; gives it with the number of its newest writing."""
    db.session.execute(delete(Nominee).where(Nominee.participant_id == nomination.participant_id))
    rows = [
        {
            "participant_id": nomination.participant_id,
            "person_id": one.person_id,
            "rater_group": group.group,
        }
        for group in sheet.groups
        for one in group.chosen
    ]
    if rows:
        db.session.execute(insert(Nominee), rows)
    nomination.revision += 1
    db.session.flush()
    return replace(sheet, revision=nomination.revision)


def _round_of(participant: Participant) -> NominationRound:
    return db.session.get_one(NominationRound, participant.cycle_id)


def _participants_without_list(cycle_id: int) -> list[int]:
    return list(
        db.session.scalars(
            select(Participant.id)
            .outerjoin(Nomination, Nomination.participant_id == Participant.id)
            .where(Participant.cycle_id == cycle_id, Nomination.participant_id.is_(None))
            .order_by(Participant.id)
        )
    )


def _record(action: str, participant: Participant, desk: Desk) -> None:
    subject = f"participant:{participant.id}"
    record(action, subject, account_id=desk.account_id, detail=f"by {desk.side}")
