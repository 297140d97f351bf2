"""The letters that say that results can be read. They hold a link to sign in and no figure."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from app.cycles.models import Cycle, Participant
from app.db import db
from app.mail.rendering import render_letter
from app.mail.service import RenderedLetter
from app.people.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reader:
    name: str
    email: str
    locale: str
    results: int


def letters_of_release(cycle: Cycle, *, public_url: str) -> list[RenderedLetter]:
    """One letter to each participant, and one to each manager for all their people together."""
    own = _own_readers(cycle.id)
    managers = _manager_readers(cycle.id)
    return [
        *_letters("result_ready", own, cycle, url=f"{public_url}/me"),
        *_letters("team_results_ready", managers, cycle, url=f"{public_url}/m"),
    ]


def count_letters(cycle_id: int) -> int:
    """How many letters a release would send."""
    return len(_own_readers(cycle_id)) + len(_manager_readers(cycle_id))


def _letters(
    name: str, readers: Iterable[_Reader], cycle: Cycle, *, url: str
) -> list[RenderedLetter]:
    return [
        render_letter(
            name,
            to_name=reader.name,
            to_address=reader.email,
            locale=reader.locale,
            cycle=cycle.name,
            results=reader.results,
            contact=cycle.contact_name,
            url=url,
        )
        for reader in readers
    ]


def _own_readers(cycle_id: int) -> list[_Reader]:
    rows = db.session.execute(
        select(Person.name, Person.email, Person.locale)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.cycle_id == cycle_id, Person.email.is_not(None))
        .order_by(Person.id)
    )
    return [
        _Reader(name=row.name, email=row.email or "", locale=row.locale, results=1) for row in rows
    ]


def _manager_readers(cycle_id: int) -> list[_Reader]:
    rows = db.session.execute(
        select(Person.name, Person.email, Person.locale, func.count().label("results"))
        .join(Participant, Participant.manager_id == Person.id)
        .where(Participant.cycle_id == cycle_id, Person.email.is_not(None))
        .group_by(Person.id, Person.name, Person.email, Person.locale)
        .order_by(Person.id)
    )
    return [
        _Reader(name=row.name, email=row.email or "", locale=row.locale, results=row.results)
        for row in rows
    ]
