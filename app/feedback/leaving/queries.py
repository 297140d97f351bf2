"""What decides when invitations leave, and which of them wait for their time."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import aliased

from app.clock import now
from app.cycles.models import Cycle
from app.cycles.rules import WorkCalendar, working_days_between
from app.cycles.workdays.queries import calendars_of
from app.db import UTCDateTime, db
from app.feedback.launching.queries import DraftRound, PersonCard
from app.feedback.leaving.rules import (
    A_DAY,
    Departures,
    Leaving,
    Others,
    later_moment,
    morning_for,
    morning_of_opening,
)
from app.feedback.models import Invitation, Reviewer
from app.feedback.reminding.queries import ASKING, moments_by_address
from app.feedback.reminding.rules import LEAST_GAP
from app.jobs.models import Job, JobKind, JobState
from app.mail.models import Letter, LetterState
from app.people.models import Person

INVITE = "invite"
Mornings = dict[str, datetime | None]  # zone → the morning that is waited for there


def plan_departures(cycle: Cycle, draft: DraftRound) -> dict[Leaving, Departures]:
    """When the letters of a draft would leave now, for either choice.

    Two statements, however many reviewers and zones there are.
    """
    moment = now()
    reviewers = [draft.people[person_id] for person_id in {a.person_id for a in draft.assignments}]
    zones = {person.time_zone for person in reviewers}
    earliest = max(cycle.opens_at, moment)
    calendars = calendars_of(
        {cycle.time_zone, *zones}, earliest.date() - A_DAY, cycle.closes_at.date() + A_DAY
    )
    others = moments_by_address(moment)
    mornings: dict[Leaving, Mornings] = {
        Leaving.IN_THE_MORNING: {
            zone: morning_for(
                cycle.opens_at,
                closes_at=cycle.closes_at,
                zone=zone,
                now=moment,
                calendar=calendars[zone],
            )
            for zone in zones
        },
        Leaving.AT_ONCE: {
            zone: morning_of_opening(cycle.opens_at, zone=zone, now=moment) for zone in zones
        },
    }
    return {
        leaving: _departures(
            cycle,
            reviewers,
            mornings=found,
            others=others,
            calendar=calendars[cycle.time_zone],
            moment=moment,
        )
        for leaving, found in mornings.items()
    }


def _departures(
    cycle: Cycle,
    reviewers: Iterable[PersonCard],
    *,
    mornings: Mornings,
    others: Mapping[str, Collection[datetime]],
    calendar: WorkCalendar,
    moment: datetime,
) -> Departures:
    people = {person.id: mornings[person.time_zone] for person in reviewers}
    later = {
        person.id: later_moment(
            now=moment,
            opening=people[person.id],
            others=others.get(person.email or "", ()),
            closes_at=cycle.closes_at,
        )
        for person in reviewers
    }
    departures = Departures(
        letters=len(people),
        mornings={person_id: at for person_id, at in people.items() if at is not None},
        later={person_id: at for person_id, at in later.items() if at is not None},
    )
    first = min((departures.of(person_id) or moment for person_id in people), default=moment)
    clock = ZoneInfo(cycle.time_zone)
    working_days = working_days_between(
        max(first, cycle.opens_at).astimezone(clock).date(),
        (cycle.closes_at - timedelta(microseconds=1)).astimezone(clock).date(),
        calendar=calendar,
    )
    return replace(departures, working_days=working_days)


def list_others(cycle_id: int) -> list[Others]:
    """How far the invitations of a launched round are, zone by zone. One statement."""
    waits_until = case((_waits_for_its_time(now()), Job.run_at))
    rows = db.session.execute(
        select(
            Person.time_zone,
            func.count().label("letters"),
            func.count(waits_until).label("waiting"),
            func.min(waits_until, type_=UTCDateTime()).label("first"),
        )
        .select_from(Invitation)
        .join(Letter, Letter.id == Invitation.letter_id)
        .join(Reviewer, Reviewer.id == Invitation.reviewer_id)
        .join(Person, Person.id == Reviewer.person_id)
        .outerjoin(Job, _of_letter())
        .where(Reviewer.cycle_id == cycle_id, Invitation.kind == INVITE)
        .group_by(Person.time_zone)
    )
    return [
        Others(zone=row.time_zone, left=row.letters - row.waiting, waits_until=row.first)
        for row in rows
    ]


def jobs_that_may_go(cycle_id: int, moment: datetime) -> Select[int]:
    """The work of sending those invitations of an open round that wait for their time alone.

    Left out are those to people who have another invitation or reminder within a day of `moment`.
    """
    return (
        select(Job.id)
        .join(Letter, _of_letter())
        .join(Invitation, Invitation.letter_id == Letter.id)
        .join(Reviewer, Reviewer.id == Invitation.reviewer_id)
        .join(Cycle, Cycle.id == Reviewer.cycle_id)
        .where(
            Cycle.id == cycle_id,
            Cycle.closed_at.is_(None),
            Cycle.opens_at <= moment,
            Invitation.kind == INVITE,
            Letter.state == LetterState.QUEUED,
            _waits_for_its_time(moment),
            ~_has_another_letter(moment),
        )
    )


def _has_another_letter(moment: datetime) -> ColumnElement[bool]:
    """Whether the reader of the statement's letter has another one within a day before or after."""
    other, work = aliased(Letter), aliased(Job)
    waits = and_(
        work.kind == JobKind.SEND_LETTER,
        work.subject_id == other.id,
        work.state == JobState.QUEUED,
        other.state == LetterState.QUEUED,
    )
    left_at = func.coalesce(other.sent_at, work.run_at, other.posted_at, type_=UTCDateTime())
    return exists(
        select(1)
        .select_from(other)
        .outerjoin(work, waits)
        .where(
            other.to_address == Letter.to_address,
            other.id != Letter.id,
            other.kind.in_(ASKING),
            other.state != LetterState.FAILED,
            left_at > moment - LEAST_GAP,
            left_at < moment + LEAST_GAP,
        )
        .correlate(Letter)
    )


def _of_letter() -> ColumnElement[bool]:
    return and_(Job.kind == JobKind.SEND_LETTER, Job.subject_id == Letter.id)


def _waits_for_its_time(moment: datetime) -> ColumnElement[bool]:
    """Whether a job is for later by itself, and not because a try has failed."""
    return and_(Job.state == JobState.QUEUED, Job.attempts == 0, Job.run_at > moment)
