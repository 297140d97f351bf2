"""A participant's list with everybody who could stand on it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Subquery, and_, case, false, func, or_, select

from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.assigning.queries import load_limits
from app.feedback.assigning.rules import NOMINATED, Limits
from app.feedback.launching.queries import load_draft, load_schemes
from app.feedback.launching.quota import resting_contacts
from app.feedback.nominating.models import Nomination, Nominee
from app.feedback.nominating.rules import Candidate, GroupOfList, ListState, Ticks
from app.mail.models import OptOut
from app.people.groups import PersonKind, RaterGroup
from app.people.models import Department, Person, Relation


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A list as its page shows it."""

    participant_id: int
    state: ListState
    reason: str
    revision: int
    groups: tuple[GroupOfList, ...]
    is_proposal: bool  # nobody has written it: what the reporting line and accounts propose

    @property
    def ticks(self) -> Ticks:
        return {
            group.group: frozenset(one.person_id for one in group.chosen) for group in self.groups
        }

    def with_ticks(self, ticks: Ticks) -> "Sheet":
        """The same list with exactly these people chosen, as far as they are candidates."""
        groups = (one.with_ticks(ticks.get(one.group, frozenset())) for one in self.groups)
        return replace(self, groups=tuple(groups), is_proposal=False)


def load_sheet(cycle: Cycle, participant: Participant, *, extra: Collection[int] = ()) -> Sheet:
    """The list of a participant; `extra` are colleagues from elsewhere who are candidates too."""
    kept = db.session.get(Nomination, participant.id, populate_existing=True)
    is_proposal = kept is None or kept.revision == 0
    chosen = _proposed(cycle, participant) if is_proposal else _stored(participant.id)
    limits = load_limits(cycle.id)
    candidates = _candidates(cycle, participant, {*chosen, *extra}, chosen, limits)
    rules = load_schemes(cycle.id)[participant.scheme_id].groups()
    groups = []
    for rule in rules:
        if rule.group in NOMINATED:
            limit = limits.of(rule, cycle.k_min)
            people = tuple(candidates[rule.group])
            groups.append(
                GroupOfList(group=rule.group, least=limit.least, most=limit.most, candidates=people)
            )
    return Sheet(
        participant_id=participant.id,
        state=ListState.ASKED if kept is None else kept.state,
        reason="" if kept is None else kept.reason,
        revision=0 if kept is None else kept.revision,
        groups=tuple(groups),
        is_proposal=is_proposal,
    )


def _stored(participant_id: int) -> dict[int, RaterGroup]:
    rows = db.session.execute(
        select(Nominee.person_id, Nominee.rater_group).where(
            Nominee.participant_id == participant_id
        )
    )
    return dict(rows.all())


def _proposed(cycle: Cycle, participant: Participant) -> dict[int, RaterGroup]:
    """What the launch would take if nobody chose."""
    return {
        row.person_id: row.group
        for row in load_draft(cycle).assignments
        if row.participant_id == participant.id and row.group in NOMINATED
    }


def _candidates(
    cycle: Cycle,
    participant: Participant,
    named: set[int],
    chosen: Mapping[int, RaterGroup],
    limits: Limits,
) -> dict[RaterGroup, list[Candidate]]:
    resting = resting_contacts(cycle)
    found: dict[RaterGroup, list[Candidate]] = {group: [] for group in NOMINATED}
    for row in _people(cycle, participant, named):
        group = _group_of(row, participant.person)
        if group is not None:
            found[group].append(_candidate(row, cycle, limits, resting, chosen.get(row.id)))
    return found


def _candidate(
    row: Row[Any],
    cycle: Cycle,
    limits: Limits,
    resting: Mapping[int, date],
    chosen: RaterGroup | None,
) -> Candidate:
    is_customer = row.kind is PersonKind.CUSTOMER
    return Candidate(
        person_id=row.id,
        name=row.name,
        place=row.department or row.company,
        forms=row.lists + (0 if is_customer else row.reports + row.own),
        most_forms=cycle.customer_most_forms if is_customer else limits.load_cap,
        is_chosen=chosen is not None,
        rests_until=resting.get(row.id),
    )


