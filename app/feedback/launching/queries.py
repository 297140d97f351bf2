"""What a draft round looks like: its participants, everybody around them, who would be asked."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, func, select

from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.assigning.queries import load_limits
from app.feedback.assigning.rules import (
    Assignment,
    DoubleRole,
    GroupRule,
    Limits,
    Subject,
    Surroundings,
    double_roles,
    propose_requests,
)
from app.feedback.launching.quota import Quota, resting_contacts, within_quota
from app.feedback.models import AssignmentChange
from app.feedback.nominating.models import Nomination, NominationRound, Nominee
from app.feedback.nominating.rules import ListState
from app.mail.models import OptOut
from app.people.groups import PersonKind, RaterGroup
from app.people.models import Department, Person, Relation
from app.questionnaires.models import Competency, Item
from app.questionnaires.rules import asked_groups
from app.schemes.models import Scheme
from app.schemes.rules import LOWEST_GROUP_MINIMUM, check_definition, with_minimum


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonCard:
    """Somebody who is asked or asked about, as letters and pages name them."""

    id: int
    kind: PersonKind
    name: str
    email: str | None
    locale: str
    time_zone: str
    place: str  # the department, or a customer's company


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemeCard:
    """What a letter must know of a scheme: its rules, and how long each rater group's form is."""

    id: int
    questionnaire_id: int
    name_zh: str
    name_en: str
    definition: dict[str, Any]
    items: Mapping[RaterGroup, int]  # number of items on the form of each
    is_sound: bool

    def groups(self) -> tuple[GroupRule, ...]:
        """Whom it asks; a group without any item would be given an empty form."""
        return tuple(
            GroupRule(
                group=RaterGroup(row["id"]),
                k_min=int(row["k_min"]),
                pool=row["pool"],
                protected=bool(row["protected"]),
            )
            for row in self.definition["groups"]
            if self.items.get(RaterGroup(row["id"]))
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftRound:
    """A whole draft at one moment. Two of the same draft are equal unless something changed."""

    cycle_id: int
    subjects: tuple[Subject, ...]
    scheme_of: dict[int, int]  # participant → scheme
    schemes: dict[int, SchemeCard]
    assignments: tuple[Assignment, ...]
    people: dict[int, PersonCard]  # participants and reviewers
    limits: Limits
    double_roles: tuple[DoubleRole, ...]  # of those who are asked
    opted_out: frozenset[int]  # who would be asked, had they not asked for no more letters
    quota: Quota  # what the rest of customers leaves, and takes out
    without_list: frozenset[int]  # participants who were to propose reviewers; nothing is approved


def load_draft(cycle: Cycle) -> DraftRound:
    """Read a draft and propose who rates whom; as many statements for 20 people as for 2,000."""
    schemes = load_schemes(cycle.id, k_min=cycle.k_min)
    rows = _participants(cycle.id)
    subjects = _subjects(rows, schemes)
    lists, changes = _lists(cycle.id), _changes(cycle.id)
    everybody = _everybody()
    around = replace(_surroundings(cycle.id, everybody), approved=lists.approved)
    limits = load_limits(cycle.id)
    proposed = propose_requests(subjects, around, changes, limits)
    unwilling = frozenset(row.id for row in everybody if row.is_customer and row.asked_on)
    quota = within_quota(
        [row for row in proposed if row.person_id not in unwilling],
        contacts=around.owner_of.keys(),
        resting=resting_contacts(cycle),
        most_forms=cycle.customer_most_forms,
    )
    asked = {row.person_id for row in quota.kept}
    wanted = {row.person_id for row in proposed} | {row.person_id for row in subjects}
    return DraftRound(
        cycle_id=cycle.id,
        subjects=subjects,
        scheme_of={row.id: row.scheme_id for row in rows},
        schemes=schemes,
        assignments=quota.kept,
        people={row.id: _card(row) for row in everybody if row.id in wanted},
        limits=limits,
        double_roles=tuple(
            row for row in double_roles(subjects, around, changes) if row.person_id in asked
        ),
        opted_out=unwilling.intersection(row.person_id for row in proposed),
        quota=quota,
        without_list=lists.missing,
    )


def _subjects(
    rows: Sequence[Row[int, int, int, int | None]], schemes: Mapping[int, SchemeCard]
) -> tuple[Subject, ...]:
    groups = {scheme.id: scheme.groups() for scheme in schemes.values()}
    return tuple(
        Subject(
            participant_id=row.id,
            person_id=row.person_id,
            manager_id=row.manager_id,
            groups=groups[row.scheme_id],
        )
        for row in rows
    )


def _participants(cycle_id: int) -> Sequence[Row[int, int, int, int | None]]:
    return db.session.execute(
        select(Participant.id, Participant.person_id, Participant.scheme_id, Person.manager_id)
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.cycle_id == cycle_id)
        .order_by(Participant.id)
    ).all()


