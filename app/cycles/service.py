"""Plan a review round and choose who takes part in it; both only while it is a draft."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, insert, select

from app.audit.service import record
from app.cycles.models import Cycle, Participant
from app.cycles.rules import (
    CyclePlan,
    PlanFault,
    deadline,
    faults_of_plan,
    opening,
    scheme_for_job,
)
from app.db import db
from app.errors import DomainError
from app.people.groups import PersonKind
from app.people.models import Person
from app.schemes.service import list_schemes


class CycleError(DomainError):
    """A plan that cannot be used, or a change that comes too late; the text says which."""


def create_cycle(plan: CyclePlan, *, account_id: int | None = None) -> Cycle:
    """A new draft. Raises CycleError when the plan or its name cannot be used."""
    cycle = Cycle(**_columns(plan))
    _refuse_faults(plan, cycle_id=None)
    db.session.add(cycle)
    db.session.flush()
    record("cycle.created", f"cycle:{cycle.id}", account_id=account_id, detail=cycle.name)
    return cycle


def change_cycle(cycle: Cycle, plan: CyclePlan, *, account_id: int | None = None) -> None:
    """Plan a draft anew. Raises CycleError once it is launched, or for a plan that is wrong."""
    refuse_unless_draft(cycle)
    _refuse_faults(plan, cycle_id=cycle.id)
    for name, value in _columns(plan).items():
        setattr(cycle, name, value)
    db.session.flush()
    record("cycle.changed", f"cycle:{cycle.id}", account_id=account_id)


def add_participants(
    cycle: Cycle, person_ids: Collection[int] | None = None, *, account_id: int | None = None
) -> int:
    """Add employees, by default all whose job has a scheme; gives how many are new.

    Nobody is added twice, and nobody without a scheme for their job.
    """
    refuse_unless_draft(cycle)
    wanted = suited_people()
    kept = _participating(cycle.id)
    rows = [
        {
            "cycle_id": cycle.id,
            "person_id": person_id,
            "scheme_id": scheme_id,
            "manager_id": manager_id,
        }
        for person_id, (scheme_id, manager_id) in wanted.items()
        if person_id not in kept and (person_ids is None or person_id in person_ids)
    ]
    if rows:
        db.session.execute(insert(Participant), rows)
        record(
            "cycle.participants_added",
            f"cycle:{cycle.id}",
            account_id=account_id,
            detail=str(len(rows)),
        )
    return len(rows)


def choose_participants(
    cycle: Cycle, person_ids: Collection[int], *, account_id: int | None = None
) -> int:
    """Make exactly these take part; gives how many do.

    A choice of nobody, or of nobody whom a scheme suits, gives 0 and leaves those who are chosen:
    a page sent without a tick is a slip, and what was changed about their reviewers would be lost.
    """
    refuse_unless_draft(cycle)
    present = _participating(cycle.id)
    if not set(person_ids) & (present | suited_people().keys()):
        return 0
    dropped = present - set(person_ids)
    if dropped:
        db.session.execute(
            delete(Participant).where(
                Participant.cycle_id == cycle.id, Participant.person_id.in_(dropped)
            )
        )
    add_participants(cycle, set(person_ids), account_id=account_id)
    return len(_participating(cycle.id))


def suited_people() -> dict[int, tuple[int, int | None]]:
    """Every employee whose job has a scheme: person → (scheme, manager), by name."""
    jobs = {scheme.id: scheme.definition["jobs"] for scheme in list_schemes()}
    rows = db.session.execute(
        select(Person.id, Person.job, Person.manager_id)
        .where(Person.kind == PersonKind.EMPLOYEE)
        .order_by(Person.name, Person.id)
    )
    by_title: dict[str, int | None] = {}
    suited = {}
    for person_id, job, manager_id in rows:
        if job not in by_title:
            by_title[job] = scheme_for_job(job, jobs)
        scheme_id = by_title[job]
        if scheme_id is not None:
            suited[person_id] = (scheme_id, manager_id)
    return suited


def refuse_unless_draft(cycle: Cycle) -> None:
    """Raise CycleError once the round is launched: its reviewers have been told what is asked."""
    if cycle.launched_at is not None:
        raise CycleError(_("“%(cycle)s” is launched and cannot be changed.", cycle=cycle.name))


def sentence_of_fault(fault: PlanFault) -> str:
    """What to tell the person who planned it so."""
    sentences: dict[PlanFault, str] = {
        PlanFault.NAME_EMPTY: _("Give the cycle a name."),
        PlanFault.PERIOD_ENDS_FIRST: _("The period must not end before it begins."),
        PlanFault.CLOSES_BEFORE_OPENING: _("The last day must not be before the first."),
        PlanFault.UNKNOWN_ZONE: _("Choose a time zone from the list."),
        PlanFault.UNKNOWN_MODE: _("Choose “confidential” or “anonymous”."),
        PlanFault.GROUP_MINIMUM_TOO_LOW: _("The group minimum cannot be below 3."),
        PlanFault.REST_OUT_OF_RANGE: _("Customers are left in peace for 0 to 730 days."),
        PlanFault.FORMS_OUT_OF_RANGE: _("A customer is asked about 1 to 20 people."),
    }
    return sentences[fault]


def _refuse_faults(plan: CyclePlan, *, cycle_id: int | None) -> None:
    faults = faults_of_plan(plan)
    if faults:
        raise CycleError(" ".join(sentence_of_fault(fault) for fault in faults))
    if is_name_taken(plan.name, other_than=cycle_id):
        raise CycleError(_("There is already a cycle with this name."))


def is_name_taken(name: str, *, other_than: int | None) -> bool:
    """Whether another cycle has this name."""
    found = db.session.scalar(select(Cycle.id).where(Cycle.name == name.strip()))
    return found is not None and found != other_than


def _columns(plan: CyclePlan) -> dict[str, Any]:
    if PlanFault.UNKNOWN_ZONE in faults_of_plan(plan):
        raise CycleError(sentence_of_fault(PlanFault.UNKNOWN_ZONE))
    closes_local, closes_at = deadline(plan.closes_on, plan.time_zone)
    return {
        "name": plan.name.strip(),
        "period_from": plan.period_from,
        "period_to": plan.period_to,
        "time_zone": plan.time_zone,
        "opens_at": opening(plan.opens_on, plan.time_zone),
        "closes_local": closes_local,
        "closes_at": closes_at,
        "mode": plan.mode,
        "k_min": plan.k_min,
        "customer_rest_days": plan.customer_rest_days,
        "customer_most_forms": plan.customer_most_forms,
        "compares": plan.compares,
        "asks_code": plan.asks_code,
        "purpose_zh": plan.purpose_zh.strip(),
        "purpose_en": plan.purpose_en.strip(),
        "contact_name": plan.contact_name.strip(),
        "contact_email": plan.contact_email.strip(),
        "contact_phone": plan.contact_phone.strip(),
    }


def _participating(cycle_id: int) -> set[int]:
    chosen = select(Participant.person_id).where(Participant.cycle_id == cycle_id)
    return set(db.session.scalars(chosen))


def count_participants(cycle_id: int) -> int:
    """How many people are reviewed in the round."""
    count = select(func.count()).select_from(Participant).where(Participant.cycle_id == cycle_id)
    return db.session.scalar(count) or 0
