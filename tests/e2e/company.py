"""A small company with a round that is being launched by the product itself."""

from dataclasses import dataclass

from app.config import Settings
from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.launching.service import launch_cycle
from app.people.groups import RaterGroup
from app.people.models import Person, Relation
from app.schemes.service import install_packs
from app.worker import work_until_idle
from tests.factories import (
    make_customer,
    make_cycle,
    make_department,
    make_participant,
    make_person,
)
from tests.smtp_server import Sink


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    cycle: Cycle
    manager: Person
    reviewed: tuple[Person, ...]
    colleague: Person
    customer: Person
    participants: tuple[Participant, ...]


def launch_company(settings: Settings, *, colleague_locale: str = "zh") -> Company:
    """Two key-account managers, reviewed by their manager, three colleagues and three customers."""
    scheme = next(row for row in install_packs() if row.code == "kam")
    department = make_department()
    manager = make_person(name="李华", department=department, job="销售总监")
    reviewed = tuple(
        make_person(name=name, manager=manager, department=department)
        for name in ("王晓明", "喆玥")
    )
    colleague = make_person(
        name="Anna Weber",
        manager=manager,
        department=department,
        job="技术支持工程师",
        locale=colleague_locale,
    )
    peers = [colleague, *(make_person(name=name, manager=manager) for name in ("陈静", "赵磊"))]
    customers = [make_customer(owner=reviewed[0], name=name) for name in ("周敏", "吴越", "郑好")]
    cycle = make_cycle(launched=False)
    participants = tuple(make_participant(cycle, person, scheme) for person in reviewed)
    for person in reviewed:
        _know(person, [person], RaterGroup.SELF)
        _know(person, [manager], RaterGroup.SUPERVISOR)
        _know(person, peers, RaterGroup.PEER)
    _know(reviewed[0], customers, RaterGroup.CUSTOMER)
    db.session.commit()
    launch_cycle(cycle.id, link_key=settings.link_key, company="远航工业")
    db.session.commit()
    return Company(
        cycle=cycle,
        manager=manager,
        reviewed=reviewed,
        colleague=colleague,
        customer=customers[0],
        participants=participants,
    )


def mailed_link(sink: Sink, person: Person) -> str:
    """The link in the letter that reached this person's mailbox."""
    letter = next(letter for letter in sink.received if (person.email or "?") in letter["To"])
    body = letter.get_body(("plain",))
    assert body is not None
    lines = str(body.get_content()).splitlines()
    return next(line for line in lines if "/i/" in line).strip()


def deliver(app: object) -> None:
    """Let the worker send what is due."""
    work_until_idle(app)  # type: ignore[arg-type]


def _know(subject: Person, reviewers: list[Person], group: RaterGroup) -> None:
    db.session.add_all(
        Relation(subject_id=subject.id, reviewer_id=reviewer.id, rater_group=group)
        for reviewer in reviewers
    )
    db.session.flush()