def load_schemes(cycle_id: int, *, k_min: int = LOWEST_GROUP_MINIMUM) -> dict[int, SchemeCard]:
    """The schemes that a round uses, with the lengths of their forms.

    `k_min` is the round's own minimum for protected groups: what leaves enough raters in an
    average of at least 3 may leave too few of the more that the round asks for.
    """
    used = select(Participant.scheme_id).where(Participant.cycle_id == cycle_id)
    schemes = db.session.scalars(select(Scheme).where(Scheme.id.in_(used))).all()
    questionnaires = [scheme.questionnaire_id for scheme in schemes]
    items: dict[int, Counter[RaterGroup]] = defaultdict(Counter)
    codes: dict[int, set[str]] = defaultdict(set)
    for questionnaire_id, code, asked, count in db.session.execute(
        select(Competency.questionnaire_id, Competency.code, Item.asked, func.count())
        .join(Item, Item.competency_id == Competency.id)
        .where(Competency.questionnaire_id.in_(questionnaires))
        .group_by(Competency.questionnaire_id, Competency.code, Item.asked)
    ):
        items[questionnaire_id].update(dict.fromkeys(asked_groups(asked), count))
        codes[questionnaire_id].add(code)
    return {
        scheme.id: SchemeCard(
            id=scheme.id,
            questionnaire_id=scheme.questionnaire_id,
            name_zh=scheme.name_zh,
            name_en=scheme.name_en,
            definition=scheme.definition,
            items=items[scheme.questionnaire_id],
            is_sound=not check_definition(
                with_minimum(scheme.definition, k_min),
                competencies=codes[scheme.questionnaire_id],
            ),
        )
        for scheme in schemes
    }


def find_participant(cycle_id: int, participant_id: int) -> Participant | None:
    """A participant of this very round."""
    return db.session.scalar(
        select(Participant).where(
            Participant.id == participant_id, Participant.cycle_id == cycle_id
        )
    )


def find_person(number_or_email: str) -> Person | None:
    """By staff number or e-mail, never by name: names repeat."""
    text = number_or_email.strip()
    return db.session.scalar(
        select(Person).where((Person.staff_number == text) | (Person.email == text.lower()))
    )


def _surroundings(cycle_id: int, everybody: Sequence[Row[*tuple[Any, ...]]]) -> Surroundings:
    standing: dict[int, dict[int, RaterGroup]] = defaultdict(dict)
    for subject_id, reviewer_id, group in db.session.execute(
        select(Relation.subject_id, Relation.reviewer_id, Relation.rater_group)
        .join(Participant, Participant.person_id == Relation.subject_id)
        .where(Participant.cycle_id == cycle_id)
    ):
        standing[subject_id][reviewer_id] = group
    return Surroundings(
        manager_of={row.id: row.manager_id for row in everybody if not row.is_customer},
        owner_of={row.id: row.account_owner_id for row in everybody if row.is_customer},
        standing=dict(standing),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lists:
    """What employees proposed; both are empty in a round without nomination."""

    approved: dict[int, dict[int, RaterGroup]]  # subject → reviewer → group
    missing: frozenset[int]  # subjects without an approved list


def _lists(cycle_id: int) -> _Lists:
    """The lists of a round, in one statement; one that names nobody is approved all the same."""
    approved: dict[int, dict[int, RaterGroup]] = {}
    missing = set()
    for subject_id, state, person_id, group in db.session.execute(
        select(Participant.person_id, Nomination.state, Nominee.person_id, Nominee.rater_group)
        .join(NominationRound, NominationRound.cycle_id == Participant.cycle_id)
        .outerjoin(Nomination, Nomination.participant_id == Participant.id)
        .outerjoin(Nominee, Nominee.participant_id == Nomination.participant_id)
        .where(Participant.cycle_id == cycle_id)
    ):
        if state is not ListState.APPROVED:
            missing.add(subject_id)
            continue
        chosen = approved.setdefault(subject_id, {})
        if person_id is not None:
            chosen[person_id] = group
    return _Lists(approved=approved, missing=frozenset(missing))


def _changes(cycle_id: int) -> dict[tuple[int, int], RaterGroup | None]:
    rows = db.session.execute(
        select(
            AssignmentChange.participant_id,
            AssignmentChange.person_id,
            AssignmentChange.rater_group,
        )
        .join(Participant, Participant.id == AssignmentChange.participant_id)
        .where(Participant.cycle_id == cycle_id)
    )
    return {(participant_id, person_id): group for participant_id, person_id, group in rows}


def _everybody() -> Sequence[Row[*tuple[Any, ...]]]:
    """All people at once: a list of thousands of ids would be the slower question.

    `asked_on` is the day on which their address asked for no more letters.
    """
    return db.session.execute(
        select(
            Person.id,
            Person.kind,
            (Person.kind == PersonKind.CUSTOMER).label("is_customer"),
            Person.manager_id,
            Person.account_owner_id,
            Person.name,
            Person.email,
            Person.locale,
            Person.time_zone,
            Person.company,
            Department.name.label("department"),
            OptOut.asked_on,
        )
        .outerjoin(Department, Department.id == Person.department_id)
        .outerjoin(OptOut, OptOut.address == Person.email)
    ).all()


def _card(row: Row[*tuple[Any, ...]]) -> PersonCard:
    return PersonCard(
        id=row.id,
        kind=row.kind,
        name=row.name,
        email=row.email,
        locale=row.locale,
        time_zone=row.time_zone,
        place=row.department or row.company or "",
    )
