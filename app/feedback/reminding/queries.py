"""How every reviewer of a round stands, and what is still open for them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select

from app.cycles.models import Cycle, Participant
from app.db import UTCDateTime, db, take_turns
from app.feedback.launching.emails import RoundCard, Task, task_of
from app.feedback.launching.queries import PersonCard, load_schemes
from app.feedback.models import FeedbackRequest, Invitation, RequestState, Reviewer
from app.feedback.reminding.rules import LEAST_GAP, Nudge, Standing
from app.jobs.models import Job, JobKind, JobState
from app.mail.models import Letter, LetterState, OptOut
from app.people.models import Department, Person

# The letters that count towards the gap: not receipts, not sign-in.
ASKING = (
    *("invite_internal", "invite_customer", "form_added", "fresh_link", "remind"),
    *("propose_reviewers", "list_reminder", "lists_to_approve"),
)
LETTERS_LOCK = 7_310_003
STILL_OPEN = (RequestState.OPEN, RequestState.STARTED)
A_DAY, LAST_DAYS = timedelta(days=1), timedelta(days=4)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewerRow:
    """A reviewer with all that decides about a reminder."""

    id: int
    person: PersonCard
    standing: Standing


def list_standings(cycle_id: int) -> list[ReviewerRow]:
    """Every reviewer of a round, by name, in one statement."""
    return [
        ReviewerRow(
            id=row.Reviewer.id,
            person=replace(card_of(row.Person, row.department), email=row.address),
            standing=_standing(row),
        )
        for row in db.session.execute(_standings(cycle_id))
    ]


def _standings(cycle_id: int) -> Select[*tuple[Any, ...]]:
    forms = forms_of_reviewers(cycle_id).subquery()
    letters = letters_of_reviewers(cycle_id).subquery()
    last = select(Letter.id, Letter.state, Letter.to_address).subquery()
    address = func.coalesce(last.c.to_address, Person.email)  # one link, one mailbox
    mailed = mailed_by_address().subquery()
    return (
        select(
            Reviewer,
            Person,
            Cycle.closes_at,
            Department.name.label("department"),
            forms.c.open_forms,
            forms.c.submitted_forms,
            letters.c.reminders,
            letters.c.letters,
            letters.c.invited_at,
            letters.c.nudged,
            letters.c.waiting,
            last.c.state,
            address.label("address"),
            mailed.c.left_at,
            mailed.c.next_at,
            OptOut.asked_on,
        )
        .join(Person, Person.id == Reviewer.person_id)
        .join(Cycle, Cycle.id == Reviewer.cycle_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .outerjoin(forms, forms.c.reviewer_id == Reviewer.id)
        .outerjoin(letters, letters.c.reviewer_id == Reviewer.id)
        .outerjoin(last, last.c.id == letters.c.last_id)
        .outerjoin(mailed, mailed.c.to_address == address)
        .outerjoin(OptOut, OptOut.address == address)
        .where(Reviewer.cycle_id == cycle_id)
        .order_by(Person.name, Reviewer.id)
    )


def _standing(row: Row[*tuple[Any, ...]]) -> Standing:
    return Standing(
        open_forms=row.open_forms or 0,
        submitted_forms=row.submitted_forms or 0,
        has_declined=row.Reviewer.declined,
        has_opted_out=row.asked_on is not None,
        is_cut_off=row.Reviewer.cut_off,
        closes_at=max(row.closes_at, row.Reviewer.closes_at or row.closes_at),
        last_letter_failed=row.state == LetterState.FAILED,
        has_waiting_letter=bool(row.waiting),
        last_mailed_at=row.left_at,
        next_mail_at=row.next_at,
        reminders=row.reminders or 0,
        letters=row.letters or 0,
        invited_at=row.invited_at,
        nudged=row.nudged or 0,
    )


def open_tasks(
    cycle_id: int, reviewer_ids: Collection[int], card: RoundCard
) -> dict[int, list[Task]]:
    """The forms that these reviewers have not sent yet, as a letter names them."""
    schemes = load_schemes(cycle_id)
    rows = db.session.execute(
        select(
            FeedbackRequest.reviewer_id,
            FeedbackRequest.rater_group,
            Participant.scheme_id,
            Person,
            Department.name.label("department"),
        )
        .join(Participant, Participant.id == FeedbackRequest.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(Participant.cycle_id == cycle_id, FeedbackRequest.state.in_(STILL_OPEN))
        .order_by(FeedbackRequest.participant_id)
    )
    wanted = set(reviewer_ids)
    tasks: dict[int, list[Task]] = defaultdict(list)
    for row in rows:
        if row.reviewer_id in wanted:
            subject = card_of(row.Person, row.department)
            scheme = schemes[row.scheme_id]
            tasks[row.reviewer_id].append(task_of(subject, row.rater_group, scheme, card))
    return dict(tasks)


def count_submitted(reviewer_id: int) -> int:
    """How many forms a reviewer has submitted."""
    count = select(func.count()).where(
        FeedbackRequest.reviewer_id == reviewer_id,
        FeedbackRequest.state == RequestState.SUBMITTED,
    )
    return db.session.scalar(count) or 0


def forms_of_reviewers(cycle_id: int) -> Select[int, int, int, int]:
    """Per reviewer of a round: forms still open, submitted, and all."""
    state = FeedbackRequest.state

    def count(*states: RequestState) -> ColumnElement[int]:
        return func.sum(case((state.in_(states), 1), else_=0))

    return (
        select(
            FeedbackRequest.reviewer_id,
            count(*STILL_OPEN).label("open_forms"),
            count(RequestState.SUBMITTED).label("submitted_forms"),
            func.count().label("all_forms"),
        )
        .join(Reviewer, Reviewer.id == FeedbackRequest.reviewer_id)
        .where(Reviewer.cycle_id == cycle_id)
        .group_by(FeedbackRequest.reviewer_id)
    )


def letters_of_reviewers(cycle_id: int) -> Select[*tuple[Any, ...]]:
    """Per reviewer of a round: the latest letter, how many reminders, how many letters in all,
    when the invitation left, how far the reminders that go by themselves have come, and how many
    letters have not left yet."""
    reminders = func.sum(case((Invitation.kind == "remind", 1), else_=0))
    # A new link stands for an invitation that was taken back before it left.
    is_invite = Invitation.kind.in_(("invite", "fresh"))
    # One that came back or waits was posted long before, perhaps, but has told nobody anything.
    left_at, posted_at = (
        func.min(case((is_invite, moment)), type_=UTCDateTime())
        for moment in (Letter.sent_at, Letter.posted_at)
    )
    invited_at = func.coalesce(left_at, posted_at, type_=UTCDateTime())
    nudged = func.max(case({nudge.value: nudge.rank for nudge in Nudge}, value=Invitation.nudge))
    return (
        select(
            Invitation.reviewer_id,
            func.max(Invitation.letter_id).label("last_id"),
            reminders.label("reminders"),
            func.count().label("letters"),
            invited_at.label("invited_at"),
            nudged.label("nudged"),
            func.sum(case((Letter.state == LetterState.QUEUED, 1), else_=0)).label("waiting"),
        )
        .join(Reviewer, Reviewer.id == Invitation.reviewer_id)
        .join(Letter, Letter.id == Invitation.letter_id)
        .where(Reviewer.cycle_id == cycle_id)
        .group_by(Invitation.reviewer_id)
    )


def rounds_that_remind(moment: datetime) -> list[int]:
    """Launched rounds that collect at this moment and may have a reminder to send by themselves.

    In a round's first day nothing is due but on its last days, so most rounds cost one row here.
    One whose deadline is over collects for those who have more time.
    """
    more_time = exists(select(1).where(Reviewer.cycle_id == Cycle.id, Reviewer.closes_at >= moment))
    rows = db.session.scalars(
        select(Cycle.id)
        .where(
            Cycle.launched_at.is_not(None),
            Cycle.closed_at.is_(None),
            Cycle.opens_at <= moment,
            or_(Cycle.closes_at >= moment, more_time),
            or_(Cycle.launched_at <= moment - A_DAY, Cycle.closes_at <= moment + LAST_DAYS),
        )
        .order_by(Cycle.id)
    )
    return list(rows)


def wait_for_other_letters() -> None:
    """Hold off others who are about to ask people by letter, in whichever round, until we have.

    Two who look at once would both find that somebody has had no letter for a day.
    """
    take_turns(LETTERS_LOCK)


# One that a worker has in hand is about to leave; what has left or come back has no such work.
_SENDING = and_(
    Job.kind == JobKind.SEND_LETTER,
    Job.subject_id == Letter.id,
    Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
    Letter.state == LetterState.QUEUED,
)
_ASKS = and_(Letter.kind.in_(ASKING), Letter.state != LetterState.FAILED)


def _left_at() -> ColumnElement[datetime | None]:
    """When a letter left; nothing for one that has not."""
    left_at = func.coalesce(Letter.sent_at, Letter.posted_at, type_=UTCDateTime())
    return case((Job.id.is_(None), left_at))


def mailed_by_address() -> Select[str, datetime | None, datetime | None]:
    """When the last invitation or reminder to each address left, over all rounds (`left_at`),
    and when the next one that waits is to leave (`next_at`; in the past for one held back)."""
    return (
        select(
            Letter.to_address,
            func.max(_left_at(), type_=UTCDateTime()).label("left_at"),
            func.min(Job.run_at, type_=UTCDateTime()).label("next_at"),
        )
        .outerjoin(Job, _SENDING)
        .where(_ASKS)
        .group_by(Letter.to_address)
    )


def moments_by_address(
    moment: datetime, *, address: str | None = None
) -> dict[str, list[datetime]]:
    """Each address, or this one → when letters left it within the gap before a moment, or are to.

    One that is overdue counts as leaving at that moment. One statement.
    """
    left_at = _left_at()
    statement = (
        select(Letter.to_address, left_at.label("left_at"), Job.run_at)
        .outerjoin(Job, _SENDING)
        .where(_ASKS, or_(Job.id.is_not(None), left_at > moment - LEAST_GAP))
    )
    if address is not None:
        statement = statement.where(Letter.to_address == address)
    found: dict[str, list[datetime]] = defaultdict(list)
    for row in db.session.execute(statement):
        found[row.to_address].append(row.left_at or max(row.run_at, moment))
    return found


def card_of(person: Person, department: str | None) -> PersonCard:
    return PersonCard(
        id=person.id,
        kind=person.kind,
        name=person.name,
        email=person.email,
        locale=person.locale,
        time_zone=person.time_zone,
        place=department or person.company,
    )
