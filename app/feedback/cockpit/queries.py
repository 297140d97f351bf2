"""The figures of a round: who has done what, never what was said. Statements do not grow."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, distinct, exists, false, func, select

from app.cycles.models import Cycle, Participant
from app.db import UTCDateTime, db
from app.feedback.cockpit.rules import Count
from app.feedback.launching.queries import load_schemes
from app.feedback.launching.rules import GroupFate, fate_of_groups, is_reportable
from app.feedback.leaving.queries import jobs_that_may_go
from app.feedback.measuring.rules import shows_begun
from app.feedback.models import FeedbackRequest, Invitation, RequestState, Reviewer
from app.feedback.relations.models import RelationClaim
from app.feedback.reminding.queries import STILL_OPEN
from app.jobs.models import Job, JobKind, JobState
from app.mail.models import Letter, LetterState, MailFlow
from app.people.groups import RaterGroup
from app.people.models import Department, Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Funnel:
    """Forms, from asked to answered."""

    asked: int
    delivered: int
    started: int | None  # None where the number could point to somebody
    submitted: int
    declined: int


@dataclass(frozen=True, kw_only=True, slots=True)
class HeatRow:
    department_id: int | None
    department: str
    cells: dict[RaterGroup, Count]

    @property
    def total(self) -> Count:
        return sum(self.cells.values(), Count(done=0, all=0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Risk:
    """A participant's group that can no longer reach its minimum, even if all answer."""

    name: str
    group: RaterGroup
    possible: int
    needed: int
    fate: GroupFate


@dataclass(frozen=True, kw_only=True, slots=True)
class Reportable:
    """For how many participants a report can be made already, and whose groups are in danger."""

    count: Count
    risks: list[Risk]


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """The letters of a round by their fate.

    Of those waiting, `delayed` ones wait for another try and `later` ones for a day or a morning:
    the first for `later_from`, the last for `later_until`.
    """

    sent: int
    waiting: int
    delayed: int
    failed: int
    uncertain: int
    is_paused: bool  # HR holds back whatever waits
    later: int
    later_from: datetime | None
    later_until: datetime | None
    may_go_now: bool  # some of the later ones are invitations that HR can have leave now

    @property
    def leaving(self) -> int:
        """Letters that could leave now."""
        return self.waiting - self.later

    @property
    def all(self) -> int:
        """Letters whose time has come, whatever became of them."""
        return self.sent + self.leaving + self.failed + self.uncertain


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleLine:
    """A round in HR's list."""

    cycle: Cycle
    participants: int
    forms: Count


def list_cycles() -> list[CycleLine]:
    """Every round, the latest first, with its people and forms."""
    people = (
        select(Participant.cycle_id, func.count().label("people"))
        .group_by(Participant.cycle_id)
        .subquery()
    )
    forms = (
        select(
            Reviewer.cycle_id,
            func.count().label("asked"),
            func.sum(case((FeedbackRequest.state == RequestState.SUBMITTED, 1), else_=0)).label(
                "submitted"
            ),
        )
        .join(FeedbackRequest, FeedbackRequest.reviewer_id == Reviewer.id)
        .group_by(Reviewer.cycle_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Cycle, people.c.people, forms.c.asked, forms.c.submitted)
        .outerjoin(people, people.c.cycle_id == Cycle.id)
        .outerjoin(forms, forms.c.cycle_id == Cycle.id)
        .order_by(Cycle.opens_at.desc(), Cycle.id.desc())
    )
    return [
        CycleLine(
            cycle=row.Cycle,
            participants=row.people or 0,
            forms=Count(done=row.submitted or 0, all=row.asked or 0),
        )
        for row in rows
    ]