def _group_of(row: Row[Any], subject: Person) -> RaterGroup | None:
    """The workbook's word first, then the lines; a colleague from elsewhere is a peer."""
    if row.rater_group is not None:
        group: RaterGroup = row.rater_group
        return group if group in NOMINATED else None
    if row.kind is PersonKind.CUSTOMER:
        return RaterGroup.CUSTOMER if row.account_owner_id == subject.id else None
    if row.manager_id == subject.id:
        return RaterGroup.SUBORDINATE
    return RaterGroup.PEER


def _people(cycle: Cycle, participant: Participant, named: set[int]) -> list[Row[Any]]:
    """Everybody around a participant, in one statement, with the forms they have from others."""
    subject = participant.person
    lists, reports, own = _lists(cycle, participant), _reports(cycle), _taking_part(cycle)
    found = (
        select(
            Person.id,
            Person.name,
            Person.kind,
            Person.company,
            Person.manager_id,
            Person.account_owner_id,
            Department.name.label("department"),
            Relation.rater_group,
            func.coalesce(lists.c.lists, 0).label("lists"),
            func.coalesce(reports.c.reports, 0).label("reports"),
            case((own.c.id.is_not(None), 1), else_=0).label("own"),
        )
        .outerjoin(Department, Department.id == Person.department_id)
        .outerjoin(
            Relation, (Relation.reviewer_id == Person.id) & (Relation.subject_id == subject.id)
        )
        .outerjoin(OptOut, OptOut.address == Person.email)
        .outerjoin(lists, lists.c.person_id == Person.id)
        .outerjoin(reports, reports.c.manager_id == Person.id)
        .outerjoin(own, own.c.id == Person.id)
        .where(*_around(subject, named), OptOut.address.is_(None))
        .order_by(Person.name, Person.id)
    )
    return list(db.session.execute(found))


def _around(subject: Person, named: set[int]) -> tuple[ColumnElement[bool], ...]:
    """Who may be proposed: never the person, nor the manager, who reads the result."""
    is_colleague = (
        and_(Person.manager_id == subject.manager_id, Person.kind == PersonKind.EMPLOYEE)
        if subject.manager_id is not None
        else false()
    )
    is_near = or_(
        is_colleague,
        Person.manager_id == subject.id,
        Person.account_owner_id == subject.id,
        Relation.id.is_not(None),
        Person.id.in_(named),
    )
    is_other = Person.id != subject.id
    is_no_reader = Person.id.is_distinct_from(subject.manager_id)
    return is_near, is_other, is_no_reader, Person.email.is_not(None)


def _lists(cycle: Cycle, participant: Participant) -> Subquery:
    """On how many lists of others each person stands, once these have been sent."""
    return (
        select(Nominee.person_id, func.count().label("lists"))
        .join(Nomination, Nomination.participant_id == Nominee.participant_id)
        .join(Participant, Participant.id == Nomination.participant_id)
        .where(
            Participant.cycle_id == cycle.id,
            Participant.id != participant.id,
            Nomination.state.in_((ListState.PROPOSED, ListState.APPROVED)),
        )
        .group_by(Nominee.person_id)
        .subquery()
    )


def _taking_part(cycle: Cycle) -> Subquery:
    """Everybody who is reviewed, and so has a form about themselves."""
    return (
        select(Person.id, Person.manager_id)
        .join(
            Participant, (Participant.person_id == Person.id) & (Participant.cycle_id == cycle.id)
        )
        .subquery()
    )


def _reports(cycle: Cycle) -> Subquery:
    """How many people of the round each manager rates."""
    below = _taking_part(cycle)
    return (
        select(below.c.manager_id, func.count().label("reports"))
        .group_by(below.c.manager_id)
        .subquery()
    )
