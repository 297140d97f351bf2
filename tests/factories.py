"""Rows for tests: plain functions with keyword defaults. They flush, never commit."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from flask.testing import FlaskClient

from app.auth.models import Account, Role
from app.auth.service import create_account
from app.clock import now
from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.links import hash_token, make_token
from app.feedback.models import FeedbackRequest, RequestState, Reviewer
from app.people.groups import PersonKind, RaterGroup
from app.people.models import Department, Person
from app.schemes.models import Scheme
from tests.conftest import LINK_KEY

PASSWORD = "correct horse battery"
_numbers = count(1)


def make_account(
    *, role: Role = Role.MEMBER, email: str | None = None, name: str = "Ann", locale: str = "en"
) -> Account:
    return create_account(
        email=email or f"account{next(_numbers)}@example.com",
        name=name,
        role=role,
        password=PASSWORD,
        memory_kib=64,
        locale=locale,
    )


def sign_in(client: FlaskClient, account: Account) -> None:
    """Sign in through the page, as a person would."""
    db.session.commit()
    response = client.post("/sign-in", data={"email": account.email, "password": PASSWORD})
    assert response.status_code == 302, response.text


def make_department(name: str = "华东大区") -> Department:
    department = Department(name=f"{name} {next(_numbers)}")
    db.session.add(department)
    db.session.flush()
    return department


def make_person(
    *,
    name: str = "王晓明",
    manager: Person | None = None,
    department: Department | None = None,
    account: Account | None = None,
    locale: str = "zh",
    job: str = "大客户经理",
    time_zone: str = "Asia/Shanghai",
) -> Person:
    number = next(_numbers)
    person = Person(
        kind=PersonKind.EMPLOYEE,
        staff_number=f"T{number:05}",
        name=name,
        email=f"person{number}@example.com",
        manager_id=manager.id if manager else None,
        department_id=department.id if department else None,
        account_id=account.id if account else None,
        locale=locale,
        job=job,
        time_zone=time_zone,
    )
    db.session.add(person)
    db.session.flush()
    return person


def make_customer(*, owner: Person, name: str = "周敏", locale: str = "zh") -> Person:
    number = next(_numbers)
    person = Person(
        kind=PersonKind.CUSTOMER,
        name=name,
        email=f"contact{number}@customer.example",
        company="远航装备",
        account_owner_id=owner.id,
        locale=locale,
        job="采购经理",
    )
    db.session.add(person)
    db.session.flush()
    return person


def make_cycle(
    *,
    name: str = "2026 年度评价",
    launched: bool = True,
    closes_in: timedelta = timedelta(days=10),
    opened_ago: timedelta = timedelta(days=1),
) -> Cycle:
    closes_at = now() + closes_in
    cycle = Cycle(
        name=f"{name} {next(_numbers)}",
        period_from=date(2026, 1, 1),
        period_to=date(2026, 12, 31),
        time_zone="Asia/Shanghai",
        opens_at=now() - opened_ago,
        closes_local=closes_at.astimezone(UTC).strftime("%Y-%m-%dT24:00"),
        closes_at=closes_at,
        contact_name="王老师",
        contact_email="hr@example.com",
        launched_at=now() - opened_ago if launched else None,
    )
    db.session.add(cycle)
    db.session.flush()
    return cycle


def make_participant(
    cycle: Cycle, person: Person, scheme: Scheme, *, manager: Person | None = None
) -> Participant:
    participant = Participant(
        cycle_id=cycle.id,
        person_id=person.id,
        scheme_id=scheme.id,
        manager_id=manager.id if manager else person.manager_id,
    )
    db.session.add(participant)
    db.session.flush()
    return participant


def make_reviewer(cycle: Cycle, person: Person) -> Reviewer:
    reviewer = Reviewer(cycle_id=cycle.id, person_id=person.id, token_hash=f"{next(_numbers):064}")
    db.session.add(reviewer)
    db.session.flush()
    reviewer.token_hash = hash_token(token_of(reviewer))
    db.session.flush()
    return reviewer


def token_of(reviewer: Reviewer) -> str:
    """The secret in this reviewer's mailed link."""
    return make_token(LINK_KEY, reviewer.id, reviewer.generation)


def make_request(
    participant: Participant,
    reviewer: Reviewer,
    group: RaterGroup = RaterGroup.PEER,
    state: RequestState = RequestState.OPEN,
) -> FeedbackRequest:
    request = FeedbackRequest(
        participant_id=participant.id, reviewer_id=reviewer.id, rater_group=group, state=state
    )
    db.session.add(request)
    db.session.flush()
    return request


def at(text: str) -> datetime:
    """An aware UTC moment from ISO text."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