def load_heat(cycle_id: int) -> list[HeatRow]:
    """Submitted forms per department of the people reviewed and rater group."""
    submitted = func.sum(case((FeedbackRequest.state == RequestState.SUBMITTED, 1), else_=0))
    rows = db.session.execute(
        select(
            Person.department_id,
            Department.name,
            FeedbackRequest.rater_group,
            submitted.label("submitted"),
            func.count().label("asked"),
        )
        .join(Participant, Participant.id == FeedbackRequest.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(Participant.cycle_id == cycle_id)
        .group_by(Person.department_id, Department.name, FeedbackRequest.rater_group)
        .order_by(Department.name)
    )
    heat: dict[int | None, HeatRow] = {}
    for row in rows:
        line = heat.setdefault(
            row.department_id,
            HeatRow(department_id=row.department_id, department=row.name or "", cells={}),
        )
        line.cells[row.rater_group] = Count(done=row.submitted, all=row.asked)
    return list(heat.values())


def load_funnel(cycle_id: int) -> Funnel:
    """Forms asked for, delivered by mail, begun, submitted, declined; never who has a draft."""
    state = FeedbackRequest.state
    reached = (
        select(distinct(Invitation.reviewer_id))
        .join(Letter, Letter.id == Invitation.letter_id)
        .where(Letter.state == LetterState.SENT)
    )

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    row = db.session.execute(
        select(
            func.count(),
            count(FeedbackRequest.reviewer_id.in_(reached)),
            count(state.in_([RequestState.STARTED, RequestState.SUBMITTED])),
            count(state == RequestState.SUBMITTED),
            count(state == RequestState.DECLINED),
        )
        .select_from(FeedbackRequest)
        .join(Reviewer, Reviewer.id == FeedbackRequest.reviewer_id)
        .where(Reviewer.cycle_id == cycle_id)
    ).one()
    asked, delivered, started, submitted, declined = row
    is_told = shows_begun(waiting=asked - submitted - declined, begun=started - submitted)
    return Funnel(
        asked=asked,
        delivered=delivered,
        started=started if is_told else None,
        submitted=submitted,
        declined=declined,
    )


def load_reportable(cycle: Cycle) -> Reportable:
    """Judge every participant by the number of forms, without looking into any."""
    groups = {scheme.id: scheme.groups() for scheme in load_schemes(cycle.id).values()}
    submitted: dict[int, Counter[RaterGroup]] = defaultdict(Counter)
    possible: dict[int, Counter[RaterGroup]] = defaultdict(Counter)
    for participant_id, group, state, is_held, count in _forms_by_participant(cycle.id):
        if state is RequestState.SUBMITTED and not is_held:
            submitted[participant_id][group] += count
        if state is RequestState.SUBMITTED or (state in STILL_OPEN and not cycle.closed_at):
            possible[participant_id][group] += count
    ready, risks, total = 0, [], 0
    for participant_id, scheme_id, name in _participants(cycle.id):
        rules = groups[scheme_id]
        total += 1
        ready += is_reportable(submitted[participant_id], rules, cycle.k_min)
        fates = fate_of_groups(possible[participant_id], rules, cycle.k_min)
        risks += [
            Risk(
                name=name,
                group=rule.group,
                possible=possible[participant_id][rule.group],
                needed=rule.needed(cycle.k_min),
                fate=fates[rule.group],
            )
            for rule in rules
            if fates[rule.group] in {GroupFate.MERGED, GroupFate.LEFT_OUT}
        ]
    return Reportable(count=Count(done=ready, all=total), risks=risks)


def load_post(cycle_id: int, *, now: datetime) -> Post:
    """How many letters of a round have gone, wait, or will not arrive. One statement."""
    is_paused = exists().where(MailFlow.paused_since.is_not(None))
    due = case((Letter.error.is_(None) & (Job.run_at > now), Job.run_at))
    waits = (Letter.state == LetterState.QUEUED) & (Job.state == JobState.QUEUED)
    of_letter = (Job.kind == JobKind.SEND_LETTER) & (Job.subject_id == Letter.id)
    rows = db.session.execute(
        select(
            Letter.state,
            func.count(),
            func.count(Letter.error),
            is_paused,
            func.count(due),
            func.min(due, type_=UTCDateTime()),
            func.max(due, type_=UTCDateTime()),
            exists(jobs_that_may_go(cycle_id, now)),
        )
        .join(Invitation, Invitation.letter_id == Letter.id)
        .join(Reviewer, Reviewer.id == Invitation.reviewer_id)
        .outerjoin(Job, of_letter & waits)
        .where(Reviewer.cycle_id == cycle_id)
        .group_by(Letter.state)
    ).all()
    counts: Counter[LetterState] = Counter({row[0]: row[1] for row in rows})
    waiting = next((row for row in rows if row[0] is LetterState.QUEUED), None)
    delayed, later = (waiting[2], waiting[4:7]) if waiting else (0, (0, None, None))
    return Post(
        sent=counts[LetterState.SENT],
        waiting=counts[LetterState.QUEUED],
        delayed=delayed,
        failed=counts[LetterState.FAILED],
        uncertain=counts[LetterState.UNCERTAIN],
        is_paused=any(row[3] for row in rows),
        later=later[0],
        later_from=later[1],
        later_until=later[2],
        may_go_now=any(row[7] for row in rows),
    )


def count_paused_links(cycle_id: int) -> int:
    """Reviewers whose link was stopped with “Not me” before they had submitted everything."""
    unsubmitted = select(FeedbackRequest.reviewer_id).where(
        FeedbackRequest.state != RequestState.SUBMITTED
    )
    paused = select(func.count()).where(
        Reviewer.cycle_id == cycle_id, Reviewer.cut_off, Reviewer.id.in_(unsubmitted)
    )
    return db.session.scalar(paused) or 0


def _forms_by_participant(
    cycle_id: int,
) -> Sequence[tuple[int, RaterGroup, RequestState, bool, int]]:
    """Forms by their state, and whether their relation is in doubt."""
    is_held = func.coalesce(RelationClaim.waits, false())
    rows = db.session.execute(
        select(
            FeedbackRequest.participant_id,
            FeedbackRequest.rater_group,
            FeedbackRequest.state,
            is_held,
            func.count(),
        )
        .join(Participant, Participant.id == FeedbackRequest.participant_id)
        .outerjoin(RelationClaim, RelationClaim.request_id == FeedbackRequest.id)
        .where(Participant.cycle_id == cycle_id)
        .group_by(
            FeedbackRequest.participant_id,
            FeedbackRequest.rater_group,
            FeedbackRequest.state,
            is_held,
        )
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def _participants(cycle_id: int) -> Sequence[tuple[int, int, str]]:
    rows = db.session.execute(
        select(Participant.id, Participant.scheme_id, Person.name)
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.cycle_id == cycle_id)
        .order_by(Person.name, Participant.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]
